"""A colleague has answered: what was unread is nobody's to do any more, unless they want it so.

It makes no difference whether they wrote here or on the phone.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, func, or_, select, true

from inbox.conversations import publish
from inbox.domain.feed_events import NewEvent
from inbox.domain.from_customer import from_customer
from inbox.domain.rows import MessageRow
from inbox.domain.shapes import content_of
from inbox.storage.dialect import among, insert_on, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import conversations, left_unread, messages, readings, users


def read_by_echoes(connection: Connection, told: Iterable[MessageRow]) -> list[NewEvent]:
    """The same of what was said elsewhere, which may be told late: what came after it stays unread.

    ``told``: rows of messages of ours that are new.
    """
    newest: dict[str, MessageRow] = {}
    for row in sorted(told, key=lambda row: (row["sort_at"], row["number"])):
        newest[row["conversation_id"]] = row
    return [
        event
        for conversation_id, row in newest.items()
        for event in read_by_answer(connection, conversation_id, _said_after(connection, row))
    ]


def _said_after(connection: Connection, row: MessageRow) -> int:
    """How many of the customer's own messages stand below this one."""
    kept = messages.c
    below = or_(
        kept.sort_at > row["sort_at"],
        and_(kept.sort_at == row["sort_at"], kept.number > row["number"]),
    )
    theirs = and_(
        kept.conversation_id == row["conversation_id"], kept.direction == "incoming", below
    )
    spoken = select(func.count()).where(theirs, kept.type != "system")
    notices = select(kept.type, kept.content).where(theirs, kept.type == "system")
    calls = [
        one for one in connection.execute(notices) if from_customer(one[0], content_of(one[1]))
    ]
    return int(connection.execute(spoken).scalar_one()) + len(calls)


def read_by_answer(
    connection: Connection, conversation_id: str, said_after: int = 0
) -> list[NewEvent]:
    """Note it as read for everybody to whom it was not; what their pages are to hear.

    ``said_after``: so many of the customer's messages are not answered by it. The customer is not
    told: whether somebody has read is said by who looks.
    """
    [[inbound]] = _inbound.rows(connection, conversation=conversation_id)
    count = int(inbound) - said_after
    if count <= 0:
        return []
    told = _read.rows(connection, conversation=conversation_id, count=count)
    found = [user_id for (user_id,) in told]
    if not found:
        return []
    if not said_after:
        _unnote.run(connection, conversation=conversation_id, users=listed(connection, found))
    return [publish.conversation_read(each, conversation_id, count) for each in found]


def _reading(engine: str) -> Any:
    kept = readings.c
    this = bindparam("conversation", type_=kept.conversation_id.type)
    count = bindparam("count", type_=kept.seen_count.type)
    theirs = and_(kept.user_id == users.c.id, kept.conversation_id == this)
    unread = (
        select(users.c.id, this, count)
        .select_from(users.outerjoin(readings, theirs))
        .where(
            users.c.read_by_answers == true(),
            users.c.disabled_at.is_(None),
            func.coalesce(kept.seen_count, 0) < count,
        )
    )
    names = ["user_id", "conversation_id", "seen_count"]
    seen = insert_on(engine, readings).from_select(names, unread)
    return seen.on_conflict_do_update(
        index_elements=["user_id", "conversation_id"],
        set_={"seen_count": seen.excluded.seen_count},
        where=kept.seen_count < seen.excluded.seen_count,
    ).returning(kept.user_id)


_this: Final[BindParameter[str]] = bindparam("conversation")
_inbound: Final = Prepared(select(conversations.c.inbound_count).where(conversations.c.id == _this))
_read: Final = Prepared(_reading)
_unnote: Final = Prepared(
    lambda engine: delete(left_unread).where(
        left_unread.c.conversation_id == _this, among(engine, left_unread.c.user_id, "users")
    )
)
