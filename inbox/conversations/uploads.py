"""Files that are to be sent, from their announcement until a message has them."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update

from inbox.domain.errors import Missing
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.outgoing.files import FileKind
from inbox.domain.public import Upload
from inbox.domain.rows import UploadRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.stored import StoredFile
from inbox.domain.text import present
from inbox.domain.times import DAY, Micros
from inbox.storage.dialect import insert
from inbox.storage.tables import upload_holds, uploads
from inbox.storage.typed_rows import all_rows, first_row

MEDIA: Final = "/api/v1/media"
CANNED: Final = "canned:"
"""So begins the ``holder`` that is a canned response."""
UNSENT: Final[Micros] = 3 * DAY
"""So long a file that nobody sends and nothing has is there."""


def announce_upload(
    connection: Connection,
    *,
    kind: FileKind,
    mime_type: str,
    count: int,
    filename: str,
    user_id: str | None,
    now: Micros,
) -> UploadRow:
    """A file that is to come: ``count`` bytes, as who brings it says."""
    row: UploadRow = {
        "id": new_id(now),
        "kind": kind,
        "mime_type": mime_type,
        "bytes": count,
        "filename": "" if kind == "voice" else filename,  # nobody sees one
        "digest": None,
        "duration": None,
        "waveform": None,
        "width": None,
        "height": None,
        "thumbnail": False,
        "user_id": user_id,
        "at": now,
    }
    connection.execute(uploads.insert().values(dict(row)))
    return row


def arrived(connection: Connection, upload_id: str, file: StoredFile) -> UploadRow:
    """All of it is here. Raises ``Missing`` if it was given up meanwhile."""
    values = {
        "digest": file.get("digest"),
        "mime_type": file.get("mime_type"),
        "bytes": file.get("bytes"),
        "duration": file.get("duration"),
        "waveform": encoded(file["waveform"]) if "waveform" in file else None,
        "width": file.get("width"),
        "height": file.get("height"),
        "thumbnail": bool(file.get("thumbnail")),
    }
    whole = update(uploads).where(uploads.c.id == upload_id).values(values)
    row = first_row(UploadRow, connection.execute(whole.returning(*uploads.c)))
    if row is None:
        raise _not_there()
    return row


def upload_row(connection: Connection, upload_id: str) -> UploadRow:
    """Raises ``Missing``."""
    query = select(uploads).where(uploads.c.id == upload_id)
    row = first_row(UploadRow, connection.execute(query))
    if row is None:
        raise _not_there()
    return row


def give_upload_up(connection: Connection, upload_id: str) -> None:
    """Who brought it does not want to send it any more; once or often."""
    connection.execute(delete(uploads).where(uploads.c.id == upload_id, _free()))


def whole_uploads(connection: Connection, upload_ids: Collection[str]) -> dict[str, UploadRow]:
    """By their ids, those of them that are here."""
    query = select(uploads).where(uploads.c.id.in_(upload_ids), uploads.c.digest.is_not(None))
    return {row["id"]: row for row in all_rows(UploadRow, connection.execute(query))}


def hold_uploads(
    connection: Connection, holder: str, upload_ids: Sequence[str], now: Micros
) -> dict[str, UploadRow]:
    """Have ``holder`` keep these and no others; by their ids, those that are here to be kept.

    What it kept until now goes in a while, unless something else has it.
    """
    before = select(upload_holds.c.upload_id).where(upload_holds.c.holder == holder)
    known = {*connection.execute(before).scalars()}
    if not known and not upload_ids:
        return {}  # mostly so, with every second that somebody writes
    # In order, and before they are held: who tidies meanwhile waits, and then finds them young.
    these = select(uploads.c.id).where(uploads.c.id.in_({*upload_ids} | known))
    in_order = these.order_by(uploads.c.id).with_for_update(key_share=True)
    ids = connection.execute(in_order).scalars().all()
    connection.execute(update(uploads).where(uploads.c.id.in_(ids)).values(at=now))
    found = whole_uploads(connection, upload_ids)
    connection.execute(delete(upload_holds).where(upload_holds.c.holder == holder))
    if found:
        held = [{"holder": holder, "upload_id": each} for each in found]
        connection.execute(upload_holds.insert(), held)
    return found


def pass_uploads_on(connection: Connection, holder: str, heir: str) -> None:
    """What one kept another keeps from now on, besides its own."""
    its = upload_holds.c.holder == holder
    ids = connection.execute(select(upload_holds.c.upload_id).where(its)).scalars().all()
    connection.execute(delete(upload_holds).where(its))
    for each in ids:
        held = insert(connection, upload_holds).values(holder=heir, upload_id=each)
        connection.execute(held.on_conflict_do_nothing())


def let_uploads_go(connection: Connection, holder: str, until: Micros) -> None:
    """It is gone; until then it may come back, and finds them still there."""
    its = update(upload_holds).where(upload_holds.c.holder == holder)
    connection.execute(its.values(until=until))


def forget_unsent(connection: Connection, now: Micros) -> int:
    """Rows of files that nobody has sent for long; the files go when nothing else has them."""
    connection.execute(delete(upload_holds).where(upload_holds.c.until < now))
    old = delete(uploads).where(uploads.c.at < now - UNSENT, _free())
    return connection.execute(old).rowcount


def _free() -> ColumnElement[bool]:
    return ~exists().where(upload_holds.c.upload_id == uploads.c.id)


def upload_shape(row: UploadRow) -> Upload:
    """As the API tells of one that is whole."""
    return present(
        Upload,
        id=row["id"],
        kind=row["kind"],
        mime_type=row["mime_type"],
        bytes=row["bytes"],
        sha256=row["digest"],
        duration=row["duration"],
        width=row["width"],
        height=row["height"],
        url=f"{MEDIA}/{row['id']}/file",
        thumbnail_url=f"{MEDIA}/{row['id']}/thumbnail" if row["thumbnail"] else None,
    ) | {"filename": row["filename"]}


def stored_file(row: UploadRow) -> StoredFile:
    """As a message keeps it."""
    return present(
        StoredFile,
        state="ready",
        digest=row["digest"],
        bytes=row["bytes"],
        mime_type=row["mime_type"],
        filename=row["filename"] or None,
        thumbnail=row["thumbnail"] or None,
        width=row["width"],
        height=row["height"],
        duration=row["duration"],
        waveform=decoded(row["waveform"]),
    )


def _not_there() -> Missing:
    return Missing(_("There is no such file. It may have been given up: bring it again."))
