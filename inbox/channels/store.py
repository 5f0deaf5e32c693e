"""The connected numbers in the database; their secrets are sealed, the key's digest routes.

Whatever changes one tells the feed in the same transaction.
"""

import secrets

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, insert, select, update

from inbox.channels import numbers
from inbox.channels.news import tell_channel
from inbox.channels.rows import columns, unseal
from inbox.channels.validation import overlap_hours, with_facts
from inbox.domain.channels import Channel
from inbox.domain.errors import Missing
from inbox.domain.hours.given import AutomaticTexts
from inbox.domain.hours.week import BusinessHours
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.shapes import encoded
from inbox.domain.stored import NumberCheck
from inbox.domain.times import HOUR, Micros
from inbox.feed.log import append
from inbox.feed.news import channel_changed
from inbox.storage.secrets import Sealer, new_token, token_digest
from inbox.storage.tables import channels


def drafted(*, name: str, provider: str, now: Micros, **facts: str) -> Channel:
    """A new channel from its facts (``validation.with_facts``); raises ``Invalid``.

    What has no value is made or the provider's own.
    """
    if provider == "sandbox":
        # Its phone is pretended, so nobody else has a number or a secret to give.
        made = {"account": _made_up_account(), "secret": new_token(), "access_token": new_token()}
        facts |= {fact: facts.get(fact) or value for fact, value in made.items()}
    made = {"key": new_token(), "verify_token": new_token()}
    facts |= {fact: facts.get(fact) or value for fact, value in made.items()}
    bare = Channel(id=new_id(now), name=name, provider=provider, api_base="", key=facts["key"])
    return with_facts(bare, facts, now)


def add(
    connection: Connection,
    /,
    sealer: Sealer,
    *,
    name: str,
    provider: str,
    now: Micros,
    **facts: str,
) -> Channel:
    """A new channel (``drafted``), of whose number nobody is asked."""
    return keep(connection, sealer, drafted(name=name, provider=provider, now=now, **facts), now)


def keep(
    connection: Connection,
    sealer: Sealer,
    channel: Channel,
    now: Micros,
    checked: NumberCheck | None = None,
) -> Channel:
    """A new channel; raises ``Invalid`` if its number is connected already."""
    numbers.lock_numbers(connection)
    numbers.refuse_connected(connection, sealer, channel, _phone(checked))
    row = {"id": channel.id, "created_at": now, **columns(channel, sealer)}
    connection.execute(insert(channels).values(row | {"checked": _encoded(checked)}))
    tell_channel(connection, channel, now)
    return channel


def change(
    connection: Connection,
    sealer: Sealer,
    channel_id: str,
    checked: NumberCheck | None = None,
    /,
    *,
    now: Micros,
    **facts: str,
) -> Channel:
    """The channel with some facts (``validation.with_facts``) replaced.

    Raises ``Invalid``, or ``Missing``. ``checked``: what the provider says of it as it will be.
    """
    channel = _locked(connection, sealer, channel_id)
    changed = with_facts(channel, facts, now)
    if sends_otherwise(channel, changed):
        numbers.lock_numbers(connection)
        numbers.refuse_connected(connection, sealer, changed, _phone(checked))
        # What was wrong with sending may be mended by it: the next send tells.
        known = ("send_error", "send_error_at", "send_error_by", "limited_until", "limit_reason")
        nothing: dict[str, str | None] = dict.fromkeys(known)
        mended = update(channels).where(channels.c.id == channel_id)
        connection.execute(mended.values(nothing | {"checked": _encoded(checked)}))
    return _stored(connection, sealer, changed, now)


def sends_otherwise(channel: Channel, changed: Channel) -> bool:
    """Whether replies go another way, so that what was known of it counts no more."""
    return any(getattr(channel, name) != getattr(changed, name) for name in _SENDING)


def note_check(
    connection: Connection, sealer: Sealer, channel: Channel, checked: NumberCheck, now: Micros
) -> None:
    """What the provider says of it, unless it was changed meanwhile."""
    kept = _locked(connection, sealer, channel.id)
    if sends_otherwise(channel, kept):
        return
    statement = update(channels).where(channels.c.id == channel.id)
    connection.execute(statement.values(checked=_encoded(checked)))
    tell_channel(connection, kept, now)


def note_business_account(
    connection: Connection, channel_id: str, account: str, now: Micros
) -> None:
    """What the number belongs to, as its provider says; what somebody entered stays."""
    here = (channels.c.id == channel_id) & channels.c.business_account.is_(None)
    changed = connection.execute(update(channels).where(here).values(business_account=account))
    if changed.rowcount:
        append(connection, [channel_changed(channel_id)], now)


