"""What an agent has seen. Never told to the customer: that is a choice of its own."""

from sqlalchemy import Connection, select, update

from inbox.desk import unread
from inbox.domain.times import Micros
from inbox.feed.log import NewEvent, append, only
from inbox.storage.dialect import insert
from inbox.storage.tables import conversations, readings


def see(
    connection: Connection, user_id: str, conversation_id: str, count: int, now: Micros
) -> bool:
    """Note that the user has seen ``count`` inbound messages; never fewer than before.

    Whether it was news; then the user's other pages hear of it.
    """
    query = select(conversations.c.inbound_count).where(conversations.c.id == conversation_id)
    inbound = connection.execute(query).scalar()
    if inbound is None or not _raise(connection, user_id, conversation_id, min(count, inbound)):
        return False
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.seen_count < count)
        .values(seen_count=min(count, inbound))
    )
    if count >= inbound:
        unread.read(connection, user_id, conversation_id)
    unread.advance(connection, user_id, now)
    payload = {"id": conversation_id, "seen_count": min(count, inbound)}
    event = NewEvent("conversation:read", payload, conversation_id, None, only(user_id))
    append(connection, [event], now)
    return True


def _raise(connection: Connection, user_id: str, conversation_id: str, count: int) -> bool:
    statement = insert(connection, readings).values(
        user_id=user_id, conversation_id=conversation_id, seen_count=count
    )
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "conversation_id"],
        set_={"seen_count": statement.excluded.seen_count},
        where=readings.c.seen_count < statement.excluded.seen_count,
    ).returning(readings.c.seen_count)
    return count > 0 and connection.execute(statement).first() is not None
