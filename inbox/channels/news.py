"""What the feed hears of a channel: appended where it changes, so no caller has to remember."""

from collections.abc import Iterable

from sqlalchemy import Connection

from inbox.channels.health import of
from inbox.channels.shapes import health_shape
from inbox.domain.channels import Channel
from inbox.domain.feed_events import ChannelUpdated
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.feed.news import channel_changed


def tell_channel(connection: Connection, channel: Channel, now: Micros) -> None:
    """It is new or has other facts: for our own processes, and for open pages."""
    append(connection, [channel_changed(channel.id), health_event(connection, channel)], now)


def tell_health(connection: Connection, channels: Iterable[Channel], now: Micros) -> None:
    """How these are, as the transaction leaves them."""
    append(connection, [health_event(connection, channel) for channel in channels], now)


def health_event(connection: Connection, channel: Channel) -> ChannelUpdated:
    """``channel:updated`` with the channel's health as the transaction leaves it."""
    return ChannelUpdated(health_shape(channel, of(connection, channel.id)))
