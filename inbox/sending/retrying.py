"""A message that failed is sent again, by whoever presses *Retry*."""

from sqlalchemy import Connection, func, select, update

from inbox.conversations import publish, queries
from inbox.conversations.moved import refuse_misdirected
from inbox.conversations.taking import take_message
from inbox.conversations.tries import keep_try
from inbox.domain import shapes
from inbox.domain.content import SendProblem
from inbox.domain.errors import Missing
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import _
from inbox.domain.public import Message
from inbox.domain.rows import MessageRow
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.sending.direct_sends import on_its_way, way_again
from inbox.sending.later import put_aside
from inbox.sending.places import take_place
from inbox.sending.provider_files import forget_refused
from inbox.storage.tables import messages, receipts
from inbox.storage.typed_rows import first_row


def retry(
    connection: Connection,
    message_id: str,
    now: Micros,
    written_for: str = "",
    hold: bool = False,
) -> Message:
    """Send a failed message again, once however often it is asked.

    ``hold``: if the window is closed, once the customer writes. Raises ``Invalid``, ``Missing``
    and ``window.WindowClosed``.
    """
    found = take_message(connection, message_id)
    if found is None:
        raise Missing(_("There is no such message."))
    refuse_misdirected(connection, written_for, found["conversation_id"])
    again = (
        update(messages)
        .where(
            messages.c.id == message_id,
            messages.c.direction == "outgoing",
            messages.c.status == "failed",
        )
        # The provider gives a new id; receipts of the lost try stay with the old one.
        .values(status="queued", error=None, provider_message_id=None, inner_id=None)
        .returning(*messages.c)
    )
    row = first_row(MessageRow, connection.execute(again))
    if row is None:
        return queries.message_shapes(connection, [found])[0]
    forget_refused(connection, found)
    way = way_again(connection, row, now, hold=hold)
    row = on_its_way(connection, row, way)
    if found["provider_message_id"] is not None:  # what we ourselves gave up is noted already
        keep_try(connection, message_id, "undone", _problem(found), _failed_at(connection, found))
    if way == "held":
        return _hold(connection, row, now)
    place = take_place(connection, row, now)
    [shape] = queries.message_shapes(connection, [row])
    events: list[NewEvent] = [publish.message_status(row, "failed", now, place=place)]
    if row["content"] != found["content"]:
        events.append(publish.message_updated(shape, ["content"]))
    append(connection, events, now)
    return shape


def _hold(connection: Connection, row: MessageRow, now: Micros) -> Message:
    held: MessageRow = {**row, "status": "held"}
    connection.execute(update(messages).where(messages.c.id == row["id"]).values(status="held"))
    conversation = queries.conversation(connection, row["conversation_id"])
    assert conversation is not None
    put_aside(connection, held, conversation["inbound_count"], now)
    [shape] = queries.message_shapes(connection, [held])
    events: list[NewEvent] = [
        publish.message_status(held, "failed", now),
        publish.message_updated(shape, ["held"]),
    ]
    append(connection, events, now)
    return shape


def _problem(failed: MessageRow) -> SendProblem:
    problem: SendProblem | None = shapes.decoded(failed["error"])
    return problem or {}


def _failed_at(connection: Connection, failed: MessageRow) -> Micros:
    """When WhatsApp reported it."""
    query = select(func.min(receipts.c.at)).where(
        receipts.c.channel_id == failed["channel_id"],
        receipts.c.provider_message_id == failed["provider_message_id"],
        receipts.c.status == "failed",
    )
    return connection.execute(query).scalar() or failed["received_at"]
