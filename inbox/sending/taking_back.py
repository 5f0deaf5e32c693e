"""A reply is taken back: only what has not been handed over, and then as if never written.

Whoever comes first decides, the outbox that claims it or the statement that takes its place there
away. WhatsApp itself takes nothing back.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, delete, exists, select, update

from inbox.conversations import publish, queries
from inbox.conversations.automatic import is_automatic
from inbox.conversations.moved import refuse_misdirected
from inbox.conversations.new_row import INCOMING, INTERNAL, OUTGOING
from inbox.conversations.removing import forget_message
from inbox.conversations.taking import take_message
from inbox.domain import shapes
from inbox.domain.errors import Missing
from inbox.domain.feed_events import NewEvent
from inbox.domain.from_customer import from_customer
from inbox.domain.language import N_, _
from inbox.domain.public import Message
from inbox.domain.rows import MessageRow
from inbox.domain.status import NOT_YET
from inbox.domain.stored import Direction
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.sending.later import drop_place
from inbox.sending.waiting import free_behind
from inbox.storage.tables import (
    conversations,
    echoes,
    messages,
    outbox,
)
from inbox.storage.typed_rows import all_rows

_NOTICES = 50
"""So many notices of WhatsApp's in a row are looked past for who spoke last."""

SENDING: Final = N_("It is just being sent: too late to take it back.")
SENT: Final = N_("It was sent already, and WhatsApp takes nothing back.")
FAILED: Final = N_("It was not sent: there is nothing to take back.")
NOTED: Final = N_("This is a note, which is never sent. Delete it as a note.")
THEIRS: Final = N_("Only what was written here can be taken back, before it is sent.")


class TooLate(Exception):
    """It has been handed over, or there is nothing to take back; the sentence says which."""


def take_reply_back(
    connection: Connection, message_id: str, now: Micros, written_for: str = ""
) -> Message:
    """Take it out of the outbox and of the conversation; what it was.

    The same reply asked for again by its ``client_id`` is refused. Raises ``Invalid``, ``Missing``
    and ``TooLate``.
    """
    row = take_message(connection, message_id)
    if row is None:
        raise Missing(_("There is no such message."))
    refuse_misdirected(connection, written_for, row["conversation_id"])
    [shape] = queries.message_shapes(connection, [row])
    if not (drop_place(connection, message_id) or _leave_outbox(connection, message_id)):
        raise TooLate(_(_why_not(row)))
    free_behind(connection, row["conversation_id"])
    forget_message(connection, row, now)
    _come_before(connection, row)
    _publish(connection, row, now)
    return shape


def _leave_outbox(connection: Connection, message_id: str) -> bool:
    """Whether it was there, and nobody had claimed it."""
    told = exists().where(echoes.c.message_id == outbox.c.message_id)
    ours = outbox.c.message_id == message_id
    out = delete(outbox).where(ours, outbox.c.started.is_(False), ~told)
    return connection.execute(out.returning(outbox.c.message_id)).first() is not None


def _why_not(row: MessageRow) -> str:
    match row["status"]:
        case "queued":
            return SENDING
        case "failed":
            return FAILED
        case "noted":
            return NOTED
        case "received":
            return THEIRS
    ours = row["client_id"] or row["sender_name"] or is_automatic(row)
    return SENT if ours else THEIRS


def _come_before(connection: Connection, row: MessageRow) -> None:
    """What was the last word before it is so again. The list keeps its order: rows only rise."""
    kept = conversations.c
    query = select(messages).where(
        messages.c.conversation_id == row["conversation_id"],
        messages.c.direction != INTERNAL,
        messages.c.status.not_in(NOT_YET),
    )
    query = query.order_by(messages.c.number.desc()).limit(_NOTICES)
    left = all_rows(MessageRow, connection.execute(query))
    values = {
        "last_message_id": left[0]["id"] if left else None,
        "last_direction": next(filter(None, map(_spoken, left)), None),
        "waiting_since": min((one["received_at"] for one in _unanswered(left)), default=None),
    }
    this = update(conversations).where(kept.id == row["conversation_id"])
    connection.execute(this.values(values))


def _unanswered(newest_first: Sequence[MessageRow]) -> Iterator[MessageRow]:
    """What the customer has said since any of us did."""
    for row in newest_first:
        match _spoken(row):
            case "incoming":
                yield row
            case "outgoing":
                return


def _spoken(row: MessageRow) -> Direction | None:
    """Whose word it is, if it is somebody's: what a channel says by itself is nobody's."""
    if row["direction"] == OUTGOING:
        return None if is_automatic(row) else OUTGOING
    return INCOMING if from_customer(row["type"], shapes.content_of(row["content"])) else None


def _publish(connection: Connection, row: MessageRow, now: Micros) -> None:
    conversation = queries.conversation(connection, row["conversation_id"])
    assert conversation is not None
    events: list[NewEvent] = [
        publish.message_removed(row),
        publish.conversation_updated(conversation),
    ]
    append(connection, events, now)
