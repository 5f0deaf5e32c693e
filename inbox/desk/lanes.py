"""Whether a channel gives its new conversations in turn, and how many each can have."""

from sqlalchemy import Connection, select, update

from inbox.desk.teams import checked_capacity
from inbox.domain.errors import Missing
from inbox.domain.language import _
from inbox.domain.teams import ChannelTurns
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.feed.news import channel_changed
from inbox.storage.tables import channels


def channel_turns(connection: Connection, channel_id: str) -> ChannelTurns:
    """Raises ``Missing``."""
    kept = channels.c
    query = select(kept.in_turn, kept.capacity).where(kept.id == channel_id)
    row = connection.execute(query.where(kept.state != "removed")).first()
    if row is None:
        raise Missing(_("There is no such channel."))
    return {"in_turn": row.in_turn, "capacity": row.capacity}


def set_channel_turns(
    connection: Connection, channel_id: str, wanted: ChannelTurns, now: Micros
) -> ChannelTurns:
    """Raises ``Invalid`` and ``Missing``."""
    columns = {"in_turn": wanted["in_turn"], "capacity": checked_capacity(wanted["capacity"])}
    channel_turns(connection, channel_id)
    connection.execute(update(channels).where(channels.c.id == channel_id).values(columns))
    append(connection, [channel_changed(channel_id)], now)
    return channel_turns(connection, channel_id)
