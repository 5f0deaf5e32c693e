"""How long the log is kept: who was away for longer reads the state anew.

By time that has really passed, and not by the clock alone: one that is set forward must not
make young events old. From the newest event at the start of the process we count ourselves,
and never beyond what the clock says. Time in which no server ran makes nothing older.
"""

import asyncio
import logging
from collections.abc import Callable
from itertools import takewhile

from sqlalchemy import Connection, delete, select, update

from inbox.domain.feed_events import SERVER
from inbox.domain.times import DAY, HOUR, SECOND, Micros
from inbox.feed.log import FORGOTTEN, head
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault
from inbox.storage.tables import feed_events

log = logging.getLogger(__name__)

KEPT: Micros = 7 * DAY
PAUSE: Micros = HOUR
AT_ONCE = 5_000
"""Events deleted in one transaction: others want to write too."""


async def keep_in_bounds(database: Database, now: Callable[[], Micros]) -> None:
    """Delete what is older than ``KEPT``, every hour, for ever."""
    clock = asyncio.get_running_loop().time
    newest, began = None, clock()
    waits = Fault(log, "old feed events are not deleted")
    while True:
        try:
            if newest is None:
                newest = await database.read(newest_event_at)
            passed = round((clock() - began) * SECOND)
            while await database.write(prune_events, min(now(), newest + passed) - KEPT) == AT_ONCE:
                pass
            waits.over()
        except FAULTS as fault:  # an old event more or less can wait for the next hour
            waits.met(fault)
        await asyncio.sleep(PAUSE / SECOND)


def newest_event_at(connection: Connection) -> Micros:
    """When the newest event was written; 0 in an empty log."""
    last = select(feed_events.c.at).where(feed_events.c.seq == head(connection))
    return int(connection.execute(last).scalar() or 0)


def prune_events(connection: Connection, before: Micros, limit: int = AT_ONCE) -> int:
    """Forget the oldest events from before that time, at most ``limit``; how many. The newest
    always stays, and the last that is forgotten remains as a mark."""
    oldest = (
        select(feed_events.c.seq, feed_events.c.at)
        .where(feed_events.c.seq < head(connection))
        .order_by(feed_events.c.seq)
        .limit(limit)
    )
    # Up to the first that is younger: a clock that was wrong for a while leaves old times
    # behind young ones, and what is kept must begin without holes.
    rows = connection.execute(oldest).all()
    forgotten = [seq for seq, _ in takewhile(lambda row: row.at < before, rows)]
    if forgotten:
        last = forgotten[-1]
        connection.execute(delete(feed_events).where(feed_events.c.seq < last))
        connection.execute(
            update(feed_events)
            .where(feed_events.c.seq == last)
            .values(type=FORGOTTEN, payload="{}", audience=SERVER)
            .values(conversation_id=None, contact_id=None)
        )
    return len(forgotten)
