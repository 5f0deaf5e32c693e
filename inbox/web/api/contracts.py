"""``/openapi.json`` and ``/asyncapi.json``: what programs may rely on, as machines read it.

No viewer: they load from other sites.
"""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.enums import MediaType
from litestar.openapi.spec import Example

from inbox.web.api.contract.asyncapi import asyncapi
from inbox.web.api.contract.openapi import openapi
from inbox.web.context import AnyRequest
from inbox.web.http.guard import PUBLIC
from inbox.web.http.parameters import gives

_ASKED_EACH_TIME: Final = "no-cache"
"""A copy may be kept, and is good while its ETag is."""
_ANSWERS: Final = {
    200: gives(
        dict[str, Any],
        "The contract.",
        examples=[Example(value={"info": {"title": "Inbox", "version": "0.1.0"}})],
    ),
    304: gives(None, "It is the one that `If-None-Match` names."),
}


@get(
    "/openapi.json",
    opt=PUBLIC,
    tags=["Server"],
    operation_id="getOpenapi",
    summary="Get this contract",
    responses=_ANSWERS,
)
async def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """OpenAPI 3.1: what can be asked."""
    return await _answer(request, openapi)


@get(
    "/asyncapi.json",
    opt=PUBLIC,
    tags=["Server"],
    operation_id="getAsyncapi",
    summary="Get the contract of the feed",
    responses=_ANSWERS,
)
async def asyncapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """AsyncAPI 3: what can be heard at `/ws`."""
    return await _answer(request, asyncapi)


async def _answer(request: AnyRequest, made: Callable[[Litestar], Any]) -> Response[bytes]:
    body, etag = await _encoded(request.app, made)
    headers = {"ETag": etag, "Cache-Control": _ASKED_EACH_TIME}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=MediaType.JSON, headers=headers)


async def _encoded(app: Litestar, made: Callable[[Litestar], Any]) -> tuple[bytes, str]:
    """The contract as bytes with its ETag: made when it is first asked for, and kept.

    On a thread, as it takes a second. The ETag is weak, as these are also sent compressed.
    """
    kept: tuple[bytes, str] | None = app.state.get(made.__name__)
    if kept is None:
        body = await asyncio.to_thread(lambda: msgspec.json.encode(made(app)))
        kept = body, f'W/"{sha256(body).hexdigest()[:16]}"'
        app.state[made.__name__] = kept
    return kept


HANDLERS = [openapi_json, asyncapi_json]
