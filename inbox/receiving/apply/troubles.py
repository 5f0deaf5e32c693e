"""Problems a provider reports about the account, kept on the channel for its admins."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from inbox.channels import health
from inbox.channels.shapes import health_event
from inbox.domain.channels import Channel
from inbox.domain.events import ErrorEvent
from inbox.domain.times import Micros
from inbox.feed.log import NewEvent


def record_troubles(
    connection: Connection,
    troubles: Sequence[tuple[str, ErrorEvent]],
    channels: Mapping[str, Channel],
    now: Micros,
    published: list[NewEvent],
) -> None:
    """The last problem of each channel, in the provider's words with its code."""
    for channel_id, event in dict(troubles).items():
        health.fail(connection, channel_id, sentence(event), event.ts or now)
        published.append(health_event(connection, channels[channel_id]))


def sentence(event: ErrorEvent) -> str:
    words = ": ".join(part for part in (event.title, event.detail) if part) or "Unknown problem"
    return f"{words} (code {event.code})" if event.code is not None else words
