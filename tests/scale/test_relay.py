"""The relay hurries, survives everything, and is never needed for the truth."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest

from inbox.domain.times import now
from inbox.feed import hub as hubs
from inbox.feed import relay as relays
from inbox.feed.hub import Hub
from inbox.feed.log import append
from inbox.feed.relay import Relay
from inbox.storage.database import connect
from tests.support.events import made_event
from tests.support.postgres import Postgres
from tests.support.redis import Redis

_names = (f"inbox:test:{n}" for n in count())


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    faster = {"BEAT": 0.2, "SILENCE": 1.0, "CONNECT": 0.5}
    for name, seconds in faster.items():
        monkeypatch.setattr(relays, f"{name}_SECONDS", seconds)
    monkeypatch.setattr(relays, "FIRST_PAUSE", 0.05)


class Side:
    """A process as the relay sees it."""

    def __init__(self, redis: Redis, name: str) -> None:
        self.head = 0
        self.heard = 0
        self.relay = Relay(redis.url, name, lambda: self.head, self._hear)

    def _hear(self, seq: int) -> None:
        self.heard = seq

    def reads(self, seq: int) -> None:
        self.head = seq
        self.relay.grew()


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - facts of many sorts, in other tasks
            await asyncio.sleep(0.005)


@asynccontextmanager
async def working(*relays: Relay) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        yield
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def sides(redis: Redis) -> AsyncIterator[tuple[Side, Side]]:
    name = next(_names)
    one, other = Side(redis, name), Side(redis, name)
    async with working(one.relay, other.relay):
        one.reads(1)
        await until(lambda: other.heard == 1)
        yield one, other


async def test_what_one_has_read_the_other_hears(sides: tuple[Side, Side]) -> None:
    one, other = sides
    one.reads(7)
    await until(lambda: other.heard == 7)
    other.reads(8)
    await until(lambda: one.heard == 8)


async def test_another_inbox_on_the_same_redis_is_not_heard(
    redis: Redis, sides: tuple[Side, Side]
) -> None:
    stranger = Side(redis, next(_names))
    async with working(stranger.relay):
        stranger.reads(99)
        await until(lambda: stranger.heard == 99)
        sides[0].reads(5)
        await until(lambda: sides[1].heard == 5)


async def test_a_redis_that_stops_is_told_and_comes_back(
    redis: Redis, sides: tuple[Side, Side], caplog: pytest.LogCaptureFixture
) -> None:
    one, other = sides
    redis.stop()
    await until(lambda: one.relay.fault and other.relay.fault)
    one.reads(20)
    redis.start()
    await until(lambda: other.heard == 20)
    assert (one.relay.fault, other.relay.fault) == (None, None)
    told = [record.getMessage() for record in caplog.records]
    assert sum("Redis does not answer" in words for words in told) >= 2
    assert sum("all is well again" in words for words in told) == 2


async def test_a_redis_that_falls_silent_is_noticed(redis: Redis, sides: tuple[Side, Side]) -> None:
    one, other = sides
    redis.freeze()
    try:
        await until(lambda: one.relay.fault and other.relay.fault)
    finally:
        redis.thaw()
    one.reads(30)
    await until(lambda: other.heard == 30)
    assert (one.relay.fault, other.relay.fault) == (None, None)


async def test_who_ends_while_the_connection_fails_ends_all_the_same(redis: Redis) -> None:
    """Both at once: an error in a task group takes the place of the cancellation."""

    def hear(_: int) -> None:
        task.cancel()
        raise OSError("the connection is gone")

    task = asyncio.create_task(Relay(redis.url, next(_names), lambda: 1, hear).run())
    async with asyncio.timeout(10):
        await asyncio.wait([task])
    assert task.cancelled()


async def test_who_loses_a_cancellation_hears_it_again() -> None:
    """As redis-py does, where it comes while the last word is being written."""
    kept = []

    async def fails() -> None:
        await asyncio.sleep(0)
        raise OSError("the connection is gone")

    async def goes_on() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            kept.append("one")
        await asyncio.Event().wait()

    with pytest.raises(OSError, match="gone"):
        async with asyncio.timeout(20):
            await relays._until_one_fails(fails(), goes_on())
    assert kept == ["one"]


async def test_news_comes_by_redis_and_not_by_the_clock(
    redis: Redis,
    postgres: Postgres,
    migrated: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hubs, "POLL_SECONDS", 3600)
    monkeypatch.setattr(relays, "BEAT_SECONDS", 3600)
    monkeypatch.setattr(relays, "SILENCE_SECONDS", 3600)
    url, name = postgres.create_database("relayed", migrated["postgresql"]), next(_names)
    databases = [connect(url), connect(url)]
    sides = [Hub(database, lambda _: "") for database in databases]
    between = [Relay(redis.url, name, lambda hub=hub: hub.head, hub.hear) for hub in sides]
    for database, hub, relay in zip(databases, sides, between, strict=True):
        database.on_commit, hub.on_growth = hub.committed, relay.grew
        await hub.start()
    following = [asyncio.create_task(hub.run()) for hub in sides]
    async with working(*between):
        await until(lambda: all(relay.connected for relay in between))
        await databases[0].write(append, [made_event("message:new", {})], now())
        await until(lambda: [hub.head for hub in sides] == [1, 1])
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    for database in databases:
        await database.close()
    postgres.drop_database("relayed")


def test_who_has_no_redis_does_not_load_its_driver() -> None:
    """It takes sixteen megabytes and half a second of every start."""
    asked = "import sys, inbox.app; sys.exit('redis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
