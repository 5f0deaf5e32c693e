"""``/openapi.json``: the API as a machine reads it. No viewer: they load from other sites."""

from typing import Any

from litestar import Request, Response, get

from inbox.web.http.guard import PUBLIC


@get("/openapi.json", opt=PUBLIC, include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    return Response(request.app.openapi_schema.to_schema())


HANDLERS = [openapi]
