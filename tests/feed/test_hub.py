"""The hub only hurries: what it is told may be late, double or not all there is."""

import asyncio
from itertools import permutations
from typing import Any

import pytest

from inbox.feed.hub import Hub
from inbox.feed.log import PAGE_CHARACTERS, append, events_after, fills_a_page, head
from inbox.storage.database import Database, on_statement
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


async def test_what_is_committed_here_is_published_without_a_look_at_the_log(
    database: Database,
) -> None:
    hub = Hub(database, lambda _: "")
    await hub.start()
    database.on_commit = hub.committed
    running = asyncio.create_task(hub.run())
    await asyncio.sleep(0)
    looks: list[str] = []
    on_statement(database, lambda sql: looks.append(sql) if sql.startswith("SELECT feed") else None)
    for n in range(1, 4):
        await database.write(append, [made_event("test:event", {"n": n})] * 2, 1)
        assert [each.event.payload for each in hub.ring.after(0)] == [
            f'{{"n":{k}}}' for k in range(1, n + 1) for _ in "ab"
        ]
    assert looks == []
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_is_committed_while_the_log_is_read_does_not_wait_for_that(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is the log read once more for it: each look would meet the next commit, and so on."""
    there, begun, looks = database.read, asyncio.Event(), list[object]()

    async def read(work: Any, *given: Any) -> Any:
        looks.append(work)
        begun.set()
        return await there(work, *given)

    hub = Hub(database, lambda _: "")
    await hub.start()
    await database.write(append, [made_event("test:event", {"n": n}) for n in range(4)], 1)
    first, second, third, fourth = await database.read(events_after, 0, 10)
    monkeypatch.setattr(database, "read", read)
    running = asyncio.create_task(hub.run())
    hub.committed([None])  # what another process wrote
    async with asyncio.timeout(20):
        await begun.wait()
        hub.committed([first])
        assert hub.head == first.seq
        hub.committed([third])
        while hub.head < fourth.seq:
            await hub.moved()
    await there(head)
    assert [each.event for each in hub.ring.after(0)] == [first, second, third, fourth]
    assert looks == [events_after]
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
