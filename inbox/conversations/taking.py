"""The order in which everybody takes rows that others may want as well.

First the channel (``dialect.serialise``), then its conversations, then what is of them: messages
and what waits for them, last the feed. In two orders each of two would have what the other waits
for, which PostgreSQL finds after a second and ends one of them. SQLite has one writer.

Rows are taken ``FOR NO KEY UPDATE``: who writes something that only belongs to a row need not wait
for who changes it. A row that is to go is taken whole.
"""

from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, select

from inbox.domain.rows import ConversationRow, MessageRow
from inbox.storage.dialect import on_postgresql
from inbox.storage.prepared import Prepared
from inbox.storage.tables import conversations, messages
from inbox.storage.typed_rows import first_row, named_rows


def take_conversations(connection: Connection, *whose: ColumnElement[bool]) -> None:
    """Those of the messages that are so."""
    if not on_postgresql(connection):
        return
    theirs = select(messages.c.conversation_id).where(*whose)
    query = select(conversations.c.id).where(conversations.c.id.in_(theirs))
    connection.execute(query.order_by(conversations.c.id).with_for_update(key_share=True))


def take_conversation(connection: Connection, conversation_id: str) -> ConversationRow | None:
    """The conversation itself, for whoever puts something into it."""
    query = select(conversations).where(conversations.c.id == conversation_id)
    query = query.with_for_update(key_share=True)
    return first_row(ConversationRow, connection.execute(query))


def take_message(connection: Connection, message_id: str) -> MessageRow | None:
    """The message, its conversation before it."""
    take_conversations(connection, messages.c.id == message_id)
    found = named_rows(MessageRow, _COLUMNS, _message.rows(connection, message=message_id))
    return found[0] if found else None


_COLUMNS: Final = messages.c.keys()
_message: Final = Prepared(
    select(messages).where(messages.c.id == bindparam("message")).with_for_update(key_share=True)
)


def take_whole(connection: Connection, conversation_id: str) -> None:
    """A conversation that is to go: nothing can be added to it any more."""
    query = select(conversations.c.id).where(conversations.c.id == conversation_id)
    connection.execute(query.with_for_update())
