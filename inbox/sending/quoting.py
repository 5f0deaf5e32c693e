"""Which message a reply answers: one that the customer has before their eyes as well."""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from inbox.conversations import queries
from inbox.conversations.new_row import INTERNAL
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.public import Quote
from inbox.providers.registry import PROVIDERS


class Quoted(NamedTuple):
    """``provider_id``: what the provider calls it. ``shape``: see ``domain.shapes.quote``."""

    provider_id: str
    shape: Quote


def message_to_quote(connection: Connection, conversation: Any, message_id: str) -> Quoted:
    """The message of this conversation, in one statement; raises ``Invalid``.

    ``conversation`` is its row with its channel's ``provider``.
    """
    if "quote" not in PROVIDERS[conversation["provider"]].can:
        raise Invalid("quoted_id", _("On this channel no message can be quoted."))
    found = queries.quotable(connection, conversation["id"], message_id)
    if found is None:
        raise Invalid("quoted_id", _("The message to quote is not in this conversation."))
    row = found.row
    if row["direction"] == INTERNAL:
        raise Invalid("quoted_id", _("A note is internal: the customer has none to be quoted."))
    if row["type"] == "system":
        raise Invalid("quoted_id", _("A notice of WhatsApp’s cannot be quoted."))
    if row["deleted_at"] is not None:
        raise Invalid("quoted_id", _("The message to quote was deleted. Send it without."))
    if row["provider_message_id"] is None or row["status"] == "failed":
        raise Invalid("quoted_id", _("The customer does not have the message to quote."))
    return Quoted(row["provider_message_id"], found.shape)
