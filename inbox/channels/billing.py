"""In which currency and time zone the account of a channel is billed: its provider says neither."""

from sqlalchemy import Connection, update

from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.money import currencies
from inbox.domain.text import clip
from inbox.domain.zones import is_zone
from inbox.storage.tables import channels

_SAID = 40


def set_billing(
    connection: Connection,
    channel_id: str,
    *,
    currency: str | None = None,
    time_zone: str | None = None,
) -> None:
    """Change what is given; an empty currency is an unknown one. Raises ``Invalid``."""
    facts = {}
    if currency is not None:
        facts["currency"] = _currency(currency.strip().upper())
    if time_zone is not None:
        facts["time_zone"] = _zone(time_zone.strip())
    here = update(channels).where(channels.c.id == channel_id, channels.c.state != "removed")
    if connection.execute(here.values(facts or {"id": channel_id})).rowcount == 0:
        raise Missing(_("There is no such channel."))


def _currency(said: str) -> str:
    if said and said not in currencies():
        raise Invalid(
            "currency",
            _("“%(said)s” is no currency: write three letters, as EUR.", said=clip(said, _SAID)),
        )
    return said


def _zone(said: str) -> str:
    if not is_zone(said):
        sentence = _(
            "“%(said)s” is no time zone: write one like Europe/Berlin.", said=clip(said, _SAID)
        )
        raise Invalid("time_zone", sentence)
    return said
