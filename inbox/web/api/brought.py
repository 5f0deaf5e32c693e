"""``/api/v1/media/{media_id}``: a file that was brought to be sent, to be looked at before."""

from typing import Annotated, Any, Final

from litestar import HttpMethod, Response, route
from litestar.exceptions import NotFoundException
from litestar_htmx import HTMXRequest

from inbox.conversations import uploads
from inbox.domain.language import _
from inbox.domain.stored import StoredFile
from inbox.media.kinds import UNKNOWN
from inbox.web.context import app_of
from inbox.web.http.compression import AS_IT_IS
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import by_method, path_id
from inbox.web.pages.media import (
    KEPT,
    file_answers,
    file_headers,
    stored_answer,
    thumbnail_headers,
)

_READING: Final = [HttpMethod.GET, HttpMethod.HEAD]
_FILE: Final = AGENT | AS_IT_IS
_KEPT: Final = {"Cache-Control": KEPT}
MediaId = Annotated[str, path_id("The file's `media_id`.")]


@route(
    "/api/v1/media/{media_id:str}/file",
    http_method=_READING,
    opt=_FILE,
    tags=["Files"],
    operation_id=by_method("broughtFile"),
    summary="Get a file that was brought",
    responses=file_answers(UNKNOWN),
)
async def brought_file(request: HTMXRequest, media_id: MediaId) -> Response[Any]:
    """The file itself, as long as it is here; what no browser may show is only saved."""
    known = await _known(request, media_id)
    return await stored_answer(request, known["digest"], "", _KEPT | file_headers(known))


@route(
    "/api/v1/media/{media_id:str}/thumbnail",
    http_method=_READING,
    opt=_FILE,
    tags=["Files"],
    operation_id=by_method("broughtThumbnail"),
    summary="Get the thumbnail of a picture that was brought",
    responses=file_answers("image/webp"),
)
async def brought_thumbnail(request: HTMXRequest, media_id: MediaId) -> Response[Any]:
    """The small one of a picture, if it has a `thumbnail_url`."""
    known = await _known(request, media_id)
    headers = _KEPT | thumbnail_headers(known)
    return await stored_answer(request, known["digest"], "-small", headers)


async def _known(request: HTMXRequest, media_id: str) -> StoredFile:
    row = await app_of(request).database.read(uploads.upload_row, media_id)
    if row["digest"] is None:
        raise NotFoundException(_("Not all of this file is here yet."))
    return uploads.stored_file(row)


HANDLERS = [brought_file, brought_thumbnail]
