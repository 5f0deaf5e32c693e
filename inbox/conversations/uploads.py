"""Files that are to be sent, from their announcement until a message has them."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, delete, select, update

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
from inbox.storage.tables import uploads
from inbox.storage.typed_rows import first_row

UNSENT: Final[Micros] = 3 * DAY
"""So long a file that nobody sends is there: a draft may have it."""


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
        "kept": False,
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
    """Nobody wants to send it any more; once or often."""
    gone = delete(uploads).where(uploads.c.id == upload_id, uploads.c.kept.is_(False))
    connection.execute(gone)


def keep_uploads(
    connection: Connection, upload_ids: Collection[str], kept: bool, now: Micros
) -> None:
    """Have these stay, however long nobody sends them; or, no longer ``kept``, go in a while."""
    these = update(uploads).where(uploads.c.id.in_(upload_ids))
    connection.execute(these.values(kept=kept, at=now))


def forget_unsent(connection: Connection, now: Micros) -> int:
    """Rows of files that nobody has sent for long; the files go when nothing else has them."""
    old = delete(uploads).where(uploads.c.at < now - UNSENT, uploads.c.kept.is_(False))
    return connection.execute(old).rowcount


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
