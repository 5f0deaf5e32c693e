"""``/media/{message}``: a customer's file. Safe kinds are shown, all else is only saved."""

import re
from typing import Annotated, Any, Final

from litestar import HttpMethod, Response, post, route
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest

from inbox.conversations import files
from inbox.domain.language import _
from inbox.domain.public import Message
from inbox.domain.stored import StoredFile
from inbox.domain.text import scrub
from inbox.media.kinds import DOCUMENTS, PICTURES, UNKNOWN, may_be_shown
from inbox.web.context import AnyRequest, app_of
from inbox.web.http import ranges
from inbox.web.http.compression import AS_IT_IS
from inbox.web.http.guard import AGENT
from inbox.web.http.headers import ALWAYS
from inbox.web.http.parameters import MessageId, by_method, gives, in_query
from inbox.web.http.rendering import to
from inbox.web.http.scopes import READ
from inbox.web.present.file_names import disposition, safe_name

POLICY: Final = "sandbox; default-src 'none'"
"""Opened on its own, whatever it is, it runs nothing and loads nothing."""
_PLAYED: Final = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"
"""The page that a browser makes round a film or a sound loads it once more, and is of our origin
only without a sandbox."""
OWN: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
}
KEPT: Final = "private, max-age=86400, immutable"
"""For an address that names one file: a browser that showed it need not ask again today."""
_ASKED: Final = "private, no-cache"
_READING: Final = [HttpMethod.GET, HttpMethod.HEAD]
_FILE: Final = AGENT | AS_IT_IS
_TAG: Final = re.compile(r"[0-9a-f]{1,64}", re.ASCII)
_Start = Annotated[
    str,
    in_query(
        "The start of its digest: tells it from other files of its message.", "0f343b0931126a20"
    ),
]


def file_answers(media_type: str) -> dict[int, ResponseSpec]:
    return {
        200: gives(bytes, "The file.", media_type),
        206: gives(bytes, "The part that was asked for by `Range`.", media_type),
        304: gives(None, "It is the one that `If-None-Match` names."),
        416: gives(None, "It has no such part."),
    }


@route(
    "/media/{message_id:str}",
    http_method=_READING,
    opt=_FILE,
    tags=["Files"],
    operation_id=by_method("file"),
    summary="Get a message's file",
    responses=file_answers(UNKNOWN),
)
async def whole_file(request: HTMXRequest, message_id: MessageId, v: _Start = "") -> Response[Any]:
    """The file itself, of its own media type; what no browser may show is only saved."""
    known = await _known(request, message_id, v)
    return await _answer(request, message_id, known["digest"], "", file_headers(known))


@route(
    "/media/{message_id:str}/thumbnail",
    http_method=_READING,
    opt=_FILE,
    tags=["Files"],
    operation_id=by_method("thumbnail"),
    summary="Get a picture's thumbnail",
    responses=file_answers("image/webp"),
)
async def thumbnail_file(
    request: HTMXRequest, message_id: MessageId, v: _Start = ""
) -> Response[Any]:
    """The small one of a picture, if its message has a `thumbnail_url`."""
    known = await _known(request, message_id, v)
    headers = thumbnail_headers(known)
    return await _answer(request, message_id, known["digest"], "-small", headers)


def file_headers(known: StoredFile) -> dict[str, str]:
    """Of a file that is here: what no browser may show is only saved."""
    mime = str(known.get("mime_type") or UNKNOWN)
    inline = may_be_shown(mime, bool(known.get("thumbnail"))) or mime in DOCUMENTS
    name = safe_name(known.get("filename"), mime)
    headers = OWN | {
        "Content-Type": mime if inline else UNKNOWN,
        "Content-Disposition": disposition("inline" if inline else "attachment", name),
    }
    if inline and mime.startswith(("audio/", "video/")):
        headers["Content-Security-Policy"] = _PLAYED
    return headers


def thumbnail_headers(known: StoredFile) -> dict[str, str]:
    """Raises 404 for a file that has none."""
    if not known.get("thumbnail"):
        raise NotFoundException(_("This file has no thumbnail."))
    return OWN | {"Content-Type": "image/webp", "Content-Disposition": "inline"}


@post("/media/{message_id:str}/retry", opt=AGENT | READ, status_code=200, include_in_schema=False)
async def retry(request: HTMXRequest, message_id: FromPath[str]) -> Response[Any] | Redirect:
    """Fetch again what could not be had; the bubble follows by the feed."""
    form = await request.form()
    written_for = scrub(str(form.get("conversation_id") or ""))
    message = await _retried(request, message_id, written_for)
    if request.htmx:
        return Response(None, status_code=204)
    return to(f"/conversations/{message['conversation_id']}?message={message['id']}")


@post(
    "/api/v1/messages/{message_id:str}/media/retry",
    opt=AGENT | READ,
    status_code=200,
    tags=["Files"],
    operation_id="retryFile",
    summary="Fetch a message's file again",
)
async def api_retry(request: HTMXRequest, message_id: MessageId) -> Message:
    """Fetch a message's file again; one that is here or on its way is answered as it is.

    A picture that is here without a thumbnail is tried again as well.
    """
    return await _retried(request, message_id)


async def _retried(request: AnyRequest, message_id: str, written_for: str = "") -> Message:
    at = app_of(request)
    message = await at.database.write(files.retry, message_id, PICTURES, at.now(), written_for)
    at.fetching.wake()
    return message


async def _known(request: AnyRequest, message_id: str, start: str) -> StoredFile:
    found = None
    if not start or _TAG.fullmatch(start):
        found = await app_of(request).database.read(files.file_of, message_id, start)
    if found is None:
        raise NotFoundException(_("There is no such file."))
    return found


async def _answer(
    request: AnyRequest, message_id: str, digest: str, which: str, headers: dict[str, str]
) -> Response[Any]:
    """``which``: the file itself, or its small one. One that is lost is noted, and fetched."""
    at = app_of(request)
    kept = KEPT if "v" in request.query_params else _ASKED
    try:
        return await stored_answer(request, digest, which, headers | {"Cache-Control": kept})
    except NotFoundException:
        here = await at.fetching.store.size(at.fetching.store.path(digest)) is not None
        await at.database.write(files.lost, message_id, digest, here, at.now())
        at.fetching.wake()
        raise


async def stored_answer(
    request: AnyRequest, digest: str, which: str, headers: dict[str, str]
) -> Response[Any]:
    """What is on the disk of it. Raises 404, and 503 where the whole folder is away."""
    store = app_of(request).fetching.store
    path = store.small_path(digest) if which else store.path(digest)
    size = await store.size(path)
    if size is None:
        if not await store.is_there():
            raise ServiceUnavailableException(_("The folder of files is not there."))
        raise NotFoundException(_("This file is no longer on this server's disk."))
    etag, told = digest + which, ALWAYS | headers
    return ranges.ranged_answer(request.headers, request.method, path, size, etag, told)


HANDLERS = [whole_file, thumbnail_file, retry, api_retry]
