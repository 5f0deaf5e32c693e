"""Telling customers that their messages are read: what a provider is still to be told of.

One row per conversation: the newest message that an agent has read stands for all before it.
The row stays when that was told, so that nobody is told twice. To tell twice would do no harm, so
a claim is only a time: who does not come back with an end has died, and another goes on.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, and_, case, exists, func, literal, select, true

from inbox.channels.rows import NOT_PAUSED
from inbox.domain.times import DAY, HOUR, SECOND, Micros
from inbox.storage.dialect import insert, json_text
from inbox.storage.queue import Claim, Queue, Turn
from inbox.storage.tables import channels, messages, read_marks

CLAIM: Micros = 90 * SECOND
"""Longer than the longest call."""
LONGEST_WAIT: Micros = HOUR
WORTH: Micros = DAY
"""So long after the reading it is still worth telling."""
OLDEST: Micros = 30 * DAY
"""WhatsApp knows of no older message."""

_kept = read_marks.c
QUEUE = Queue(
    read_marks,
    longest=LONGEST_WAIT,
    lane=_kept.channel_id,
    open=NOT_PAUSED,
    shut_until=channels.c.limited_until,
)
_DUE = select(
    _kept.conversation_id,
    _kept.channel_id,
    _kept.provider_message_id,
    _kept.asked_at,
    _kept.attempts,
).order_by(_kept.due_at)


class Mark(Struct, frozen=True):
    """That all of a conversation up to this message is read."""

    claim: Claim
    provider_message_id: str
    asked_at: Micros


def want_told(
    connection: Connection,
    conversation_id: str,
    channel_id: str,
    now: Micros,
    until: Micros | None = None,
) -> None:
    """Have it told that the conversation is read: all, or what had come ``until`` then.

    What was told before is not told again, and what still waits becomes this, if it is no less:
    who wrote earlier, for later, had read less. One statement.
    """
    of = messages.c
    newest = _newest(connection, conversation_id, now).with_only_columns(
        of.conversation_id,
        literal(channel_id),
        of.provider_message_id,
        literal(now),
        literal(now),
        literal(0),
    )
    newest = newest.where(true() if until is None else of.received_at <= until)
    names = ["conversation_id", "channel_id", "provider_message_id", "asked_at", "due_at"]
    statement = insert(connection, read_marks).from_select([*names, "attempts"], newest)
    new, old = statement.excluded, read_marks.c
    wanted = old.provider_message_id != new.provider_message_id
    if until is not None:
        further = exists().where(
            of.conversation_id == old.conversation_id,
            of.provider_message_id == old.provider_message_id,
            of.received_at > until,
        )
        wanted = and_(wanted, ~further)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id"],
            set_={
                "channel_id": new.channel_id,
                "provider_message_id": new.provider_message_id,
                "asked_at": new.asked_at,
                "due_at": func.coalesce(old.due_at, new.due_at),
            },
            where=wanted,
        )
    )


def newest_markable(connection: Connection, conversation_id: str, now: Micros) -> str | None:
    """The provider's id of the newest message of which a customer can be told that it was read."""
    return connection.execute(_newest(connection, conversation_id, now)).scalar()


def _newest(connection: Connection, conversation_id: str, now: Micros) -> Select[Any]:
    of = messages.c
    return (
        select(of.provider_message_id)
        .where(
            of.conversation_id == conversation_id,
            of.direction == "incoming",
            of.provider_message_id.is_not(None),
            of.deleted_at.is_(None),
            of.type != "system",
            # WhatsApp takes none for what is written in a group.
            json_text(connection, of.content, "group_id").is_(None),
            of.sort_at > now - OLDEST,
        )
        .order_by(of.sort_at.desc(), of.number.desc())
        .limit(1)
    )


def claim(connection: Connection, turn: Turn) -> list[Mark]:
    """Take some of what is due; nobody else has it for the time of the claim."""
    rows = QUEUE.claim(connection, turn, _DUE)
    held = {"due_at": turn.until}
    return [
        Mark(
            Claim((row["conversation_id"],), row["channel_id"], held, row["attempts"]),
            row["provider_message_id"],
            row["asked_at"],
        )
        for row in rows
    ]


def finish(connection: Connection, mark: Mark, now: Micros) -> None:
    """It was told, or never will be. What was read meanwhile is due at once."""
    same = _kept.provider_message_id == mark.provider_message_id
    QUEUE.change(connection, mark.claim, due_at=case((same, None), else_=now), attempts=0)
