"""The hub only hurries: what it is told may be late, double or not all there is."""

import asyncio
from itertools import permutations

import pytest

from inbox.feed.hub import Hub
from inbox.feed.log import PAGE_CHARACTERS, append, events_after, fills_a_page
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


async def test_large_events_are_read_some_at_a_time_and_all_of_them(database: Database) -> None:
    """A page of a hundred of them was a hundred megabytes in one answer."""
    large = {"text": "x" * (PAGE_CHARACTERS // 4)}
    await database.write(append, [made_event("test:event", large) for _ in range(11)], 1)
    seen: list[int] = []
    while page := await database.read(events_after, seen[-1] if seen else 0, 100):
        assert len(page) <= 4
        assert fills_a_page(page, 100) == (len(page) == 4)
        seen += [event.seq for event in page]
    assert seen == list(range(seen[0], seen[0] + 11))
    huge = {"text": "x" * PAGE_CHARACTERS * 2}
    await database.write(append, [made_event("test:event", huge)] * 2, 1)
    hub = Hub(database, lambda _: "")
    hub.ring.start(0)
    await hub._read_log()
    assert hub.head == seen[-1] + 2
