"""Whether anything may be sent in a conversation now, and what its system can do."""

from sqlalchemy import Connection, select

from inbox.domain.abilities import Ability
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.times import Micros
from inbox.providers.registry import PROVIDERS
from inbox.sending import window
from inbox.storage.tables import channels, contacts, conversations


def check_sendable(
    connection: Connection, conversation_id: str, now: Micros, *, template: bool = False
) -> frozenset[Ability]:
    """One statement. Raises ``Invalid`` and ``window.WindowClosed``, which is no ``template``'s."""
    query = (
        select(
            channels.c.state,
            channels.c.provider,
            channels.c.api_base,
            conversations.c.last_inbound_at,
            contacts.c.blocked_at,
        )
        .join_from(conversations, channels, channels.c.id == conversations.c.channel_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(conversations.c.id == conversation_id)
    )
    row = connection.execute(query).one()
    check_channel(row.state)
    check_unblocked(row.blocked_at)
    if not template:
        window.check(row.provider, row.last_inbound_at, now)
    return PROVIDERS[row.provider].can_at(row.api_base)


def check_channel(state: str) -> None:
    match state:
        case "paused":
            raise Invalid("channel", _("This channel is paused: nothing is sent by it."))
        case "removed":
            raise Invalid("channel", _("This channel was removed: nothing can be sent by it."))


def check_unblocked(blocked_at: Micros | None) -> None:
    if blocked_at is not None:
        raise Invalid("contact", _("You have blocked this customer. Unblock them to write."))
