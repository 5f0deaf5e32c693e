"""Every system that Inbox can be connected to, by the name that a channel stores."""

from inbox.domain.abilities import Ability
from inbox.domain.channels import Channel, Scheme
from inbox.domain.language import _
from inbox.domain.text import JsonObject
from inbox.providers.base import Provider, Remarks
from inbox.providers.cloud_api import CloudApi
from inbox.providers.notifier import Notifier
from inbox.providers.sandbox import Sandbox
from inbox.providers.waba import Waba
from inbox.providers.whatsable import WhatsAble

_ALL: tuple[Provider, ...] = (CloudApi(), Waba(), WhatsAble(), Notifier(), Sandbox())

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in _ALL}

_REMARKING = {name: each for name, each in PROVIDERS.items() if isinstance(each, Remarks)}


class UnknownProvider(ValueError):
    pass


def provider_named(name: str) -> Provider:
    provider = PROVIDERS.get(name)
    if provider is None:
        known = ", ".join(PROVIDERS)
        raise UnknownProvider(
            _(
                "There is no provider named %(name)s; known are %(known)s.",
                name=repr(name),
                known=known,
            )
        )
    return provider


def scheme_of(channel: Channel) -> Scheme:
    """How the webhooks of a channel prove that they are authentic."""
    return channel.scheme or PROVIDERS[channel.provider].scheme


def abilities_of(channel: Channel) -> frozenset[Ability]:
    """What its system can do at its address, and its number is said to have."""
    able = provider_named(channel.provider).can_at(channel.api_base)
    return able if channel.direct_send == "on" else able - {"direct_send"}


def remarks(channel: Channel, body: JsonObject) -> list[str]:
    """What is new to us in a webhook although its events are read; nearly always nothing."""
    provider = _REMARKING.get(channel.provider)
    found = provider.remark(body) if provider else None
    return [found] if found else []
