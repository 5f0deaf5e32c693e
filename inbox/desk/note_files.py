"""Files of a note: it has them from the moment it is kept, and they go with it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from inbox.conversations.uploads import whole_uploads
from inbox.domain.attachments import Attachment
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.rows import UploadRow
from inbox.domain.shapes import FILE_TAG
from inbox.domain.text import present
from inbox.storage.dialect import insert
from inbox.storage.tables import media_files

MOST: Final = 10


def attached_files(
    connection: Connection, message_id: str, media_ids: Sequence[str]
) -> list[Attachment]:
    """What its content says of them. Raises ``Invalid``."""
    if len(media_ids) > MOST:
        raise Invalid("attachments", _("A note has at most %(most)s files.", most=MOST))
    here = whole_uploads(connection, media_ids)
    if not here.keys() >= {*media_ids}:
        raise Invalid("attachments", _("A file is not there, or not all of it: bring it again."))
    return [_attachment(message_id, here[each]) for each in dict.fromkeys(media_ids)]


def hold_attached(
    connection: Connection, message_id: str, attachments: Sequence[Attachment]
) -> None:
    """From now on the note has them, whatever becomes of the uploads."""
    for digest in sorted({one["sha256"] for one in attachments}):
        held = {"message_id": message_id, "digest": digest}
        connection.execute(insert(connection, media_files).on_conflict_do_nothing(), held)


def _attachment(message_id: str, row: UploadRow) -> Attachment:
    digest = str(row["digest"])
    here, which = f"/media/{message_id}", f"?v={digest[:FILE_TAG]}"
    return present(
        Attachment,
        kind=row["kind"],
        mime_type=row["mime_type"],
        bytes=row["bytes"],
        sha256=digest,
        url=here + which,
        thumbnail_url=f"{here}/thumbnail{which}" if row["thumbnail"] else None,
        width=row["width"],
        height=row["height"],
        duration=row["duration"],
    ) | {"filename": row["filename"]}
