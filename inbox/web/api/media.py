"""``/api/v1/media``: files that are to be sent, brought whole or in pieces."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, delete, get, post, put
from litestar.exceptions import ClientException
from litestar.params import JSONBody

from inbox.conversations import uploads
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.outgoing.files import (
    FILE_KINDS,
    FileKind,
    check_mime,
    check_size,
    declared_mime,
)
from inbox.domain.public import PartialUpload, Upload
from inbox.domain.rows import UploadRow
from inbox.domain.text import scrub
from inbox.media.pieces import PIECE
from inbox.media.store import Incoming
from inbox.web.api.contract.problems import LARGE_FILE, MISPLACED_PIECE, UNFIT_FILE, can_fail
from inbox.web.api.contract.requests import takes
from inbox.web.context import AnyRequest, AppContext, app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.multipart import FileForm, file_in
from inbox.web.http.parameters import gives, in_query, path_id
from inbox.web.http.scopes import SEND
from inbox.web.present.file_names import safe_name

_FAILS: Final = can_fail(LARGE_FILE, UNFIT_FILE)
_FORM: Final = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "kind": {
                    "type": "string",
                    "enum": sorted(FILE_KINDS),
                    "description": "As what it is to be sent; before `file`. By itself a document.",
                },
                "file": {"type": "string", "contentMediaType": "application/octet-stream"},
            },
        },
        "example": {"kind": "image", "file": "…"},
    }
}
_BYTES: Final = {
    "application/octet-stream": {
        "schema": {"contentMediaType": "application/octet-stream"},
        "example": "…",
    }
}
UploadId = Annotated[str, path_id("The upload's id.")]


class NewUpload(msgspec.Struct):
    """A file that is to come in pieces."""

    kind: Annotated[str, says("As what it is to be sent.")]
    bytes: Annotated[int, msgspec.Meta(ge=1, description="How many it has.", examples=[48_213])]
    filename: Annotated[str, says("Its name; it is what the customer saves it as.")] = ""
    mime_type: Annotated[str, says("What it is, if that is known; its bytes decide.")] = ""


@post(
    "/api/v1/media",
    opt=AGENT | SEND | _FAILS | takes(_FORM),
    status_code=201,
    tags=["Files"],
    operation_id="uploadFile",
    summary="Bring a file to send",
    request_max_body_size=None,
)
async def whole(request: Request[Any, Any, Any]) -> Upload:
    """Bring a file, which a message then sends by its `media_id`.

    It is here for three days, or for as long as a message, a draft or a canned response has it.
    What takes longer than a minute to come is brought in pieces.
    """
    bringing, form = app_of(request).bringing, FileForm()
    async with bringing.store.incoming() as file:
        try:
            kind = await _written(request, form, file)
            await file.finish()
            await bringing.store.keep(file)
        finally:
            await file.discard()
    name = _named(form.filename)
    row = await bringing.announce(kind, form.mime, file.size, name, _user(request))
    return uploads.upload_shape(await bringing.settle(row, file.digest))


async def _written(request: AnyRequest, form: FileForm, file: Incoming) -> FileKind:
    async for data in file_in(request, form):
        kind = _kind(form.fields.get("kind", "document"))
        check_size(kind, file.size + len(data))
        await file.write(data)
    return _kind(form.fields.get("kind", "document"))


@post(
    "/api/v1/media/uploads",
    opt=AGENT | SEND | _FAILS,
    status_code=201,
    tags=["Files"],
    operation_id="beginUpload",
    summary="Begin to bring a file in pieces",
)
async def begin_upload(request: Request[Any, Any, Any], data: JSONBody[NewUpload]) -> PartialUpload:
    """What WhatsApp would not take is refused before a byte of it is sent.

    Then `PUT` its pieces one after the other. Who is cut off asks with `GET` where to go on.
    """
    kind, name = _kind(data.kind), _named(data.filename)
    check_size(kind, data.bytes)
    if mime := declared_mime(scrub(data.mime_type), name):
        check_mime(kind, mime)
    bringing = app_of(request).bringing
    return _partial(await bringing.announce(kind, mime, data.bytes, name, _user(request)), 0)


@put(
    "/api/v1/media/uploads/{upload_id:str}",
    opt=AGENT | SEND | can_fail(LARGE_FILE, UNFIT_FILE, MISPLACED_PIECE) | takes(_BYTES),
    tags=["Files"],
    operation_id="putPiece",
    summary="Bring a piece of a file",
    request_max_body_size=PIECE,
)
async def piece(
    request: Request[Any, Any, Any],
    upload_id: UploadId,
    offset: Annotated[int, in_query("At which byte of the file it begins.", "1048576")] = 0,
) -> PartialUpload:
    """The answer to the last piece has the file in `media`. A piece may be sent again."""
    at, part = app_of(request), await request.body()
    row = await at.database.read(uploads.upload_row, upload_id)
    if row["digest"]:
        return _partial(row, row["bytes"])
    here = await at.bringing.pieces.put(row["id"], offset, part, row["bytes"])
    return _partial(row, here) if here < row["bytes"] else await _completed(at, row)


async def _completed(at: AppContext, row: UploadRow) -> PartialUpload:
    digest = await at.bringing.pieces.complete(row["id"], row["bytes"])
    if digest is not None:
        row = await at.bringing.settle(row, digest)
    else:  # another request did so, or is just at it
        row = await at.database.read(uploads.upload_row, row["id"])
    return _partial(row, row["bytes"])


@get(
    "/api/v1/media/uploads/{upload_id:str}",
    opt=AGENT,
    tags=["Files"],
    operation_id="getUpload",
    summary="Ask how much of a file is here",
)
async def upload_progress(request: Request[Any, Any, Any], upload_id: UploadId) -> PartialUpload:
    """Where to go on after a cut, and the file once it is whole."""
    at = app_of(request)
    row = await at.database.read(uploads.upload_row, upload_id)
    here = row["bytes"] if row["digest"] else await at.bringing.pieces.offset(row["id"])
    return _partial(row, here)


@delete(
    "/api/v1/media/uploads/{upload_id:str}",
    opt=AGENT | SEND,
    status_code=204,
    tags=["Files"],
    operation_id="giveUpUpload",
    summary="Give up a file",
    responses={204: gives(None, "Given up, or it was already.")},
)
async def stop_upload(request: Request[Any, Any, Any], upload_id: UploadId) -> None:
    """It is not sent; a message that has it already keeps it."""
    row = await app_of(request).database.read(uploads.upload_row, upload_id)
    await app_of(request).database.write(uploads.give_upload_up, row["id"])
    await app_of(request).bringing.pieces.discard(row["id"])


def _partial(row: UploadRow, offset: int) -> PartialUpload:
    media = uploads.upload_shape(row) if row["digest"] else None
    return {"id": row["id"], "offset": offset, "piece": PIECE, "media": media}


def _user(request: AnyRequest) -> str | None:
    who = me(request)
    return who.id if who.kind == "user" else None


def _kind(said: str) -> FileKind:
    kind = FILE_KINDS.get(said)
    if kind is None:
        known = ", ".join(FILE_KINDS)
        raise ClientException(_("kind is one of %(known)s.", known=known))
    return kind


def _named(said: str) -> str:
    """As a customer may save it: no path, nothing invisible."""
    return safe_name(scrub(said), "") if said.strip() else ""


HANDLERS = [whole, begin_upload, piece, upload_progress, stop_upload]
