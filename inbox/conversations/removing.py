"""A message that goes, as if never written: a reply taken back, a note deleted."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from inbox.domain.rows import MessageRow
from inbox.domain.times import Micros
from inbox.storage.dialect import insert
from inbox.storage.tables import media_files, messages, taken_back, unsearched_messages


def forget_message(connection: Connection, row: MessageRow, now: Micros) -> None:
    """Its words leave the search by the note, its key stays known."""
    connection.execute(delete(media_files).where(media_files.c.message_id == row["id"]))
    connection.execute(delete(messages).where(messages.c.id == row["id"]))
    note = insert(connection, unsearched_messages).values(number=row["number"])
    # Also where it waits for the search already: who indexes comes after this commit.
    connection.execute(
        note.on_conflict_do_update(index_elements=["number"], set_={"number": note.excluded.number})
    )
    if row["event_key"] is not None:
        key = {"channel_id": row["channel_id"], "event_key": row["event_key"], "at": now}
        connection.execute(taken_back.insert(), key)


def is_forgotten(connection: Connection, channel_id: str, keys: Collection[str]) -> bool:
    """Whether a message of one of these keys was there, and went."""
    query = select(taken_back.c.at).where(
        taken_back.c.channel_id == channel_id, taken_back.c.event_key.in_(keys)
    )
    return connection.execute(query).first() is not None
