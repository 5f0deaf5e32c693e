"""Telling customers that their messages are read: what a provider is still to be told of.

One row per conversation: the newest message that an agent has read stands for all before it.
The row stays when that was told, so that nobody is told twice. To tell twice would do no harm, so
a claim is only a time: who does not come back with an end has died, and another goes on.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from inbox.domain.times import DAY, HOUR, MINUTE, SECOND, Micros
from inbox.storage.dialect import insert
from inbox.storage.tables import messages, read_marks

CLAIM: Micros = 90 * SECOND
"""Longer than the longest call."""
LONGEST_WAIT: Micros = HOUR
WORTH: Micros = DAY
"""So long after the reading it is still worth telling."""
OLDEST: Micros = 30 * DAY
"""WhatsApp knows of no older message."""
_SKEW: Micros = 10 * MINUTE
"""So far clocks may be apart; what is due later than it can be is due now."""


@dataclass(frozen=True, slots=True)
class Mark:
    """That all up to this message is read. ``until``: the claim under which we tell it."""

    conversation_id: str
    channel_id: str
    provider_message_id: str
    asked_at: Micros
    attempts: int
    until: Micros


def want_told(connection: Connection, conversation_id: str, channel_id: str, now: Micros) -> None:
    """Have it told that all of the conversation is read; one statement.

    What was told before is not told again, and what still waits becomes this.
    """
    of = messages.c
    newest = (
        select(
            of.conversation_id,
            literal(channel_id),
            of.provider_message_id,
            literal(now),
            literal(now),
            literal(0),
        )
        .where(
            of.conversation_id == conversation_id,
            of.direction == "incoming",
            of.provider_message_id.is_not(None),
            of.deleted_at.is_(None),
            of.sort_at > now - OLDEST,
        )
        .order_by(of.sort_at.desc(), of.number.desc())
        .limit(1)
    )
    names = ["conversation_id", "channel_id", "provider_message_id", "asked_at", "due_at"]
    statement = insert(connection, read_marks).from_select([*names, "attempts"], newest)
    new, old = statement.excluded, read_marks.c
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id"],
            set_={
                "channel_id": new.channel_id,
                "provider_message_id": new.provider_message_id,
                "asked_at": new.asked_at,
                "due_at": func.coalesce(old.due_at, new.due_at),
            },
            where=old.provider_message_id != new.provider_message_id,
        )
    )


def _due(now: Micros) -> ColumnElement[bool]:
    due_at = read_marks.c.due_at
    return and_(due_at.is_not(None), or_(due_at <= now, due_at > now + LONGEST_WAIT + _SKEW))


def any_due(connection: Connection, now: Micros) -> bool:
    query = select(read_marks.c.conversation_id).where(_due(now)).limit(1)
    return connection.execute(query).first() is not None


def claim(connection: Connection, limit: int, now: Micros) -> list[Mark]:
    """Take some of what is due; nobody else has it for the time of the claim."""
    kept, until = read_marks.c, now + CLAIM
    query = (
        select(
            kept.conversation_id,
            kept.channel_id,
            kept.provider_message_id,
            kept.asked_at,
            kept.attempts,
        )
        .where(_due(now))
        .order_by(kept.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [Mark(*row, until) for row in connection.execute(query)]
    if found:
        _change(connection, [mark.conversation_id for mark in found], due_at=until)
    return found


def _change(connection: Connection, ids: Collection[str], **values: Micros) -> None:
    statement = update(read_marks).where(read_marks.c.conversation_id.in_(ids))
    connection.execute(statement.values(values))


def finish(connection: Connection, mark: Mark, now: Micros) -> None:
    """It was told, or never will be. What was read meanwhile is due at once."""
    kept = read_marks.c
    same = kept.provider_message_id == mark.provider_message_id
    connection.execute(
        update(read_marks)
        .where(*_ours(mark))
        .values(due_at=case((same, None), else_=now), attempts=0)
    )


def postpone(connection: Connection, mark: Mark, due_at: Micros) -> None:
    """Another try, later: of whatever is the newest then."""
    connection.execute(
        update(read_marks).where(*_ours(mark)).values(due_at=due_at, attempts=mark.attempts + 1)
    )


def _ours(mark: Mark) -> tuple[ColumnElement[bool], ...]:
    kept = read_marks.c
    return kept.conversation_id == mark.conversation_id, kept.due_at == mark.until
