"""An agent reacts to a message: shown at once, and told to the customer a moment later."""

from msgspec import Struct
from sqlalchemy import Connection

from inbox.conversations import queries
from inbox.conversations.moved import moved_into
from inbox.conversations.reactions import store_reaction
from inbox.conversations.taking import take_message
from inbox.domain.abilities import CANNOT
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.public import Message
from inbox.domain.rows import MessageRow
from inbox.domain.times import DAY, Micros
from inbox.sending.sendable import check_sendable

OLDEST: Micros = 30 * DAY
"""WhatsApp takes reactions to nothing that is older."""


class Reacting(Struct, frozen=True, kw_only=True):
    """``emoji``: empty takes back the one that is there."""

    conversation_id: str
    message_id: str
    emoji: str


def place_reaction(connection: Connection, asked: Reacting, now: Micros) -> Message:
    """The message as it is then. Raises ``Invalid``, ``Missing`` and ``window.WindowClosed``."""
    row = take_message(connection, asked.message_id)
    here = moved_into(connection, asked.conversation_id) or asked.conversation_id
    if row is None or row["conversation_id"] != here:
        raise Invalid("reaction.message_id", _("That message is not in this conversation."))
    able = check_sendable(connection, here, now)
    if "reaction" not in able:
        raise Invalid("type", _(CANNOT["reaction"]))
    _check(row, now)
    store_reaction(connection, row, asked.emoji, now)
    again = take_message(connection, row["id"])
    if again is None:
        raise Missing(_("There is no such message."))
    return queries.message_shapes(connection, [again])[0]


def _check(row: MessageRow, now: Micros) -> None:
    field = "reaction.message_id"
    if row["type"] == "system":
        raise Invalid(field, _("Nobody can react to a notice of WhatsApp’s."))
    if row["deleted_at"] is not None:
        raise Invalid(field, _("That message was deleted."))
    if row["provider_message_id"] is None or row["status"] in ("queued", "failed"):
        raise Invalid(field, _("The customer does not have that message."))
    if row["sort_at"] < now - OLDEST:
        raise Invalid(field, _("That message is older than 30 days: WhatsApp takes no reaction."))