def _phone(checked: NumberCheck | None) -> str | None:
    return checked.get("phone") if checked else None


def _encoded(checked: NumberCheck | None) -> str | None:
    return None if checked is None else encoded(checked)


_SENDING = ("account", "access_token", "api_base")
"""By what replies are sent."""


def end_previous(connection: Connection, sealer: Sealer, channel_id: str, now: Micros) -> Channel:
    """From now on only the newest secret counts; raises ``Missing``."""
    channel = _locked(connection, sealer, channel_id)
    ended = replace(channel, previous_secret="", previous_until=0)
    return _stored(connection, sealer, ended, now)


def with_new_address(
    connection: Connection, sealer: Sealer, channel_id: str, *, hours: str, now: Micros
) -> Channel:
    """Another address for its webhooks; the former one counts for so many hours.

    Raises ``Invalid``, or ``Missing``.
    """
    channel = _locked(connection, sealer, channel_id)
    until = now + overlap_hours(hours) * HOUR
    renewed = replace(channel, key=new_token(), previous_key=channel.key, previous_key_until=until)
    return _stored(connection, sealer, renewed, now)


def put_on_hold(connection: Connection, sealer: Sealer, channel_id: str, now: Micros) -> Channel:
    """Raises ``Missing``, as all of these do."""
    paused = replace(_locked(connection, sealer, channel_id), state="paused")
    return _stored(connection, sealer, paused, now)


def take_up_again(connection: Connection, sealer: Sealer, channel_id: str, now: Micros) -> Channel:
    resumed = replace(_locked(connection, sealer, channel_id), state="connected")
    # Who resumes it wants to see whether it goes.
    unlimited = update(channels).where(channels.c.id == channel_id)
    connection.execute(unlimited.values(limited_until=None, limit_reason=None))
    return _stored(connection, sealer, resumed, now)


def take_out(connection: Connection, sealer: Sealer, channel_id: str, now: Micros) -> Channel:
    """For good: its address and secrets are forgotten, and its number may be connected anew.

    What was said by it stays.
    """
    channel = _locked(connection, sealer, channel_id)
    bare = Channel(
        id=channel.id,
        name=channel.name,
        provider=channel.provider,
        api_base=channel.api_base,
        state="removed",
        key=new_token(),
    )
    nothing = {"checked": None, "limited_until": None, "limit_reason": None}
    connection.execute(update(channels).where(channels.c.id == channel_id).values(nothing))
    return _stored(connection, sealer, bare, now)


def set_hours(
    connection: Connection,
    sealer: Sealer,
    channel_id: str,
    given: tuple[BusinessHours, AutomaticTexts],
    now: Micros,
) -> Channel:
    """When its team is there, and what it says by itself."""
    hours, automatic = given
    channel = _locked(connection, sealer, channel_id)
    return _stored(connection, sealer, replace(channel, hours=hours, automatic=automatic), now)


def _locked(connection: Connection, sealer: Sealer, channel_id: str) -> Channel:
    query = select(channels).where(channels.c.id == channel_id).with_for_update(key_share=True)
    row = connection.execute(query).mappings().first()
    if row is None or row["state"] == "removed":
        raise Missing(_("There is no such channel."))
    return unseal(row, sealer)


def _stored(connection: Connection, sealer: Sealer, channel: Channel, now: Micros) -> Channel:
    statement = update(channels).where(channels.c.id == channel.id)
    connection.execute(statement.values(columns(channel, sealer)))
    tell_channel(connection, channel, now)
    return channel


def listing(connection: Connection, sealer: Sealer) -> list[Channel]:
    """All that are not removed, oldest first."""
    return [one.channel for one in numbers.in_use(connection, sealer)]


def by_id(connection: Connection, sealer: Sealer, channel_id: str) -> Channel | None:
    return _first(connection, sealer, channels.c.id == channel_id)


def by_key(connection: Connection, sealer: Sealer, key: str) -> Channel | None:
    return _first(connection, sealer, channels.c.key_digest == token_digest(key))


def by_account(
    connection: Connection, sealer: Sealer, provider: str, account: str
) -> Channel | None:
    """The channel of a number; of several the newest, which somebody added to mend another."""
    here = (channels.c.provider == provider) & (channels.c.account == account)
    return _first(connection, sealer, here)


def _first(
    connection: Connection, sealer: Sealer, condition: ColumnElement[bool]
) -> Channel | None:
    query = select(channels).where(condition)
    query = query.order_by(channels.c.created_at.desc(), channels.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else unseal(row, sealer)


def _made_up_account() -> str:
    return str(10**14 + secrets.randbelow(9 * 10**14))
