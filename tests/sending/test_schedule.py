"""What is to be sent later costs nothing while it waits, and is heard of by whoever is there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from inbox.domain.times import HOUR, MINUTE, Micros
from inbox.feed.log import FeedEvent, events_after, head
from inbox.sending import later
from inbox.sending.editing import Edit, edit_reply
from inbox.sending.schedule import Schedule
from inbox.storage.database import Database
from tests.sending.conftest import NOW, written
from tests.sending.test_later import TEN, ask, shown, writes


class Counting:
    """A database that counts what is asked of it."""

    def __init__(self, database: Database) -> None:
        self._database, self.asked = database, 0
        self.looked = asyncio.Event()
        """It was asked when there is something to do again, the last thing before a rest."""

    async def read(self, *work: Any) -> Any:
        self.asked += 1
        found = await self._database.read(*work)
        if work[0] is later.next_due:
            self.looked.set()
        return found

    async def write(self, *work: Any) -> Any:
        self.asked += 1
        return await self._database.write(*work)


class Clock:
    now = NOW

    def __call__(self) -> Micros:
        return self.now


class Running:
    """A schedule at work; ``rested``: until it has nothing to do."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.released = Counting(database), Clock(), asyncio.Event()
        counting: Any = self.database
        self.schedule = Schedule(counting, self.clock, self.released.set)
        self.task = asyncio.create_task(self.schedule.run())

    async def rested(self) -> int:
        """What it has asked for by then."""
        async with asyncio.timeout(20):
            while True:
                await self.database.looked.wait()
                self.database.looked.clear()
                if not self.schedule._new.is_set():
                    return self.database.asked


@pytest.fixture
async def running(database: Database) -> AsyncIterator[Running]:
    running = Running(database)
    yield running
    running.task.cancel()
    await asyncio.wait([running.task])


async def events(database: Database, since: int) -> list[FeedEvent]:
    return await database.read(events_after, since, 100)


async def test_a_hundred_that_wait_are_one_timer(
    database: Database, conversation: str, running: Running
) -> None:
    for n in range(100):
        await ask(database, conversation, send_at=TEN + n)
    running.schedule.wake()
    before = await running.rested()
    running.schedule.wake()
    assert await running.rested() == before + 2  # what is due, and what will be


async def test_what_another_process_put_off_or_heard_is_heard_of(
    database: Database, conversation: str, running: Running
) -> None:
    since = await database.read(head)
    await running.rested()
    goes = await ask(database, conversation, send_at=TEN)
    stops = await ask(database, conversation, send_at=TEN, stop_on_reply=True)
    await writes(database, conversation, NOW + 1)
    await written(database, conversation, "hello")
    for event in await events(database, since):
        running.schedule.hear(event)
    await running.rested()
    assert (await shown(database, stops))["waiting"]
    assert not (await shown(database, goes))["waiting"]
    since = await database.read(head)
    await database.write(edit_reply, goes, Edit(send_at=NOW + MINUTE), NOW)
    running.clock.now = NOW + HOUR - MINUTE
    for event in await events(database, since):
        running.schedule.hear(event)
    await asyncio.wait_for(running.released.wait(), 20)
    assert (await shown(database, goes))["status"] == "queued"


async def test_what_goes_on_while_it_looks_is_gathered_first(
    database: Database, conversation: str, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where two hundred write in a second, there is always somebody more."""
    new = FeedEvent(1, "message:new", NOW, "{}", conversation, None, "")
    await running.rested()
    read, looks = running.database._database.read, 0

    async def meanwhile(*work: Any) -> Any:
        nonlocal looks
        looks += work[0] is later.next_due
        running.schedule.hear(new)
        return await read(*work)

    monkeypatch.setattr(running.database._database, "read", meanwhile)
    running.schedule.wake()
    async with asyncio.timeout(20):
        await running.database.looked.wait()
    assert looks == 1 and running.schedule._heard
