"""A place in the outbox, and what else becomes so when a message takes one."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select, update

from inbox.domain.rows import MessageRow, OutboxRow
from inbox.domain.status import NOT_YET
from inbox.domain.times import Micros, whole_second
from inbox.domain.undo import UNDO, UNDOABLE
from inbox.sending.waiting import place_behind
from inbox.storage.tables import conversations, messages, outbox
from inbox.storage.typed_rows import all_rows

_place = outbox.c


def take_place(connection: Connection, row: MessageRow, now: Micros) -> OutboxRow:
    """By the order in which messages were stored; that of one that is sent again is its own."""
    return _stored(connection, row, row["number"], now, place_behind(row, row["number"], now))


def take_undoable_place(connection: Connection, row: MessageRow, now: Micros) -> OutboxRow:
    """One that goes out a moment later, whatever it waits for then."""
    undoable = {"reason": UNDOABLE, "due_at": now + UNDO}
    return _stored(connection, row, row["number"], now, undoable)


def take_last_place(connection: Connection, row: MessageRow, now: Micros) -> OutboxRow:
    """Behind all that waits in its conversation, though it was stored before them."""
    last = select(func.max(_place.number), func.max(_place.since))
    mine = last.where(_place.conversation_id == row["conversation_id"])
    number, since = connection.execute(mine).one()
    number, at = max(number or 0, row["number"]), max(now, (since or 0) + 1)
    return _stored(connection, row, number, at, place_behind(row, number, now))


def _stored(
    connection: Connection, row: MessageRow, number: int, at: Micros, more: Mapping[str, object]
) -> OutboxRow:
    place = {
        "channel_id": row["channel_id"],
        "conversation_id": row["conversation_id"],
        "number": number,
        "message_id": row["id"],
        "attempts": 0,
        "since": at,
        **more,
    }
    stored = connection.execute(outbox.insert().values(place).returning(outbox))
    return all_rows(OutboxRow, stored)[0]


def newest_said(connection: Connection, conversation_id: str) -> Micros:
    """When the last message of the thread was said, by the provider's clock.

    Ours may be behind, and what answers it stands below it: of one second, arrival decides. What is
    to be sent at a time stands below both.
    """
    kept = messages.c
    said = (kept.conversation_id == conversation_id, kept.status.not_in(NOT_YET))
    query = select(kept.sort_at).where(*said).order_by(kept.sort_at.desc()).limit(1)
    return connection.execute(query).scalar() or 0


def below_all(connection: Connection, conversation_id: str, now: Micros) -> Micros:
    """Where that stands which is said now and was stored earlier: of one second, too, the last."""
    return max(whole_second(now), newest_said(connection, conversation_id)) + 1


def come_last(connection: Connection, row: MessageRow, now: Micros) -> None:
    kept = conversations.c
    connection.execute(
        update(conversations)
        .where(kept.id == row["conversation_id"])
        .values(
            last_message_id=row["id"],
            last_direction="outgoing",
            arrived_at=now,
            waiting_since=None,
            answered_at=func.coalesce(kept.answered_at, now),
            closing=False,
        )
    )
