"""Why a reply waits: kept at its place in the outbox, and told as soon as it is so.

It leaves with the place.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    tuple_,
    update,
)

from inbox.conversations import publish
from inbox.conversations.taking import take_message
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import N_
from inbox.domain.rows import MessageRow, OutboxRow
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.sending.claims import QUEUE
from inbox.storage.queue import AT_ONCE, Claim
from inbox.storage.tables import channels, messages, outbox
from inbox.storage.typed_rows import all_rows

BEHIND: Final = N_("An earlier reply to them is still to be sent")
PAUSED: Final = N_("The channel is paused, and it goes out when that is resumed")

_place = outbox.c


def postpone_send(
    connection: Connection, claim: Claim, due_at: Micros, reason: str, now: Micros
) -> None:
    """Let go of a send for a later try, and say why; also of those that wait behind it."""
    [message_id] = claim.key
    take_message(connection, message_id)  # and its conversation: who writes now waits behind it
    if not QUEUE.postpone(connection, claim, due_at, claim.attempts + 1, reason=reason):
        return
    query = select(outbox).where(_place.message_id == message_id)
    [first] = all_rows(OutboxRow, connection.execute(query))
    behind = and_(
        _place.conversation_id == first["conversation_id"],
        tuple_(_place.number, _place.since) > (first["number"], first["since"]),
    )
    # Not before it: nobody need look at them meanwhile.
    sooner = update(outbox).where(behind, _place.due_at < due_at)
    connection.execute(sooner.values(due_at=due_at))
    silent = update(outbox).where(behind, _place.reason.is_(None)).values(reason=BEHIND)
    told = connection.execute(silent.returning(outbox))
    tell_waits(connection, [first, *all_rows(OutboxRow, told)], now)


def finish_send(connection: Connection, claim: Claim, row: MessageRow) -> bool:
    """Take it out of the outbox; whether it was still ours to take out."""
    ours = QUEUE.finish(connection, claim)
    if ours and claim.attempts:
        free_behind(connection, row["conversation_id"])
    return ours


def free_behind(connection: Connection, conversation_id: str) -> None:
    """What waited behind one that waited goes on."""
    behind = update(outbox).where(
        _place.conversation_id == conversation_id, _place.reason == BEHIND, _place.attempts == 0
    )
    connection.execute(behind.values(due_at=AT_ONCE))


_held = (
    select(outbox)
    .where(
        _place.conversation_id == bindparam("conversation"),
        _place.number <= bindparam("place"),
        _place.reason.is_not(None),
    )
    .order_by(_place.number)
    .limit(1)
)
_shut = case(
    (channels.c.state == "paused", literal(PAUSED)),
    (channels.c.limited_until > bindparam("moment"), channels.c.limit_reason),
)
PLACE_BEHIND: Final[Mapping[str, ColumnElement[object]]] = {
    "reason": func.coalesce(
        _held.with_only_columns(literal(BEHIND)).scalar_subquery(),
        select(_shut).where(channels.c.id == bindparam("channel")).scalar_subquery(),
    ),
    "due_at": func.coalesce(_held.with_only_columns(_place.due_at).scalar_subquery(), AT_ONCE),
}
"""Of a place that is new, ``place`` of this ``conversation`` and ``channel`` at this ``moment``:
what it waits for, and until when, if those before it wait."""


def tell_waits(connection: Connection, places: Sequence[OutboxRow], now: Micros) -> None:
    """Why these wait, or that nothing holds them any more."""
    by_id = {place["message_id"]: place for place in places}
    query = select(messages).where(messages.c.id.in_(by_id)).order_by(messages.c.number)
    rows = all_rows(MessageRow, connection.execute(query))
    events: list[NewEvent] = [publish.message_waits(row, by_id[row["id"]]) for row in rows]
    append(connection, events, now)
