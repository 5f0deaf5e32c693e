"""Writing to a number first: one transaction makes whom it is to, and what is said to them."""

from dataclasses import replace

from sqlalchemy import Connection, select

from inbox.conversations.first_contact import conversation_with
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.new_number import NewNumber, home_of, read_number
from inbox.domain.public import Message
from inbox.domain.shapes import decoded
from inbox.domain.stored import NumberCheck
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.sending import replies
from inbox.sending.replies import Reply
from inbox.sending.sendable import check_channel
from inbox.storage.tables import channels


def write_first(
    connection: Connection, channel_id: str, phone_number: str, reply: Reply, now: Micros
) -> Message:
    """Send it to whoever has this number; of one that is known it goes on in their conversation.

    Raises what ``replies.enqueue`` does, and then nothing is there of them.
    """
    number = number_for(connection, channel_id, phone_number)
    conversation_id, events = conversation_with(connection, channel_id, number, now)
    append(connection, events, now)
    return replies.enqueue(connection, replace(reply, conversation_id=conversation_id), now)


def number_for(connection: Connection, channel_id: str, phone_number: str) -> NewNumber:
    """What is typed, read as at the home of the channel's own number; raises ``Invalid``."""
    query = select(channels.c.state, channels.c.checked).where(channels.c.id == channel_id)
    found = connection.execute(query).first()
    if found is None:
        raise Invalid("channel_id", _("There is no such channel."))
    check_channel(found.state)
    checked: NumberCheck | None = decoded(found.checked)
    own = f"+{checked['phone']}" if checked and "phone" in checked else None
    return read_number(phone_number, home_of(own))
