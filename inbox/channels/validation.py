"""What may be said of a channel: texts from a form or a command become its facts, or a refusal."""

import re
from collections.abc import Mapping
from typing import Final, TypedDict, cast
from urllib.parse import urlsplit

from msgspec.structs import replace

from inbox.channels.ingress_policy import FACTS, with_policy
from inbox.domain.channels import (
    AGENT_NAMES,
    DIRECT_SEND,
    READ_RECEIPTS,
    AgentNames,
    Channel,
    DirectSend,
    ReadReceipts,
)
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import HOUR, Micros
from inbox.providers.registry import UnknownProvider, provider_named

NAME_LIMIT: Final = 100
SECRET_LIMIT: Final = 4096
OVERLAP_HOURS_LIMIT: Final = 24 * 90

_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")
_DIGITS = re.compile(r"[0-9]{1,32}")
_HOURS = re.compile(r"[0-9]{1,5}", re.ASCII)


class _Plain(TypedDict, total=False):
    """Fields of `Channel` that are taken as they are told, and then checked."""

    name: str
    account: str
    business_account: str
    api_base: str
    key: str
    verify_token: str
    secret: str
    access_token: str
    read_receipts: ReadReceipts
    agent_names: AgentNames
    direct_send: DirectSend


def with_facts(channel: Channel, facts: Mapping[str, str], now: Micros) -> Channel:
    """The channel with these facts, all of it checked; raises ``Invalid``.

    Facts are the texts of `Channel`'s own fields, of its gate (``gate.gated``),
    ``read_receipts``, ``agent_names``, ``direct_send``, and ``overlap``: for how many hours the
    former secret still counts when there is a new one.
    """
    for name in facts.keys() - {*_PLAIN, *FACTS, *_CHOICES, "overlap"}:
        raise Invalid(name, _("A channel has no %(name)s.", name=name))
    plain = cast("_Plain", {name: facts[name] for name in _PLAIN if name in facts})
    if "read_receipts" in facts:
        plain["read_receipts"] = _read_receipts(facts["read_receipts"])
    if "agent_names" in facts:
        plain["agent_names"] = _agent_names(facts["agent_names"])
    if "direct_send" in facts:
        plain["direct_send"] = _direct_send(facts["direct_send"])
    overlap = overlap_hours(facts.get("overlap", ""))
    changed = checked(with_policy(replace(channel, **plain), facts))
    if changed.secret == channel.secret:
        return changed
    until = now + overlap * HOUR
    former = channel.secret if overlap else ""
    return replace(changed, previous_secret=former, previous_until=until if former else 0)


def checked(channel: Channel) -> Channel:
    try:
        provider = provider_named(channel.provider)
    except UnknownProvider as error:
        raise Invalid("provider", str(error)) from None
    if channel.direct_send == "on" and "direct_send" not in provider.can:
        raise Invalid("direct_send", _("Only numbers at Meta’s Cloud API may have Direct Send."))
    return replace(
        channel,
        name=_name(channel.name),
        account=_account(channel.provider, channel.account or ""),
        business_account=_business_account(channel.business_account or ""),
        api_base=_address(channel.api_base) or provider.default_api_base,
        key=_key(channel.key),
        verify_token=_secret("verify_token", channel.verify_token),
        secret=_secret("secret", channel.secret),
        access_token=_secret("access_token", channel.access_token),
    )


_CHOICES: Final = ("read_receipts", "agent_names", "direct_send")
_PLAIN: Final = (
    "name",
    "account",
    "business_account",
    "api_base",
    "key",
    "verify_token",
    "secret",
    "access_token",
)


def _name(text: str) -> str:
    name = scrub(text).strip()
    if 0 < len(name) <= NAME_LIMIT:
        return name
    raise Invalid(
        "name",
        _("A channel's name has from 1 to %(name_limit)s characters.", name_limit=NAME_LIMIT),
    )


def _account(provider: str, text: str) -> str | None:
    account = text.strip()
    # Without one it receives at its own address, but cannot send.
    if provider == "cloud-api" and account and not _DIGITS.fullmatch(account):
        raise Invalid(
            "account",
            _(
                "A phone number id is digits, from the app's dashboard at Meta "
                "under WhatsApp, API setup; it is not the phone number."
            ),
        )
    return scrub(account)[:SECRET_LIMIT] or None


def _business_account(text: str) -> str | None:
    account = text.strip()
    if account and not _DIGITS.fullmatch(account):
        words = _("The id of a WhatsApp Business account is digits, as Meta shows it.")
        raise Invalid("business_account", words)
    return account or None


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
        raise Invalid("api_base", _("The API base is an address like https://api.example."))
    return address


def _key(text: str) -> str:
    if _KEY.fullmatch(text):
        return text
    raise Invalid("key", _("A key has 16 to 128 letters, digits, hyphens and underscores."))


def _secret(field: str, text: str) -> str:
    # Pasted from a dashboard, often with a line end.
    secret = text.strip()
    if len(secret) <= SECRET_LIMIT and secret.isprintable():
        return secret
    raise Invalid(
        field,
        _(
            "It has at most %(secret_limit)s characters, all of them printable.",
            secret_limit=SECRET_LIMIT,
        ),
    )


def _read_receipts(text: str) -> ReadReceipts:
    for word in READ_RECEIPTS:
        if text.strip().lower() == word:
            return word
    raise Invalid(
        "read_receipts",
        _("Customers are told that messages are read: on, replied (with an answer) or off."),
    )


def _agent_names(text: str) -> AgentNames:
    for word in AGENT_NAMES:
        if text.strip().lower() == word:
            return word
    raise Invalid(
        "agent_names",
        _("An agent’s name goes before or after what they write, or not at all (off)."),
    )


def _direct_send(text: str) -> DirectSend:
    for word in DIRECT_SEND:
        if text.strip().lower() == word:
            return word
    raise Invalid("direct_send", _("A number has Direct Send (on) or not (off)."))


def overlap_hours(text: str) -> int:
    """How long what is replaced still counts; raises ``Invalid``."""
    hours = text.strip() or "0"
    if _HOURS.fullmatch(hours) and int(hours) <= OVERLAP_HOURS_LIMIT:
        return int(hours)
    raise Invalid(
        "overlap",
        _(
            "What was there before counts for 0 to %(overlap_hours_limit)s hours.",
            overlap_hours_limit=OVERLAP_HOURS_LIMIT,
        ),
    )
