"""``/openapi.json`` and ``/asyncapi.json``: what programs may rely on, as machines read it.

No viewer: they load from other sites.
"""

import asyncio
import gzip
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.enums import MediaType
from litestar.openapi.spec import Example

from inbox.web.api.contract.asyncapi import asyncapi
from inbox.web.api.contract.openapi import openapi
from inbox.web.context import AnyRequest
from inbox.web.http.compression import AS_IT_IS, encodings_taken
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
    opt=PUBLIC | AS_IT_IS,
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
    opt=PUBLIC | AS_IT_IS,
    tags=["Server"],
    operation_id="getAsyncapi",
    summary="Get the contract of the feed",
    responses=_ANSWERS,
)
async def asyncapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """AsyncAPI 3: what can be heard at `/ws`."""
    return await _answer(request, asyncapi)


class _Encoded(NamedTuple):
    """``etag`` is weak, as the same contract is sent plain and compressed."""

    plain: bytes
    compressed: bytes
    etag: str


async def _answer(request: AnyRequest, made: Callable[[Litestar], Any]) -> Response[bytes]:
    contract = await asyncio.shield(_encoded(request.app, made))
    headers = {
        "ETag": contract.etag,
        "Cache-Control": _ASKED_EACH_TIME,
        "Vary": "Accept-Encoding",
    }
    if contract.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    body = contract.plain
    if "gzip" in encodings_taken(request.headers.get("accept-encoding", "")):
        body = contract.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=MediaType.JSON, headers=headers)


async def document(app: Litestar, made: Callable[[Litestar], Any]) -> Any:
    """A contract as it is served, read again: what pages are made of."""
    contract = await asyncio.shield(_encoded(app, made))
    return await asyncio.to_thread(msgspec.json.decode, contract.plain)


def _encoded(app: Litestar, made: Callable[[Litestar], Any]) -> asyncio.Task[_Encoded]:
    """Made when it is first asked for, once for all who ask, and kept; on a thread, as it takes
    a second."""
    kept: asyncio.Task[_Encoded] | None = app.state.get(made.__name__)
    if kept is None or (kept.done() and (kept.cancelled() or kept.exception())):
        kept = asyncio.create_task(asyncio.to_thread(_encode, app, made))
        app.state[made.__name__] = kept
    return kept


def _encode(app: Litestar, made: Callable[[Litestar], Any]) -> _Encoded:
    body = msgspec.json.encode(made(app))
    etag = f'W/"{sha256(body).hexdigest()[:16]}"'
    return _Encoded(body, gzip.compress(body, 9, mtime=0), etag)


HANDLERS = [openapi_json, asyncapi_json]
