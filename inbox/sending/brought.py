"""The files of a reply: looked up when it is stored, and held by its message from then on."""

from typing import Final, NamedTuple, cast

from sqlalchemy import Connection

from inbox.conversations.uploads import stored_file, upload_row
from inbox.domain.content import Content, FileReference
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.outgoing.brought import kind_said, own_file, own_files, said_with
from inbox.domain.outgoing.files import MIMES, FileKind, sent_mime
from inbox.domain.outgoing.said import Said
from inbox.domain.rows import UploadRow
from inbox.domain.stored import StoredFile
from inbox.domain.text import JsonObject
from inbox.storage.dialect import insert
from inbox.storage.tables import media_files

_ABOVE: Final[dict[str, FileKind]] = {"image": "image", "video": "video", "document": "document"}
"""What may stand above the words, by its name there."""


class Brought(NamedTuple):
    """``said`` names its files by their digests; ``file``: what the message itself has of one."""

    said: Said
    file: StoredFile | None = None


def bring(connection: Connection, said: Said) -> Brought:
    """Look up what is named by a ``media_id``. Raises ``Invalid``."""
    kind = kind_said(said)
    if kind is None:
        above = cast(Content, _resolved(connection, said.content))
        return Brought(Said(said.type, above))
    asked = said.content["media"]
    if "media_id" not in asked:
        return Brought(said)  # passed on: it has its digest already
    row = _row(connection, asked["media_id"], "media_id", kind)
    name = asked.get("filename") or row["filename"]
    file: FileReference = own_file(str(row["digest"]), row["mime_type"], row["bytes"], name)
    stored = stored_file({**row, "filename": name})
    return Brought(said_with(kind, file, said.content.get("caption", "")), stored)


def hold_files(connection: Connection, message_id: str, said: Said) -> None:
    """From now on the message has them, whatever becomes of the uploads."""
    digests = {file["sha256"] for file in own_files(said.content)}
    for digest in sorted(digests):
        held = {"message_id": message_id, "digest": digest}
        connection.execute(insert(connection, media_files).on_conflict_do_nothing(), held)


def _row(connection: Connection, media_id: str, field: str, kind: FileKind) -> UploadRow:
    try:
        row = upload_row(connection, media_id)
    except Missing as missing:
        raise Invalid(field, str(missing)) from missing
    if row["digest"] is None:
        raise Invalid(field, _("Not all of this file is here yet."))
    alike = row["kind"] == kind or kind == "document" or (row["kind"], kind) == ("voice", "audio")
    if not alike or row["mime_type"] not in MIMES[kind]:
        brought = row["kind"]
        sentence = _(
            "This file was brought as %(brought)s, not as %(kind)s.", brought=brought, kind=kind
        )
        raise Invalid(field, sentence)
    return row


def _resolved(connection: Connection, part: object, name: str = "") -> object:
    """``name``: as what it is there: ``image``, ``video`` or ``document``."""
    if isinstance(part, list):
        return [_resolved(connection, one) for one in part]
    if not isinstance(part, dict):
        return part
    if "media_id" in part:
        return _above(connection, part, name)
    return {key: _resolved(connection, one, key) for key, one in part.items()}


def _above(connection: Connection, part: JsonObject, name: str) -> JsonObject:
    kind = _ABOVE.get(name, "document")
    row = _row(connection, str(part["media_id"]), f"{name}.media_id", kind)
    filename = part.get("filename") or row["filename"]
    named = {"filename": filename} if kind == "document" and filename else {}
    return {"sha256": row["digest"], "mime": sent_mime(row["mime_type"]), **named}
