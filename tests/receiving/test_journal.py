"""Law 1: a 200 means committed. Many requests share one commit; none is promised too much."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from inbox.conversations.entries import Entry
from inbox.domain.channels import Channel
from inbox.domain.ids import new_id
from inbox.receiving.journal import GROUP_LIMIT, Journal, store_applied
from inbox.storage.database import Database
from inbox.storage.tables import journal_entries
from tests.conversations.conftest import NOW


def entry(channel: Channel, body: bytes = b"{}") -> Entry:
    return Entry(new_id(NOW), channel.id, NOW, body)


def stored(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(journal_entries)).scalar_one())


class Weak:
    """A database whose next writes fail as a full disk does."""

    def __init__(self, database: Database, failures: int) -> None:
        self._database, self.failures = database, failures

    async def write(self, *work: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise OperationalError("INSERT", {}, Exception("no words"))
        return await self._database.write(*work)


async def test_an_entry_is_on_disk_when_append_returns(
    database: Database, channel: Channel
) -> None:
    hostile = bytes(range(256))
    mine = entry(channel, hostile)
    await Journal(database, lambda _: None).append(mine)
    [row] = await database.read(lambda c: c.execute(select(journal_entries)).mappings().all())
    assert (row["id"], row["body"], row["state"]) == (mine.id, hostile, "pending")


async def test_a_thousand_at_once_share_a_few_commits(database: Database, channel: Channel) -> None:
    told: list[Entry] = []
    journal = Journal(database, told.extend)
    entries = [entry(channel) for _ in range(1000)]
    await asyncio.gather(*(journal.append(one) for one in entries))
    assert await database.read(stored) == 1000
    assert 1000 / GROUP_LIMIT <= journal.groups.count < 10
    assert told == entries and journal.depth == 0


async def test_a_lonely_entry_does_not_wait_for_company(
    database: Database, channel: Channel
) -> None:
    journal = Journal(database, lambda _: None)
    for n in range(3):
        await journal.append(entry(channel))
        assert await database.read(stored) == n + 1


async def test_the_failure_of_a_group_is_the_failure_of_each_in_it(
    database: Database, channel: Channel
) -> None:
    told: list[Entry] = []
    weak: Any = Weak(database, failures=1)
    journal = Journal(weak, told.extend)
    results = await asyncio.gather(
        *(journal.append(entry(channel)) for _ in range(20)), return_exceptions=True
    )
    assert [type(result) for result in results] == [OperationalError] * 20
    assert (await database.read(stored), told) == (0, [])
    assert journal.fault == "an error that was not foreseen: OperationalError"


async def test_the_next_group_after_a_failure_works(database: Database, channel: Channel) -> None:
    weak: Any = Weak(database, failures=1)
    journal = Journal(weak, lambda _: None)
    with pytest.raises(OperationalError):
        await journal.append(entry(channel))
    await journal.append(entry(channel))
    assert await database.read(stored) == 1
    assert journal.fault is None


async def test_an_entry_for_a_channel_that_is_gone_is_refused_and_harms_nobody_later(
    database: Database, channel: Channel
) -> None:
    journal = Journal(database, lambda _: None)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await journal.append(Entry(new_id(NOW), "gone", NOW, b"{}"))
    await journal.append(entry(channel))
    assert await database.read(stored) == 1


async def test_who_stops_waiting_takes_nothing_back(database: Database, channel: Channel) -> None:
    journal = Journal(database, lambda _: None)
    waiting = [asyncio.create_task(journal.append(entry(channel))) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await journal.drain()
    assert await database.read(stored) == 3


async def test_whoever_hears_of_stored_webhooks_cannot_hold_up_the_next(
    database: Database, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(_entries: list[Entry]) -> None:
        raise KeyError("a customer's words")

    journal = Journal(database, stumble)
    async with asyncio.timeout(7):  # less than somebody waits who is never told
        await asyncio.gather(*(journal.append(entry(channel)) for _ in range(300)))
    assert [record.getMessage() for record in caplog.records] == [
        "stored webhooks were not passed on"
    ]
    assert journal.fault is not None and "KeyError" in journal.fault


async def test_drain_waits_for_all_that_was_accepted(database: Database, channel: Channel) -> None:
    journal = Journal(database, lambda _: None)
    waiting = [asyncio.create_task(journal.append(entry(channel))) for _ in range(300)]
    await asyncio.sleep(0)
    await journal.drain()
    assert await database.read(stored) == 300
    await asyncio.gather(*waiting)


class Prompt:
    """Entries and what they lead to, by one transaction."""

    def __init__(self, entries: list[Entry], fault: Exception | None = None) -> None:
        self.entries, self.fault, self.seen, self.times = entries, fault, 0, 0

    def store_and_apply(self, connection: Connection) -> None:
        store_applied(connection, self.entries, ["{}"] * len(self.entries), NOW)
        self.seen = stored(connection)
        if self.fault:
            raise self.fault

    def applied(self, seconds: float) -> None:
        self.times += seconds > 0


async def test_what_nothing_is_before_is_applied_as_it_is_stored(
    database: Database, channel: Channel
) -> None:
    one = entry(channel)
    prompt = Prompt([one])
    await Journal(database, lambda _: None, lambda _: prompt).append(one)
    assert (prompt.seen, prompt.times) == (1, 1)


@pytest.mark.parametrize("fault", [KeyError("poison"), OperationalError("", {}, Exception())])
async def test_what_cannot_be_applied_is_stored_all_the_same(
    database: Database, channel: Channel, fault: Exception
) -> None:
    told: list[Entry] = []
    one = entry(channel)
    prompt = Prompt([one], fault)
    journal = Journal(database, told.extend, lambda _: prompt)
    await journal.append(one)
    assert await database.read(stored) == len(told) == 1
    assert prompt.times == 0 and journal.fault is None


async def test_a_mistake_of_what_comes_with_it_keeps_no_webhook_from_the_disk(
    database: Database, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(_entries: list[Entry]) -> Prompt | None:
        raise KeyError("a customer's words")

    journal = Journal(database, lambda _: None, stumble)
    await journal.append(entry(channel))
    assert await database.read(stored) == 1
    assert len(caplog.records) == 1 and "KeyError" in str(journal.fault)


async def test_what_is_stored_and_applied_is_stored_once_whoever_stumbles_over_it(
    database: Database, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    class Stumbling(Prompt):
        def applied(self, seconds: float) -> None:
            raise KeyError(seconds)

    journal = Journal(database, lambda _: None, Stumbling)
    await journal.append(entry(channel))
    assert await database.read(stored) == 1
    assert len(caplog.records) == 1 and "KeyError" in str(journal.fault)
