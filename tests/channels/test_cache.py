import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from inbox.channels import store
from inbox.channels.cache import Directory
from inbox.storage.database import Database, on_statement
from inbox.storage.secrets import Sealer
from tests.channels.conftest import NOW, Add


@pytest.fixture
async def directory(database: Database, sealer: Sealer) -> AsyncIterator[Directory]:
    directory = Directory(database, sealer, pause=0.01)
    await directory.load()
    yield directory


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
    directory = Directory(database, sealer)
    await directory.load()
    asked.clear()
    for _ in range(10):
        assert await directory.by_key(added.key) is await directory.by_id(added.id)
    assert directory.connected("cloud-api", "109876543210987") == added
    assert asked == []


async def test_a_channel_that_another_process_adds_is_known_at_once(
    directory: Directory, add: Add
) -> None:
    for _ in range(5):
        assert await directory.by_key("a key that nobody has") is None
        added = await add()
        assert await directory.by_key(added.key) == added
        assert await directory.by_id(added.id) == added


async def test_a_hundred_strangers_share_one_look(directory: Directory, asked: list[str]) -> None:
    found = await asyncio.gather(*(directory.by_key(f"guess {n}") for n in range(100)))
    assert set(found) == {None}
    assert _selects(asked) == 1


async def test_looks_keep_their_distance(directory: Directory, asked: list[str]) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number in range(5):
        await directory.by_key(f"guess {number}")
    assert _selects(asked) == 5
    assert loop.time() - start >= 4 * 0.01


async def test_a_change_is_seen_after_a_load(
    directory: Directory, database: Database, sealer: Sealer, add: Add
) -> None:
    added = await add()
    other = await add()
    await directory.load()
    kept = await directory.by_id(other.id)
    changed = await database.write(
        store.change, sealer, added.id, now=NOW, secret="new", account="5"
    )
    await directory.load()
    assert await directory.by_key(added.key) == changed
    assert directory.connected("cloud-api", "5") == changed
    assert await directory.by_id(other.id) is kept


async def test_only_those_who_share_a_webhook_are_candidates_for_it(
    directory: Directory, add: Add
) -> None:
    shared = await add()
    own = await add(provider="sandbox")
    await directory.load()
    assert directory.candidates() == [shared]
    assert directory.all() == [shared, own]


async def test_of_two_channels_of_one_number_the_newer_counts(
    directory: Directory, add: Add
) -> None:
    await add(now=NOW)
    newer = await add(now=NOW + 1)
    await directory.load()
    assert directory.connected("cloud-api", "109876543210987") == newer


async def test_a_change_is_read_when_the_database_is_back(
    directory: Directory, database: Database, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.channels.cache.FAULT_SECONDS", 0.01)
    added, tries = await add(), []

    async def away(work: Any) -> Any:
        tries.append(directory.fault)
        if len(tries) < 3:
            raise OSError("away")
        return await read(work)

    read = database.read
    monkeypatch.setattr(database, "read", away)
    following = asyncio.create_task(directory.run())
    directory.changed()
    async with asyncio.timeout(20):
        while added.id not in directory.known:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
    following.cancel()
    assert tries == [None, "OSError", "OSError"]
    assert directory.fault is None
