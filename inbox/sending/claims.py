"""Who sends what: a process claims a send before it begins, with a time.

Several processes may look at the same rows. Only the first row of a conversation can be
claimed, and a claim holds until the provider must long have answered. One that runs out was
a crashed process's: nobody knows whether its message went out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, or_, select, update

from inbox.domain import shapes
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.providers.base import Outgoing
from inbox.storage.tables import contacts, messages, outbox

CLAIM: Micros = 90 * SECOND
"""Longer than the longest send with what it takes to write down its end."""
LONGEST_WAIT: Micros = HOUR
"""Between two tries, whatever a provider asks for."""
SKEW: Micros = 10 * MINUTE
"""So far clocks may be apart. What is due later than it can be was written down before the clock
was set back, and is due now."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A send that is due. ``tried``: a process began it and did not tell its end by ``due_at``."""

    message_id: str
    channel_id: str
    conversation_id: str
    attempts: int
    due_at: Micros
    tried: bool
    content: str
    context: str | None
    wa_id: str | None
    user_id: str | None

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing(
            id=self.message_id,
            recipient=self.wa_id or self.user_id or "",
            text=shapes.decoded(self.content)["text"],
            quoted_id=(shapes.decoded(self.context) or {}).get("id"),
        )


_earlier = outbox.alias()
_behind = and_(
    _earlier.c.conversation_id == outbox.c.conversation_id, _earlier.c.number < outbox.c.number
)


def _over(rows: FromClause, now: Micros) -> ColumnElement[bool]:
    """Whether the time of a wait or of a claim is over."""
    until, started = rows.c.due_at, rows.c.started
    return or_(
        until <= now,
        until > now + LONGEST_WAIT + SKEW,
        and_(started, until > now + CLAIM + SKEW),
    )


def _held(now: Micros) -> ColumnElement[bool]:
    """Whether an earlier one of the conversation is under way, or waits for another try."""
    begun = or_(_earlier.c.started, _earlier.c.attempts > 0)
    return exists(select(_earlier.c.message_id).where(_behind, ~_over(_earlier, now), begun))


# Due at once, whatever the clock says: it may have been set back since.
_fresh = and_(outbox.c.attempts == 0, outbox.c.started.is_(False))


def due(connection: Connection, now: Micros, busy: Sequence[str], limit: int) -> list[Waiting]:
    """Sends to begin, by conversation and in order; nothing behind one that waits."""
    query = (
        select(
            outbox.c.message_id,
            outbox.c.channel_id,
            outbox.c.conversation_id,
            outbox.c.attempts,
            outbox.c.due_at,
            outbox.c.started.label("tried"),
            messages.c.content,
            messages.c.context,
            contacts.c.wa_id,
            contacts.c.user_id,
        )
        .join(messages, messages.c.id == outbox.c.message_id)
        .join(contacts, contacts.c.id == messages.c.contact_id)
        .where(
            outbox.c.conversation_id.not_in(busy),
            or_(_over(outbox, now), _fresh),
            ~_held(now),
        )
        .order_by(outbox.c.conversation_id, outbox.c.number)
        .limit(limit)
    )
    rows = connection.execute(query).mappings()
    return [Waiting(**row) for row in rows]


def claim(connection: Connection, message_id: str, now: Micros, until: Micros) -> bool:
    """Say, before the call, that this process makes it; whether it may.

    Asked again after a commit whose answer was lost, it says the same.
    """
    free = and_(outbox.c.started.is_(False), or_(_over(outbox, now), _fresh))
    ours = and_(outbox.c.started.is_(True), outbox.c.due_at == until)
    first = ~exists(select(_earlier.c.message_id).where(_behind))
    statement = (
        update(outbox)
        .where(outbox.c.message_id == message_id, or_(free, ours), first)
        .values(started=True, due_at=until)
        .returning(outbox.c.message_id)
    )
    return connection.execute(statement).first() is not None


def expire(connection: Connection, now: Micros) -> None:
    """End every claim."""
    connection.execute(update(outbox).where(outbox.c.started.is_(True)).values(due_at=now))
