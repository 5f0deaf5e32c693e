"""From a parsed body to facts: each event with the channel it is about. Pure."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from inbox.conversations.entries import Facts
from inbox.domain.channels import Channel
from inbox.domain.events import ErrorEvent, Event, Misread, StatusEvent
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros
from inbox.providers.errors import explain
from inbox.providers.registry import provider_named, remarks, scheme_of

Channels = Mapping[str, Channel]
"""By id."""
ByAccount = Callable[[str, str], Channel | None]
"""``(provider, account)`` → the channel connected to that number."""

_TROUBLE = N_("The provider reports a problem")


def route(
    entry_id: str,
    received_at: Micros,
    channel: Channel,
    body: JsonObject,
    raw: bytes,
    by_account: ByAccount,
    acknowledged_at: Micros | None = None,
) -> Facts:
    """Normalise and give every event its channel; what is about a stranger's number is a stray.

    A body may be about several numbers of one app. Another channel's events count only if
    the same secret signs for it: no app may write into another's inbox. An event at which all
    this raises is misread like one at which the provider's reader does.
    """
    events: list[tuple[str, Event]] = []
    misread: list[Misread] = []
    strays = remarks(channel, body)
    for event in provider_named(channel.provider).normalise(body, received_at, raw):
        try:
            owner = _owner(event, channel, by_account, received_at)
            plain = _in_plain_words(event)
        except Exception as fault:
            plain = Misread.of(fault, event.account)
        if isinstance(plain, Misread):
            misread.append(plain)
        elif owner is None:
            strays.append(_("number %(account)s is not connected here", account=event.account))
        else:
            events.append((owner.id, plain))
    return Facts(
        entry_id,
        received_at,
        channel.id,
        events,
        strays,
        misread=tuple(misread),
        acknowledged_at=acknowledged_at,
    )


def _owner(
    event: Event, channel: Channel, by_account: ByAccount, received_at: Micros
) -> Channel | None:
    if event.account is None or event.account == channel.account:
        return channel
    other = by_account(channel.provider, event.account)
    if other is None:
        # A channel that was not told its number takes what comes to its own address.
        return None if channel.account else channel
    return other if _same_sender(channel, other, received_at) else None


def _same_sender(one: Channel, other: Channel, at: Micros) -> bool:
    """Whether what proves itself to one channel has proved itself to the other as well."""
    scheme = scheme_of(one)
    if scheme.kind == "path" or scheme != scheme_of(other):
        return False
    return bool(one.secrets(at) & other.secrets(at))


def _in_plain_words(event: Event) -> Event:
    if isinstance(event, StatusEvent) and event.errors:
        return replace(
            event,
            errors=[
                explain(each.get("code"), each.get("title"), each.get("detail"))
                for each in event.errors
            ],
        )
    if isinstance(event, ErrorEvent):
        told = explain(event.code, event.title, event.detail, unknown=_TROUBLE)
        return replace(event, title=told["title"], detail=told.get("detail"))
    return event
