"""Free text outside the 24 hours as Direct Send, where a channel has it: asked for each time.

It costs, so nothing goes so by itself: what is held waits for the customer, and what is to be sent
at a time that finds the window closed fails.
"""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from inbox.domain.abilities import CANNOT
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.direct import as_direct, check_kind, undirected
from inbox.domain.outgoing.said import Said
from inbox.domain.rows import MessageRow
from inbox.domain.shapes import content_of, encoded
from inbox.domain.times import Micros
from inbox.providers.registry import PROVIDERS
from inbox.sending import window
from inbox.sending.sendable import check_sendable
from inbox.storage.tables import channels, messages

Way = Literal["window", "direct", "held"]


def check_direct(said: Said, conversation: Mapping[str, Any], *, later: bool) -> None:
    """``later``: it is also to wait. Raises ``Invalid``."""
    if not _has_it(conversation["provider"], conversation["direct_send"]):
        raise Invalid("direct", _(CANNOT["direct_send"]))
    if later:
        raise Invalid("direct", _("A Direct Send goes at once: it is neither held nor scheduled."))
    check_kind(said)


def in_window(said: Said, conversation: Mapping[str, Any], now: Micros) -> Said:
    """As Direct Send, if WhatsApp takes it in no other way."""
    known = conversation["provider"], conversation["last_inbound_at"]
    return said if window.is_open(*known, now) else as_direct(said)


def way_again(connection: Connection, row: MessageRow, now: Micros, *, hold: bool) -> Way:
    """How what failed goes now; raises ``Invalid`` and ``window.WindowClosed``."""
    template = row["type"] == "template"
    try:
        check_sendable(connection, row["conversation_id"], now, template=template)
    except window.WindowClosed:
        if hold:
            return "held"
        if content_of(row["content"]).get("direct") and _still(connection, row["channel_id"]):
            return "direct"
        raise
    return "window"


def on_its_way(connection: Connection, row: MessageRow, way: Way) -> MessageRow:
    """The row, as it goes so: what went as Direct Send may do without by now."""
    content = content_of(row["content"])
    if way == "direct" or "direct" not in content:
        return row
    plain = encoded(undirected(content))
    this = update(messages).where(messages.c.id == row["id"])
    connection.execute(this.values(content=plain))
    return {**row, "content": plain}


def _still(connection: Connection, channel_id: str) -> bool:
    query = select(channels.c.provider, channels.c.direct_send).where(channels.c.id == channel_id)
    provider, direct_send = connection.execute(query).one()
    return _has_it(provider, direct_send)


def _has_it(provider: str, direct_send: str) -> bool:
    return direct_send == "on" and "direct_send" in PROVIDERS[provider].can
