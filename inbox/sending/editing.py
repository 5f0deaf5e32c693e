"""A reply that is not to be sent yet is written anew, sent at another time, or at once."""

from msgspec import Struct
from sqlalchemy import Connection, select, update

from inbox.conversations import publish, queries
from inbox.conversations.moved import refuse_misdirected
from inbox.conversations.taking import take_message
from inbox.domain import shapes
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import Changed, Rescheduled
from inbox.domain.language import N_, _
from inbox.domain.outgoing import texts
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.signature import in_name_of
from inbox.domain.public import Message
from inbox.domain.rows import LaterRow, MessageRow
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.sending.later import check_time, hand_over, take_later
from inbox.sending.sendable import check_sendable
from inbox.sending.taking_back import TooLate
from inbox.storage.tables import conversations, later_sends, messages

TOO_LATE_TO_EDIT = N_("It is on its way or was sent: what it says cannot be changed any more.")


class NotEditable(TooLate):
    """It is not one that waits for its time, or for the customer."""

    def __init__(self) -> None:
        super().__init__(_(TOO_LATE_TO_EDIT))


class Edit(Struct, frozen=True, kw_only=True):
    """None: as it is."""

    text: str | None = None
    send_at: Micros | None = None
    stop_on_reply: bool | None = None


def edit_reply(
    connection: Connection, message_id: str, edit: Edit, now: Micros, written_for: str = ""
) -> Message:
    """Who changes it has written it now. Raises ``Invalid``, ``Missing`` and ``NotEditable``."""
    row, place = _taken(connection, message_id, written_for)
    changed: list[Changed | Rescheduled] = []
    if edit.text is not None:
        _rewrite(connection, row, edit.text)
        changed += ["content"]
    if edit.send_at is not None:
        _put_off(connection, row, place, edit.send_at, now)
        changed += ["timestamp", "scheduled_at", "held", "waiting"]
    if edit.stop_on_reply is not None:
        _let_stop(connection, message_id, edit.stop_on_reply)
        changed += ["stop_on_reply"]
    _rewritten_at(connection, message_id, now)
    shape = _shown(connection, message_id)
    append(connection, [publish.message_updated(shape, changed)], now)
    return shape


def send_now(
    connection: Connection, message_id: str, now: Micros, written_for: str = ""
) -> Message:
    """Whatever it waits for; a second time changes nothing.

    Raises ``Invalid``, ``Missing``, ``NotEditable`` and ``window.WindowClosed``.
    """
    row, place = _taken(connection, message_id, written_for)
    template = row["type"] == "template"
    check_sendable(connection, row["conversation_id"], now, template=template)
    _rewritten_at(connection, message_id, now)
    seen = _come_by_now(connection, row)
    row, place = {**row, "received_at": now}, {**place, "inbound_count": seen}
    append(connection, hand_over(connection, row, place, now), now)
    return _shown(connection, message_id)


def _taken(
    connection: Connection, message_id: str, written_for: str
) -> tuple[MessageRow, LaterRow]:
    row = take_message(connection, message_id)
    if row is None:
        raise Missing(_("There is no such message."))
    refuse_misdirected(connection, written_for, row["conversation_id"])
    found = take_later(connection, message_id)
    if found is None:
        raise NotEditable
    return found


def _shown(connection: Connection, message_id: str) -> Message:
    row = take_message(connection, message_id)
    assert row is not None
    return queries.message_shapes(connection, [row])[0]


def _rewrite(connection: Connection, row: MessageRow, words: str) -> None:
    """In the name in which it was written."""
    if row["type"] != "text":
        raise Invalid("text", _("Only a text can be written anew. Take it back and send another."))
    content = shapes.content_of(row["content"])
    said = Said("text", {**content, **texts.text(words).content})
    said = in_name_of(said, content.get("signature"))
    _change(connection, row["id"], content=shapes.encoded(said.content))


def _put_off(
    connection: Connection, row: MessageRow, place: LaterRow, send_at: Micros, now: Micros
) -> None:
    """What stopped as they had written stops again only once they write again."""
    check_time(send_at, now)
    values: dict[str, object] = {"due_at": send_at, "reason": None}
    if place["reason"] is not None or place["due_at"] is None:
        values["inbound_count"] = _come_by_now(connection, row)
    this = update(later_sends).where(later_sends.c.message_id == row["id"])
    connection.execute(this.values(values))
    _change(connection, row["id"], status="scheduled", sort_at=send_at)


def _come_by_now(connection: Connection, row: MessageRow) -> int:
    here = conversations.c.id == row["conversation_id"]
    count = connection.execute(select(conversations.c.inbound_count).where(here)).scalar_one()
    return int(count)


def _let_stop(connection: Connection, message_id: str, wanted: bool) -> None:
    this = update(later_sends).where(later_sends.c.message_id == message_id)
    connection.execute(this.values(stops=wanted))


def _rewritten_at(connection: Connection, message_id: str, now: Micros) -> None:
    """What had come by then is what its customer is told was read, where the channel does so."""
    _change(connection, message_id, received_at=now)


def _change(connection: Connection, message_id: str, **values: object) -> None:
    connection.execute(update(messages).where(messages.c.id == message_id).values(values))
