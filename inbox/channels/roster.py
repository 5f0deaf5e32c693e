"""The connected numbers in the database; their secrets are sealed, the key's digest routes."""

import re
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from inbox.domain.channels import Channel
from inbox.domain.ids import new_id
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.providers.registry import UnknownProvider, provider_named
from inbox.storage.secrets import Sealer, digest, new_token
from inbox.storage.tables import channels

NAME_LIMIT = 100
SECRET_LIMIT = 4096

_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")
_DIGITS = re.compile(r"[0-9]{1,32}")
_SEALED = ("key", "verify_token", "secret", "access_token")


class WrongChannel(ValueError):
    """What was asked cannot be; ``field`` names the input, the sentence says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def add(
    connection: Connection,
    sealer: Sealer,
    *,
    name: str,
    provider: str,
    account: str = "",
    secret: str = "",
    verify_token: str = "",
    access_token: str = "",
    api_base: str = "",
    key: str = "",
    now: Micros,
) -> Channel:
    """A new channel; raises ``WrongChannel``. What has no value is made or the provider's own."""
    if provider == "sandbox":
        # Its phone is pretended, so nobody else has a number or a secret to give.
        account, secret = account or _made_up_account(), secret or new_token()
        access_token = access_token or new_token()
    channel = _checked(
        Channel(
            id=new_id(now),
            name=name,
            provider=provider,
            account=account,
            api_base=api_base,
            key=key or new_token(),
            verify_token=verify_token or new_token(),
            secret=secret,
            access_token=access_token,
        )
    )
    row = {"id": channel.id, "created_at": now, **_columns(channel, sealer)}
    connection.execute(insert(channels).values(row))
    return channel


def change(connection: Connection, /, sealer: Sealer, channel_id: str, **facts: Any) -> Channel:
    """The channel with some facts (fields of ``Channel``) replaced; raises ``WrongChannel``."""
    query = select(channels).where(channels.c.id == channel_id).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise WrongChannel("id", "There is no such channel.")
    channel = _checked(replace(opened(row, sealer), **facts))
    statement = update(channels).where(channels.c.id == channel_id)
    connection.execute(statement.values(_columns(channel, sealer)))
    return channel


def listing(connection: Connection, sealer: Sealer) -> list[Channel]:
    """All of them, oldest first."""
    query = select(channels).order_by(channels.c.created_at, channels.c.id)
    return [opened(row, sealer) for row in connection.execute(query).mappings()]


def by_id(connection: Connection, sealer: Sealer, channel_id: str) -> Channel | None:
    return _first(connection, sealer, channels.c.id == channel_id)


def by_key(connection: Connection, sealer: Sealer, key: str) -> Channel | None:
    return _first(connection, sealer, channels.c.key_digest == digest(key))


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
    return None if row is None else opened(row, sealer)


def opened(row: RowMapping, sealer: Sealer) -> Channel:
    """A row with its secrets readable; raises ``storage.secrets.WrongKey``."""
    plain = {name: row[name] for name in ("id", "name", "provider", "account", "api_base")}
    return Channel(**plain, **sealer.open(row["sealed"]))


def _columns(channel: Channel, sealer: Sealer) -> dict[str, Any]:
    return {
        "name": channel.name,
        "provider": channel.provider,
        "account": channel.account,
        "api_base": channel.api_base,
        "key_digest": digest(channel.key),
        "sealed": sealer.seal({name: getattr(channel, name) for name in _SEALED}),
    }


def _checked(channel: Channel) -> Channel:
    try:
        provider = provider_named(channel.provider)
    except UnknownProvider as error:
        raise WrongChannel("provider", str(error)) from None
    return replace(
        channel,
        name=_name(channel.name),
        account=_account(channel.provider, channel.account or ""),
        api_base=_address(channel.api_base) or provider.default_api_base,
        key=_key(channel.key),
        verify_token=_secret("verify_token", channel.verify_token),
        secret=_secret("secret", channel.secret),
        access_token=_secret("access_token", channel.access_token),
    )


def _made_up_account() -> str:
    return str(10**14 + secrets.randbelow(9 * 10**14))


def _name(text: str) -> str:
    name = scrub(text).strip()
    if 0 < len(name) <= NAME_LIMIT:
        return name
    raise WrongChannel("name", f"A channel's name has from 1 to {NAME_LIMIT} characters.")


def _account(provider: str, text: str) -> str | None:
    account = text.strip()
    # Without one it receives at its own address, but cannot send.
    if provider == "cloud-api" and account and not _DIGITS.fullmatch(account):
        raise WrongChannel(
            "account",
            "A phone number id is digits, from the app's dashboard at Meta under WhatsApp, "
            "API setup; it is not the phone number.",
        )
    return scrub(account)[:SECRET_LIMIT] or None


def _address(text: str) -> str:
    address = text.strip().rstrip("/")
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine or parts.query or parts.fragment or not address.isprintable() or " " in address:
        raise WrongChannel("api_base", "The API base is an address like https://api.example.")
    return address


def _key(text: str) -> str:
    if _KEY.fullmatch(text):
        return text
    raise WrongChannel("key", "A key has 16 to 128 letters, digits, hyphens and underscores.")


def _secret(field: str, text: str) -> str:
    # Pasted from a dashboard, often with a line end.
    secret = text.strip()
    if len(secret) <= SECRET_LIMIT and secret.isprintable():
        return secret
    raise WrongChannel(field, f"It has at most {SECRET_LIMIT} characters, all of them printable.")
