"""How long the log is kept: who was away for longer reads the state anew."""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy import Connection, delete, select, update

from inbox.domain.times import DAY, HOUR, SECOND, Micros
from inbox.feed.log import FORGOTTEN, SERVER, head
from inbox.storage.database import Database
from inbox.storage.tables import feed_events

log = logging.getLogger(__name__)

KEPT: Micros = 7 * DAY
PAUSE: Micros = HOUR
AT_ONCE = 5_000
"""Events deleted in one transaction: others want to write too."""


async def keep_in_bounds(database: Database, now: Callable[[], Micros]) -> None:
    """Delete what is older than ``KEPT``, every hour, for ever."""
    while True:
        try:
            while await database.write(prune, now() - KEPT) == AT_ONCE:
                pass
        except Exception as fault:  # an old event more or less can wait for the next hour
            log.warning("old feed events not deleted: %s", type(fault).__name__)
        await asyncio.sleep(PAUSE / SECOND)


def prune(connection: Connection, before: Micros, limit: int = AT_ONCE) -> int:
    """Forget the oldest events from before that time; how many. The newest always stays, and the
    last that is forgotten remains as a mark."""
    old = (
        select(feed_events.c.seq)
        .where(feed_events.c.at < before, feed_events.c.seq < head(connection))
        .order_by(feed_events.c.seq)
        .limit(limit)
    )
    # The oldest come first by seq, so what is kept begins without holes.
    forgotten = connection.execute(old).scalars().all()
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
