"""Writing to a number first: one transaction makes whom it is to, and what is said to them."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from inbox.access.reach import on_channels
from inbox.conversations.first_contact import conversation_with
from inbox.conversations.reaching import reaches_conversation
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.new_number import FIELD, NewNumber, home_of, read_number
from inbox.domain.public import Message
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.shapes import decoded
from inbox.domain.stored import NumberCheck
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.sending import replies
from inbox.sending.replies import Reply
from inbox.sending.sendable import check_channel
from inbox.storage.tables import channels, conversations

NAME_LIMIT: Final = 200


class NewContact(Struct, frozen=True, kw_only=True):
    """Whom somebody writes to first, as they typed it."""

    channel_id: str
    phone_number: str
    name: str = ""
    reach: Reach = EVERYTHING
    """Of who writes: whoever is known, but with others, is not written to."""


def write_first(connection: Connection, to: NewContact, reply: Reply, now: Micros) -> Message:
    """Send it to whoever has this number; of one that is known it goes on in their conversation.

    Raises what ``replies.enqueue`` does, and then nothing is there of them.
    """
    if len(to.name) > NAME_LIMIT:
        raise Invalid("name", _("A name has at most %(most)s characters.", most=NAME_LIMIT))
    number = number_of(connection, to)
    name = to.name.strip()
    conversation_id, events = conversation_with(connection, to.channel_id, number, now, name)
    if events:
        _keep_in_sight(connection, to.reach, conversation_id)
    else:
        refuse_others(connection, to.reach, conversation_id)
    append(connection, events, now)
    return replies.enqueue(connection, replace(reply, conversation_id=conversation_id), now)


def _keep_in_sight(connection: Connection, reach: Reach, conversation_id: str) -> None:
    """Who sees their teams' conversations alone begins one for a team of theirs.

    Raises ``Invalid`` for who is of none.
    """
    if reaches_conversation(connection, reach, conversation_id):
        return
    if not reach.teams:
        raise Invalid(FIELD, _("You are of no team, so you would not see this conversation."))
    this = update(conversations).where(conversations.c.id == conversation_id)
    connection.execute(this.values(team_id=min(reach.teams)))


def refuse_others(connection: Connection, reach: Reach, known: str | None) -> None:
    """Raises ``Invalid`` where this conversation is not within reach of who wants to write."""
    if known is not None and not reaches_conversation(connection, reach, known):
        raise Invalid(FIELD, _("You cannot write to this number: ask a colleague who may."))


def number_of(connection: Connection, to: NewContact) -> NewNumber:
    """What is typed, read as at the home of the channel's own number; raises ``Invalid``."""
    query = select(channels.c.state, channels.c.checked).where(channels.c.id == to.channel_id)
    found = connection.execute(query.where(*on_channels(to.reach, channels.c.id))).first()
    if found is None:
        raise Invalid("channel_id", _("There is no such channel."))
    check_channel(found.state)
    checked: NumberCheck | None = decoded(found.checked)
    own = f"+{checked['phone']}" if checked and "phone" in checked else None
    return read_number(to.phone_number, home_of(own))
