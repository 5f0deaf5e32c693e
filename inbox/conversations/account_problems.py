"""Problems a provider reports about the account, kept on the channel for its admins."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from inbox.channels.health_changes import fail
from inbox.domain.channels import Channel
from inbox.domain.events import ErrorEvent
from inbox.domain.language import N_
from inbox.domain.times import Micros

_TOLD = 3
"""So many problems that come together are shown together; the webhook log has all."""


class AccountProblem(NamedTuple):
    channel_id: str
    event: ErrorEvent
    received_at: Micros


def record_troubles(
    connection: Connection,
    troubles: Sequence[AccountProblem],
    channels: Mapping[str, Channel],
    published: list[Any],
) -> None:
    """The newest problems of each channel, in words with the provider's code.

    Without a time of its own one is a moment younger than its webhook: so it counts until the
    next one, and a replay of an old one says nothing new.
    """
    by_channel: dict[str, list[AccountProblem]] = {}
    for trouble in troubles:
        by_channel.setdefault(trouble.channel_id, []).append(trouble)
    for channel_id, found in by_channel.items():
        at = max(one.event.ts or one.received_at + 1 for one in found)
        sentences = list(dict.fromkeys(problem_sentence(one.event) for one in found))[-_TOLD:]
        fail(connection, channels[channel_id], " · ".join(sentences), at, published)


def problem_sentence(event: ErrorEvent) -> str:
    words = ": ".join(part for part in (event.title, event.detail) if part) or N_("Unknown problem")
    return f"{words} (code {event.code})" if event.code is not None else words
