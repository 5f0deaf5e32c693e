"""Who sends what: a process claims a send before it begins, with a time.

Several processes may look at the same rows. Only the first row of a conversation can be
claimed, and a claim holds until the provider must long have answered. One that runs out was
a crashed process's: nobody knows whether its message went out.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, and_, select, tuple_

from inbox.channels.rows import NOT_PAUSED
from inbox.conversations.new_row import OUTGOING
from inbox.domain import shapes
from inbox.domain.content import TypeName
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.signature import composed
from inbox.domain.times import HOUR, SECOND, Micros
from inbox.providers.base import Outgoing
from inbox.storage.queue import Claim, Queue, Turn
from inbox.storage.tables import channels, contacts, messages, outbox

CLAIM: Micros = 90 * SECOND
"""Longer than the longest send with what it takes to write down its end."""
LONGEST_WAIT: Micros = HOUR
"""Between two tries, whatever a provider asks for."""


class Waiting(Struct, frozen=True):
    """A send that is ours to make. ``tried``: a process began it and did not tell its end in
    time; the claim is still that one's, and only its end is ours to tell."""

    claim: Claim
    tried: bool
    type: TypeName
    content: str
    context: str | None
    wa_id: str | None
    user_id: str | None

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing(
            id=self.claim.key[0],
            recipient=self.wa_id or self.user_id or "",
            said=composed(Said(self.type, shapes.content_of(self.content))),
            quoted_id=(shapes.decoded(self.context) or {}).get("id"),
        )


_earlier = outbox.alias()
_order = tuple_(outbox.c.number, outbox.c.since)
"""Of a conversation; what was to be sent at a time comes behind what waits then."""
_behind = and_(
    _earlier.c.conversation_id == outbox.c.conversation_id,
    tuple_(_earlier.c.number, _earlier.c.since) < _order,
)
_in_front = select(_earlier.c.message_id).where(_behind).limit(1).correlate(outbox)
"""Looked up for each row. As EXISTS PostgreSQL joins the queue with itself, and each row with all
others where its statistics are of a moment when nothing waited: ten thousand take a minute."""
QUEUE = Queue(
    outbox,
    longest=LONGEST_WAIT,
    lane=outbox.c.channel_id,
    free={"started": False},
    once=CLAIM,
    first=_in_front.scalar_subquery().is_(None),
    open=NOT_PAUSED,
    shut_until=channels.c.limited_until,
    timeless=True,
)
_DUE = (
    select(
        outbox.c.message_id,
        outbox.c.channel_id,
        outbox.c.attempts,
        outbox.c.due_at,
        outbox.c.started,
        messages.c.type,
        messages.c.content,
        messages.c.context,
        contacts.c.wa_id,
        contacts.c.user_id,
    )
    .join(messages, messages.c.id == outbox.c.message_id)
    .join(contacts, contacts.c.id == messages.c.contact_id)
    # What is internal cannot be claimed, whoever put it there (law 35).
    .where(messages.c.direction == OUTGOING)
    .order_by(outbox.c.due_at, outbox.c.since)
)


_FACTS = ("type", "content", "context", "wa_id", "user_id")


def claim(connection: Connection, turn: Turn) -> list[Waiting]:
    """Say, before the calls, that this process makes them; those that it may make."""
    rows = QUEUE.claim(connection, turn, _DUE, started=True)
    return [_waiting(row, turn.until) for row in rows]


def _waiting(row: Mapping[str, Any], until: Micros) -> Waiting:
    tried = row["started"] and row["due_at"] != until
    held = send_claim(
        row["message_id"], row["due_at"] if tried else until, row["attempts"], row["channel_id"]
    )
    return Waiting(held, tried, **{name: row[name] for name in _FACTS})


def send_claim(message_id: str, until: Micros, attempts: int = 0, channel_id: str = "") -> Claim:
    return Claim((message_id,), channel_id, {"started": True, "due_at": until}, attempts)
