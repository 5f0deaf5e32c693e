"""A colleague has answered: what was unread is nobody's to do any more, unless they want it so."""

from sqlalchemy import Connection, and_, delete, func, literal, select, true

from inbox.conversations import publish
from inbox.domain.feed_events import NewEvent
from inbox.storage.dialect import insert
from inbox.storage.tables import conversations, left_unread, readings, users


def read_by_answer(connection: Connection, conversation_id: str) -> list[NewEvent]:
    """Note it as read for everybody to whom it was not; what their pages are to hear.

    The customer is not told by it: whether somebody has read is said by who looks.
    """
    inbound = select(conversations.c.inbound_count).where(conversations.c.id == conversation_id)
    count: int = connection.execute(inbound).scalar_one()
    if not count:
        return []
    theirs = and_(readings.c.user_id == users.c.id, readings.c.conversation_id == conversation_id)
    unread = (
        select(users.c.id, literal(conversation_id), literal(count))
        .select_from(users.outerjoin(readings, theirs))
        .where(
            users.c.read_by_answers == true(),
            users.c.disabled_at.is_(None),
            func.coalesce(readings.c.seen_count, 0) < count,
        )
    )
    seen = insert(connection, readings).from_select(
        ["user_id", "conversation_id", "seen_count"], unread
    )
    seen = seen.on_conflict_do_update(
        index_elements=["user_id", "conversation_id"],
        set_={"seen_count": seen.excluded.seen_count},
        where=readings.c.seen_count < seen.excluded.seen_count,
    )
    found = connection.execute(seen.returning(readings.c.user_id)).scalars().all()
    if not found:
        return []
    noted = left_unread.c
    connection.execute(
        delete(left_unread).where(
            noted.conversation_id == conversation_id, noted.user_id.in_(found)
        )
    )
    return [publish.conversation_read(each, conversation_id, count) for each in found]
