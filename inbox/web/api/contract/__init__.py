"""Both contracts, as machines read them: OpenAPI for what is asked, AsyncAPI for what is heard."""
