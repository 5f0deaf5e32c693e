"""Blocking a customer at their provider: what we show is what the provider said of it.

The provider is asked between two transactions, so that none is held open meanwhile.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select

from inbox.conversations.contacts import note_blocked
from inbox.domain import shapes
from inbox.domain.abilities import CANNOT
from inbox.domain.channels import Channel
from inbox.domain.contacts import Contact
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import N_, _, retold
from inbox.domain.rows import ContactRow
from inbox.domain.times import Micros
from inbox.providers.base import Http
from inbox.providers.blocking import Blocks
from inbox.providers.registry import PROVIDERS
from inbox.storage.database import Database
from inbox.storage.tables import contacts
from inbox.storage.typed_rows import first_row

NO_CONTACT = N_("There is no such contact.")


async def change_blocked(
    database: Database,
    http: Http,
    channels: Mapping[str, Channel],
    now: Callable[[], Micros],
    contact_id: str,
    blocked: bool,
) -> Contact:
    """Raises ``Invalid`` with what the provider said, and ``Missing``."""
    row = await database.read(_contact, contact_id)
    if row is None:
        raise Missing(_(NO_CONTACT))
    channel = channels.get(row["channel_id"])
    provider = PROVIDERS[channel.provider] if channel else None
    able = channel is not None and provider and "block" in provider.can_at(channel.api_base)
    if channel is None or not able or not isinstance(provider, Blocks):
        raise Invalid("blocked", _(CANNOT["block"]))
    if (row["blocked_at"] is not None) == blocked:
        return shapes.contact(row)
    who = row["wa_id"] or row["user_id"]
    if who is None:
        raise Invalid("blocked", _("Nobody knows who this customer is, so they cannot be blocked."))
    refused = await provider.set_blocked(http, channel, who, blocked)
    if refused is not None:
        told = (refused.title, refused.detail)
        raise Invalid("blocked", " ".join(_sentence(words) for words in told if words))
    noted = await database.write(note_blocked, contact_id, now() if blocked else None, now())
    if noted is None:
        raise Missing(_(NO_CONTACT))
    return noted


def _contact(connection: Connection, contact_id: str) -> ContactRow | None:
    query = select(contacts).where(contacts.c.id == contact_id)
    return first_row(ContactRow, connection.execute(query))


def _sentence(words: str) -> str:
    said = retold(words)
    return said if said.endswith((".", "!", "?")) else f"{said}."
