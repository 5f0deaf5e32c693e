"""What an agent has seen. Whether the customer is told is a choice of their channel (law 18)."""

from typing import Any

from sqlalchemy import Connection, select, update

from inbox.conversations import publish, read_marks, unread
from inbox.conversations.moved import moved_into
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.providers.registry import PROVIDERS
from inbox.storage.dialect import insert
from inbox.storage.tables import channels, conversations, readings


def see(
    connection: Connection, user_id: str, conversation_id: str, count: int, now: Micros
) -> bool:
    """Note that the user has seen ``count`` inbound messages; never fewer than before.

    Whether it was news; then the user's other pages hear of it. What was seen of one that became
    part of another is so much of the whole, and never more.
    """
    kept = conversations.c
    found = _seen_one(connection, conversation_id)
    if found is None and (into := moved_into(connection, conversation_id)):
        conversation_id, found = into, _seen_one(connection, into)
    if found is None:
        return False
    inbound = found.inbound_count
    if not _raise(connection, user_id, conversation_id, min(count, inbound)):
        return False
    first = connection.execute(
        update(conversations)
        .where(kept.id == conversation_id, kept.seen_count < min(count, inbound))
        .values(seen_count=min(count, inbound))
        .returning(kept.id)
    ).first()
    if count >= inbound:
        unread.mark_all_read(connection, user_id, [conversation_id])
        if first is not None and _told(found):
            read_marks.want_told(connection, conversation_id, found.channel_id, now)
    unread.advance(connection, user_id, now)
    event = publish.conversation_read(user_id, conversation_id, min(count, inbound))
    append(connection, [event], now)
    return True


def _seen_one(connection: Connection, conversation_id: str) -> Any:
    kept = conversations.c
    query = (
        select(
            kept.inbound_count,
            kept.channel_id,
            channels.c.provider,
            channels.c.read_receipts,
            channels.c.state,
        )
        .join(channels, channels.c.id == kept.channel_id)
        .where(kept.id == conversation_id)
    )
    # A reply has the conversation first and then what everybody has read of it: so here, or on
    # PostgreSQL each waits for the other.
    here = query.with_for_update(of=conversations, key_share=True)
    return connection.execute(here).first()


def _told(channel: Any) -> bool:
    here = channel.state != "removed" and channel.read_receipts == "on"
    return here and "mark_read" in PROVIDERS[channel.provider].can


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
