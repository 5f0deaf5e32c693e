"""The hub only hurries: what it is told may be late, double or not all there is."""

import asyncio
from itertools import permutations

import pytest

from inbox.feed.hub import Hub
from inbox.feed.log import append, events_after
from inbox.storage.database import Database
from tests.support.events import made_event


@pytest.mark.parametrize("given", [*permutations((0, 1, 2), 2), (0, 2, 2), (0, 0, 1)])
async def test_between_what_is_told_may_be_what_somebody_else_wrote(
    database: Database, given: tuple[int, ...]
) -> None:
    hub = Hub(database, lambda _: "")
    await hub.start()
    running = asyncio.create_task(hub.run())
    await database.write(append, [made_event("test:event", {"n": n}) for n in range(3)], 1)
    events = await database.read(events_after, 0, 10)
    hub.committed([events[index] for index in given])
    async with asyncio.timeout(20):
        while hub.head < events[-1].seq:
            await hub.moved()
    assert [published.event for published in hub.ring.after(0)] == events
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
