"""A place in the outbox, and what else becomes so when a message takes one."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Insert, bindparam, func, insert, literal, null, select, update

from inbox.domain.rows import MessageRow, OutboxRow
from inbox.domain.status import NOT_YET
from inbox.domain.times import Micros, whole_second
from inbox.domain.undo import UNDO, UNDOABLE
from inbox.sending.waiting import PLACE_BEHIND
from inbox.storage.prepared import Prepared
from inbox.storage.tables import conversations, messages, outbox
from inbox.storage.typed_rows import named_rows

_place = outbox.c


def take_place(connection: Connection, row: MessageRow, now: Micros) -> OutboxRow:
    """By the order in which messages were stored; that of one that is sent again is its own."""
    return _behind(connection, row, row["number"], now, now)


def take_undoable_place(connection: Connection, row: MessageRow, now: Micros) -> OutboxRow:
    """One that goes out a moment later, whatever it waits for then."""
    told = _told(row, row["number"], now)
    return _row(_store_undoable.rows(connection, **told, later=now + UNDO))


def take_last_place(connection: Connection, row: MessageRow, now: Micros) -> OutboxRow:
    """Behind all that waits in its conversation, though it was stored before them."""
    last = select(func.max(_place.number), func.max(_place.since))
    mine = last.where(_place.conversation_id == row["conversation_id"])
    number, since = connection.execute(mine).one()
    number, at = max(number or 0, row["number"]), max(now, (since or 0) + 1)
    return _behind(connection, row, number, at, now)


def _behind(
    connection: Connection, row: MessageRow, number: int, at: Micros, now: Micros
) -> OutboxRow:
    return _row(_store_behind.rows(connection, **_told(row, number, at), moment=now))


def _told(row: MessageRow, number: int, at: Micros) -> dict[str, object]:
    return {
        "message": row["id"],
        "channel": row["channel_id"],
        "conversation": row["conversation_id"],
        "place": number,
        "at": at,
    }


def _row(stored: Sequence[Sequence[Any]]) -> OutboxRow:
    return named_rows(OutboxRow, _COLUMNS, stored)[0]


_COLUMNS: Final = outbox.c.keys()


def _insert(**more: object) -> Prepared:
    told: Insert = insert(outbox).values(
        message_id=bindparam("message"),
        channel_id=bindparam("channel"),
        conversation_id=bindparam("conversation"),
        number=bindparam("place"),
        since=bindparam("at"),
        attempts=0,
        started=False,
        **more,
    )
    return Prepared(told.returning(outbox))


_store_behind: Final = _insert(**PLACE_BEHIND)
_store_undoable: Final = _insert(reason=literal(UNDOABLE), due_at=bindparam("later"))


def newest_said(connection: Connection, conversation_id: str) -> Micros:
    """When the last message of the thread was said, by the provider's clock.

    Ours may be behind, and what answers it stands below it: of one second, arrival decides. What is
    to be sent at a time stands below both.
    """
    found = _newest.rows(connection, conversation=conversation_id)
    return found[0][0] if found else 0


_newest: Final = Prepared(
    select(messages.c.sort_at)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.status.not_in([literal(one) for one in NOT_YET]),
    )
    .order_by(messages.c.sort_at.desc())
    .limit(1)
)


def below_all(connection: Connection, conversation_id: str, now: Micros) -> Micros:
    """Where that stands which is said now and was stored earlier: of one second, too, the last."""
    return max(whole_second(now), newest_said(connection, conversation_id)) + 1


def come_last(connection: Connection, row: MessageRow, now: Micros) -> None:
    _come_last.run(connection, conversation=row["conversation_id"], message=row["id"], now=now)


_now = bindparam("now", type_=conversations.c.arrived_at.type)
_come_last: Final = Prepared(
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(
        last_message_id=bindparam("message"),
        last_direction="outgoing",
        arrived_at=_now,
        waiting_since=null(),
        answered_at=func.coalesce(conversations.c.answered_at, _now),
        closing=False,
    )
)
