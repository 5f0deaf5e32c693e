"""The index is behind for a moment only, also after its database was away."""

import asyncio
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, select

from inbox.domain.channels import Channel
from inbox.search import indexing
from inbox.search.indexing import Indexer
from inbox.storage.database import Database
from inbox.storage.tables import unsearched_contacts, unsearched_messages
from tests.conversations.conftest import add_channel, channel
from tests.conversations.test_apply import tell, text

__all__ = ["add_channel", "channel"]


async def test_search_is_well_within_ten_seconds_of_the_return_of_its_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited, told, caught_up = list[float](), list[str | None](), asyncio.Event()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        told.append(indexer.fault)

    async def catch_up() -> None:
        if not waited:
            raise OSError
        await there()
        caught_up.set()

    monkeypatch.setattr(indexing, "asyncio", SimpleNamespace(**vars(asyncio) | {"sleep": sleep}))
    indexer = Indexer(database)
    there = indexer._catch_up
    monkeypatch.setattr(indexer, "_catch_up", catch_up)
    running = asyncio.create_task(indexer.run())
    async with asyncio.timeout(20):
        await caught_up.wait()
    await asyncio.sleep(0)
    assert told[0] is not None and indexer.fault is None
    assert waited[0] <= 10
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_words_wait_for_webhooks_but_not_for_ever(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While as much comes as the machine can do, receiving has nearly all of it."""

    async def noted() -> int:
        return len(await database.read(lambda connection: connection.execute(unsearched).all()))

    unsearched = select(unsearched_messages.c.number)
    await tell(database, channel, [text(f"kettle {n}", n) for n in range(indexing.AT_ONCE + 4)])
    looks = list[int]()

    def waited_for() -> bool:
        looks.append(len(looks))
        return len(looks) < 3

    await Indexer(database, waited_for)._catch_up()
    assert len(looks) == 4 and await noted() == 0  # thrice for the first, once for the rest
    monkeypatch.setattr(indexing, "PATIENCE_SECONDS", 0)
    await tell(database, channel, [text(f"lamp {n}", 100 + n) for n in range(70)])
    looks.clear()

    def always() -> bool:
        looks.append(len(looks))
        return True

    await Indexer(database, always)._catch_up()
    assert len(looks) == 2 and await noted() == 0  # of 64 and of the rest, not of 16 each


async def test_who_writes_again_is_not_indexed_anew(database: Database, channel: Channel) -> None:
    """Only the time at which we learned who they are is another."""

    async def noted() -> list[str]:
        found = await database.read(lambda connection: connection.execute(select(noted_id)).all())
        await database.write(indexing.index, 8)
        return [contact_id for (contact_id,) in found]

    noted_id = unsearched_contacts.c.contact_id
    await tell(database, channel, [text("a", 1)])
    assert len(await noted()) == 1
    await tell(database, channel, [text("b", 2)])
    assert await noted() == []
    await tell(database, channel, [text("c", 3, name="Ana Maria")])
    assert len(await noted()) == 1


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_leaves_of_the_index_are_small_as_many_are_merged_at_once(
    database: Database, channel: Channel
) -> None:
    """64 of each level, while no webhook can be stored."""

    def longest(connection: Connection) -> int:
        leaves = "SELECT max(length(block)) FROM message_words_data"
        return int(connection.exec_driver_sql(leaves).scalar_one())

    await tell(database, channel, [text(f"{n} kettle{n} lamp{n}", n) for n in range(200)])
    while await database.write(indexing.index, 100):
        pass
    assert 500 < await database.read(longest) < 1100
