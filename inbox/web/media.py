"""``/media/{message}``: a customer's file. Safe kinds are shown, all else is only saved."""

from pathlib import Path
from typing import Any, Final

from litestar import HttpMethod, Response, post, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest

from inbox.domain.shapes import Shape
from inbox.media import jobs
from inbox.media.kinds import UNKNOWN, shown
from inbox.web import ranges
from inbox.web.file_names import disposition, safe_name
from inbox.web.guard import AGENT
from inbox.web.headers import ALWAYS
from inbox.web.house import AnyRequest, house
from inbox.web.rendering import to

POLICY: Final = "sandbox; default-src 'none'"
"""Opened on its own, whatever it is, it runs nothing and loads nothing."""
OWN: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""Kept by the browser, and shown only after asking us: who is signed out sees nothing."""
_READING: Final = [HttpMethod.GET, HttpMethod.HEAD]


@route("/media/{message_id:str}", http_method=_READING, opt=AGENT, include_in_schema=False)
async def media(request: HTMXRequest, message_id: FromPath[str]) -> Response[Any]:
    """The file itself."""
    digest, known = await _known(request, message_id)
    mime = str(known.get("mime_type") or UNKNOWN)
    inline = shown(mime, bool(known.get("thumbnail")))
    name = safe_name(known.get("filename"), mime)
    headers = {
        "Content-Type": mime if inline or mime == "application/pdf" else UNKNOWN,
        "Content-Disposition": disposition("inline" if inline else "attachment", name),
    }
    return await _answer(request, house(request).fetching.store.path(digest), digest, headers)


@route(
    "/media/{message_id:str}/thumbnail", http_method=_READING, opt=AGENT, include_in_schema=False
)
async def thumbnail(request: HTMXRequest, message_id: FromPath[str]) -> Response[Any]:
    """The small one of a picture."""
    digest, known = await _known(request, message_id)
    if not known.get("thumbnail"):
        raise NotFoundException("This file has no thumbnail.")
    headers = {"Content-Type": "image/webp", "Content-Disposition": "inline"}
    path = house(request).fetching.store.small_path(digest)
    return await _answer(request, path, f"{digest}-small", headers)


@post("/media/{message_id:str}/retry", opt=AGENT, status_code=200, include_in_schema=False)
async def retry(request: HTMXRequest, message_id: FromPath[str]) -> Response[Any] | Redirect:
    """Fetch again what could not be had; the bubble follows by the feed."""
    message = await _retried(request, message_id)
    if request.htmx:
        return Response(None, status_code=204)
    return to(f"/conversations/{message['conversation_id']}?message={message['id']}")


@post("/api/v1/messages/{message_id:str}/media/retry", opt=AGENT, status_code=200)
async def api_retry(request: HTMXRequest, message_id: FromPath[str]) -> Shape:
    """Fetch a message's file again; one that is here or on its way is answered as it is."""
    return await _retried(request, message_id)


async def _retried(request: AnyRequest, message_id: str) -> Shape:
    at = house(request)
    try:
        message = await at.database.write(jobs.retry, message_id, at.now())
    except jobs.Missing as missing:
        raise NotFoundException(str(missing)) from None
    at.fetching.wake()
    return message


async def _known(request: AnyRequest, message_id: str) -> tuple[str, Shape]:
    found = await house(request).database.read(jobs.digest_of, message_id)
    if found is None:
        raise NotFoundException("There is no such file.")
    return found


async def _answer(
    request: AnyRequest, path: Path, etag: str, headers: dict[str, str]
) -> Response[Any]:
    size = await house(request).fetching.store.size(path)
    if size is None:
        raise NotFoundException("This file is not on this server's disk.")
    always = ALWAYS | OWN
    return ranges.answer(request.headers, request.method, path, size, etag, always | headers)


HANDLERS = [media, thumbnail, retry, api_retry]
