"""Why a reply waits: kept at its place in the outbox, and told as soon as it is so.

It leaves with the place.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, ScalarSelect, literal, select, update

from inbox.conversations import publish
from inbox.conversations.taking import take_message
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import N_
from inbox.domain.rows import MessageRow, OutboxRow
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.sending.claims import QUEUE
from inbox.storage.queue import Claim
from inbox.storage.tables import messages, outbox
from inbox.storage.typed_rows import all_rows

BEHIND: Final = N_("An earlier reply to them is still to be sent")


def postpone_send(
    connection: Connection, claim: Claim, due_at: Micros, reason: str, now: Micros
) -> None:
    """Let go of a send for a later try, and say why; also of those that wait behind it."""
    [message_id] = claim.key
    take_message(connection, message_id)  # and its conversation: who writes now waits behind it
    if not QUEUE.postpone(connection, claim, due_at, claim.attempts + 1, reason=reason):
        return
    query = select(outbox).where(outbox.c.message_id == message_id)
    [first] = all_rows(OutboxRow, connection.execute(query))
    later = update(outbox).where(
        outbox.c.conversation_id == first["conversation_id"],
        outbox.c.number > first["number"],
        outbox.c.reason.is_(None),
    )
    behind = connection.execute(later.values(reason=BEHIND).returning(outbox))
    tell_waits(connection, [first, *all_rows(OutboxRow, behind)], now)


def reason_behind(conversation_id: str) -> ScalarSelect[Any]:
    """For a place that is new: what it waits for, if those before it wait."""
    held = select(literal(BEHIND)).select_from(outbox)
    held = held.where(outbox.c.conversation_id == conversation_id, outbox.c.reason.is_not(None))
    return held.limit(1).scalar_subquery()


def tell_waits(connection: Connection, places: Sequence[OutboxRow], now: Micros) -> None:
    """Why these wait, or that nothing holds them any more."""
    by_id = {place["message_id"]: place for place in places}
    query = select(messages).where(messages.c.id.in_(by_id)).order_by(messages.c.number)
    rows = all_rows(MessageRow, connection.execute(query))
    events: list[NewEvent] = [publish.message_waits(row, by_id[row["id"]]) for row in rows]
    append(connection, events, now)
