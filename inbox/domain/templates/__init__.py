"""Message templates: what a definition is made of, asks for and becomes. Pure."""
