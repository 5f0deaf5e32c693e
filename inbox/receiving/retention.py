"""How long webhooks are kept: what came of them stays, the bytes go.

By time that has really passed, as ``feed/retention.py`` counts it: a clock that is set forward
must not make young entries old. In portions with rests: whoever deletes, writes, and a webhook
that comes meanwhile waits for it.
"""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy import Connection, and_, delete, func, or_, select

from inbox.domain.ids import first_id
from inbox.domain.times import DAY, HOUR, SECOND, Micros
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault
from inbox.storage.tables import journal_entries, refused_deliveries, replays

log = logging.getLogger(__name__)

PAUSE: Micros = HOUR
START_SECONDS = 30.0
"""Less than after what the supervisor takes it for well: an error right after is the same one."""
AT_ONCE = 50
BYTES_AT_ONCE = 4 * 1024 * 1024
REST_SECONDS = 0.05

_entry = journal_entries.c


async def keep_webhooks(
    database: Database, now: Callable[[], Micros], days: int, wait: float = START_SECONDS
) -> None:
    """Delete what is older than so many days, every hour, for ever; 0: nothing.

    ``wait``: seconds before the first time, as a start has other work.
    """
    await asyncio.sleep(wait)
    clock = asyncio.get_running_loop().time
    newest, began = None, clock()
    waits = Fault(log, "old webhooks are not deleted")
    while True:
        try:
            if days:
                if newest is None:
                    newest = await database.read(newest_entry_at)
                passed = round((clock() - began) * SECOND)
                await forget(database, min(now(), newest + passed) - days * DAY)
            waits.over()
        except FAULTS as fault:  # a webhook more or less can wait for the next hour
            waits.met(fault)
        await asyncio.sleep(PAUSE / SECOND)


def newest_entry_at(connection: Connection) -> Micros:
    """When the newest webhook came; 0 while there is none."""
    query = select(_entry.received_at).order_by(_entry.id.desc()).limit(1)
    return int(connection.execute(query).scalar() or 0)


async def forget(database: Database, before: Micros, rest: float = REST_SECONDS) -> int:
    """Delete all from before that time, a portion at a time; how many webhooks."""
    number, last = 0, ""
    while True:
        deleted, last = await database.write(prune_entries, before, last)
        number += deleted
        if not last:
            break
        await asyncio.sleep(rest)
    await database.write(_prune_notes, before)
    if number:
        log.info("old webhooks deleted", extra={"number": number})
    return number


def prune_entries(connection: Connection, before: Micros, after: str) -> tuple[int, str]:
    """Delete the oldest after the id ``after``: how many, and the last of them, empty at the end.

    What waits is never deleted, and what failed only when it has stood in the log as failed for
    as long.
    """
    done = or_(
        _entry.state == "applied", and_(_entry.state == "failed", _entry.applied_at < before)
    )
    query = select(_entry.id, func.length(_entry.body)).where(
        _entry.id > after, _entry.id < first_id(before), done
    )
    ids, size = [], 0
    for found, length in connection.execute(query.order_by(_entry.id).limit(AT_ONCE)):
        ids.append(found)
        size += length
        if size > BYTES_AT_ONCE:
            break
    if ids:
        # Its state is asked once more: on PostgreSQL somebody may have let it wait meanwhile.
        deleted = connection.execute(delete(journal_entries).where(_entry.id.in_(ids), done))
        return deleted.rowcount, ids[-1]
    return 0, ""


def _prune_notes(connection: Connection, before: Micros) -> None:
    """Refusals and replays are few: bounded for each channel, and made by hand."""
    for table in (refused_deliveries, replays):
        connection.execute(delete(table).where(table.c.id < first_id(before)))
