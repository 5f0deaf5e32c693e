"""Problems a provider reports about the account, kept on the channel for its admins."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from inbox.channels import health
from inbox.channels.shapes import health_event
from inbox.domain.channels import Channel
from inbox.domain.events import ErrorEvent
from inbox.domain.times import Micros
from inbox.feed.log import NewEvent


class Trouble(NamedTuple):
    channel_id: str
    event: ErrorEvent
    received_at: Micros


def record_troubles(
    connection: Connection,
    troubles: Sequence[Trouble],
    channels: Mapping[str, Channel],
    published: list[NewEvent],
) -> None:
    """The last problem of each channel, in the provider's words with its code.

    Without a time of its own it is a moment younger than its webhook: so it counts until the
    next one, and a replay of an old one says nothing new.
    """
    for trouble in {one.channel_id: one for one in troubles}.values():
        at = trouble.event.ts or trouble.received_at + 1
        if health.fail(connection, trouble.channel_id, sentence(trouble.event), at):
            published.append(health_event(connection, channels[trouble.channel_id]))


def sentence(event: ErrorEvent) -> str:
    words = ": ".join(part for part in (event.title, event.detail) if part) or "Unknown problem"
    return f"{words} (code {event.code})" if event.code is not None else words
