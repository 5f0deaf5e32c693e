import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from inbox.channels import store
from inbox.channels.cache import ChannelCache
from inbox.storage.database import Database, on_statement
from inbox.storage.secrets import Sealer
from tests.channels.conftest import NOW, Add, connected_twice


@pytest.fixture
async def channel_cache(database: Database, sealer: Sealer) -> AsyncIterator[ChannelCache]:
    channel_cache = ChannelCache(database, sealer, pause=0.01)
    await channel_cache.load()
    yield channel_cache


@pytest.fixture
def asked(database: Database) -> list[str]:
    """The queries that reach the database."""
    seen: list[str] = []
    on_statement(database, seen.append)
    return seen


def _selects(asked: list[str]) -> int:
    return sum("FROM channels" in statement for statement in asked)


async def test_a_known_channel_costs_no_query(
    database: Database, sealer: Sealer, add: Add, asked: list[str]
) -> None:
    added = await add()
    channel_cache = ChannelCache(database, sealer)
    await channel_cache.load()
    asked.clear()
    for _ in range(10):
        assert await channel_cache.by_key(added.key) is await channel_cache.by_id(added.id)
    assert channel_cache.connected("cloud-api", "109876543210987") == added
    assert asked == []


async def test_a_channel_that_another_process_adds_is_known_at_once(
    channel_cache: ChannelCache, add: Add
) -> None:
    for _ in range(5):
        assert await channel_cache.by_key("a key that nobody has") is None
        added = await add()
        assert await channel_cache.by_key(added.key) == added
        assert await channel_cache.by_id(added.id) == added


async def test_a_hundred_strangers_share_one_look(
    channel_cache: ChannelCache, asked: list[str]
) -> None:
    found = await asyncio.gather(*(channel_cache.by_key(f"guess {n}") for n in range(100)))
    assert set(found) == {None}
    assert _selects(asked) == 1


async def test_looks_keep_their_distance(channel_cache: ChannelCache, asked: list[str]) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number in range(5):
        await channel_cache.by_key(f"guess {number}")
    assert _selects(asked) == 5
    assert loop.time() - start >= 4 * 0.01


async def test_a_change_is_seen_after_a_load(
    channel_cache: ChannelCache, database: Database, sealer: Sealer, add: Add
) -> None:
    added = await add()
    other = await add()
    await channel_cache.load()
    kept = await channel_cache.by_id(other.id)
    changed = await database.write(
        store.change, sealer, added.id, now=NOW, secret="new", account="5"
    )
    await channel_cache.load()
    assert await channel_cache.by_key(added.key) == changed
    assert channel_cache.connected("cloud-api", "5") == changed
    assert await channel_cache.by_id(other.id) is kept


async def test_only_those_who_share_a_webhook_are_candidates_for_it(
    channel_cache: ChannelCache, add: Add
) -> None:
    shared = await add()
    own = await add(provider="sandbox")
    await channel_cache.load()
    assert channel_cache.candidates() == [shared]
    assert channel_cache.all() == [shared, own]


async def test_of_two_channels_of_one_number_the_newer_counts(
    channel_cache: ChannelCache, database: Database, add: Add
) -> None:
    older, newer = await add(now=NOW), await add(now=NOW + 1)
    await connected_twice(database, older, newer)
    await channel_cache.load()
    found = channel_cache.connected("cloud-api", "109876543210987")
    assert found and found.id == newer.id


async def test_a_change_is_read_when_the_database_is_back(
    channel_cache: ChannelCache, database: Database, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.channels.cache.FAULT_SECONDS", 0.01)
    added, tries = await add(), []

    async def away(work: Any) -> Any:
        tries.append(channel_cache.fault)
        if len(tries) < 3:
            raise OSError("away")
        return await read(work)

    read = database.read
    monkeypatch.setattr(database, "read", away)
    following = asyncio.create_task(channel_cache.run())
    channel_cache.changed()
    async with asyncio.timeout(20):
        while added.id not in channel_cache.known:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
    following.cancel()
    away_for = "the database cannot be reached"
    assert tries == [None, away_for, away_for]
    assert channel_cache.fault is None
