"""Journal entries become rows, whatever else the server is busy with."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from threading import Event
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, func, select, text
from sqlalchemy.util import await_only

from inbox.conversations import messages as messages_of
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.domain.channels import Channel
from inbox.domain.events import Ignored
from inbox.domain.ids import new_id
from inbox.receiving.ingest import BATCH_ENTRIES, PARSED_ENTRIES, Ingest
from inbox.receiving.journal import PATIENCE_SECONDS, Journal, store_entries
from inbox.receiving.portions import PORTION_EVENTS, portions
from inbox.receiving.prompt import SHARED
from inbox.storage.database import Database
from inbox.storage.dialect import serialise
from inbox.storage.tables import journal_entries, messages
from tests.conversations.conftest import NOW
from tests.receiving.test_misread import stumble_at
from tests.support.meta import message, of_value
from tests.support.server import said, webhook


def waiting(connection: Connection) -> int:
    pending = journal_entries.c.state == "pending"
    return int(connection.execute(select(func.count()).where(pending)).scalar_one())


def results(connection: Connection) -> list[tuple[str]]:
    return [tuple(row) for row in connection.execute(select(journal_entries.c.result))]


def stored(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(messages)).scalar_one())


async def test_a_long_entry_is_applied_in_parts_and_once(
    database: Database, channel: Channel
) -> None:
    """In between, webhooks of others are stored. Cut off by a crash, it is applied again."""
    many = 2 * PORTION_EVENTS + 1
    texts = [message(id=f"wamid.{n}", text={"body": str(n)}, type="text") for n in range(many)]
    events = [(channel.id, event) for event in of_value(messages=texts)]
    long = Entry(new_id(NOW), channel.id, NOW, b"{}")
    await database.write(store_entries, [long])
    parts = list(portions([Facts(long.id, NOW, channel.id, events, [])]))
    assert [len(part.events) for [part] in parts] == [PORTION_EVENTS, PORTION_EVENTS, 1]
    for part in [*parts[:1], *parts]:
        assert await database.read(waiting) == 1
        await database.write(apply, part, {channel.id: channel}, NOW)
    assert await database.read(waiting) == 0
    assert await database.read(results) == [(f'{{"events":{{"message":{many}}},"ignored":[]}}',)]
    assert await database.read(stored) == many


def entry(channel: Channel, text: str) -> Entry:
    raw = json.dumps(webhook(channel.account, messages=[said(text, text)])).encode()
    return Entry(new_id(NOW), channel.id, NOW, raw)


def order(connection: Connection) -> list[str]:
    arrived = select(messages.c.provider_message_id).order_by(messages.c.number)
    return list(connection.execute(arrived).scalars())


def ingest(database: Database, channel: Channel, rests: Callable[[], Awaitable[None]]) -> Ingest:
    async def known(_channel_id: str) -> Channel:
        return channel

    channels = {channel.id: channel}
    return Ingest(database, lambda: channels, known, lambda *_: channel, rests, lambda: NOW)


async def resting() -> None:
    """The journal has nothing to do."""


@asynccontextmanager
async def running(one: Ingest) -> AsyncIterator[None]:
    work = asyncio.create_task(one.run())
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def test_short_entries_share_a_transaction() -> None:
    most = [("c", Ignored(reason="nothing"))] * (PORTION_EVENTS * 3 // 5)
    few = [Facts(str(n), NOW, "c", list(most), []) for n in range(3)]
    assert [[one.entry_id for one in some] for some in portions(few)] == [["0"], ["1"], ["2"]]
    none = [Facts(str(n), NOW, "c", [], []) for n in range(3)]
    assert [len(some) for some in portions(none)] == [3]


async def test_entries_are_applied_though_the_journal_never_rests(
    database: Database, channel: Channel
) -> None:
    """Giving way to it has an end."""
    entries = [Entry(new_id(NOW), channel.id, NOW, b"{}", {}) for _ in range(2 * BATCH_ENTRIES)]
    await database.write(store_entries, entries)

    async def never() -> None:
        await asyncio.Event().wait()

    async with running(ingest(database, channel, never)):
        async with asyncio.timeout(20):
            while await database.read(waiting):
                pass


async def test_what_waits_behind_many_is_parsed_again_when_it_is_its_turn(
    database: Database, channel: Channel
) -> None:
    one = ingest(database, channel, resting)
    async with running(one), asyncio.timeout(20):
        while one.at_once([entry(channel, "0")]) is None:
            await database.read(stored)
        many = [replace(entry(channel, str(n)), body={}) for n in range(PARSED_ENTRIES + 1)]
        await database.write(store_entries, many)
        one.offer(many[:-1])
        one.offer(many[-1:])
        assert [each.body for each in many] == [{}] * PARSED_ENTRIES + [None]
        while await database.read(waiting):
            pass
    assert await database.read(order) == [str(PARSED_ENTRIES)]


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_what_comes_while_the_last_is_applied_is_applied_as_it_is_stored(
    database: Database, channel: Channel
) -> None:
    """Behind it, as the writer does one after another; behind more that waits it is not."""
    waits, [second, third, fourth] = Event(), [entry(channel, str(n)) for n in (2, 3, 4)]
    await database.write(store_entries, [entry(channel, "1")])
    blocked = asyncio.create_task(database.write(lambda _: waits.wait()))
    one = ingest(database, channel, resting)
    async with running(one), asyncio.timeout(20):
        while (prompt := one.at_once([second])) is None:
            await database.read(stored)
        comes = asyncio.create_task(database.write(prompt.store_and_apply))
        one.offer([third])
        assert one.at_once([fourth]) is None
        waits.set()
        await asyncio.gather(blocked, comes)
    assert (await database.read(order))[:2] == ["1", "2"]


async def test_nothing_overtakes_a_batch_of_which_each_is_applied_by_itself(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them cannot be applied; what comes meanwhile is not applied before the last."""
    bad = stumble_at(messages_of._place, lambda arrival: arrival.event.text == "bad")
    monkeypatch.setattr(messages_of, "_place", bad)
    texts = ("1", "bad", "3")
    await database.write(store_entries, [entry(channel, text) for text in texts])
    overtaking: list[tuple[int, bool]] = []
    write = database.write

    async def watched(work: Any, *given: Any) -> Any:
        if work is apply:
            overtaking.append((len(given[0]), one.at_once([entry(channel, "4")]) is not None))
        return await write(work, *given)

    monkeypatch.setattr(database, "write", watched)
    one = ingest(database, channel, resting)
    async with running(one), asyncio.timeout(20):
        while await database.read(waiting):
            pass
    assert overtaking[1:3] == [(1, False), (1, False)]
    assert await database.read(order) == ["1", "3"]


def entries_in(connection: Connection) -> list[tuple[str, str | None, int | None]]:
    row = journal_entries.c
    found = connection.execute(select(row.state, row.result, row.acknowledged_at).order_by(row.id))
    return [(state, result, at) for state, result, at in found]


async def test_what_is_stored_and_applied_at_once_is_told_in_the_log_as_any_other(
    database: Database, channel: Channel
) -> None:
    one = ingest(database, channel, resting)
    journal = Journal(database, one.offer, one.at_once, one.settled)
    async with running(one), asyncio.timeout(20):
        while one.at_once([first := entry(channel, "1")]) is None:
            await database.read(stored)
        await journal.append(first)
        assert await database.read(order) == ["1"] and first.applied
        [(state, told, acknowledged)] = await database.read(entries_in)
        await database.write(store_entries, [second := entry(channel, "2")])
        one.offer([second])
        while await database.read(waiting):
            pass
        [_, (later, told_later, _)] = await database.read(entries_in)
    assert (state, told, acknowledged) == (later, told_later, NOW)


def waits_for_a_lock(connection: Connection) -> int:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
    return int(connection.execute(waiting).scalar_one())


@asynccontextmanager
async def hanging(database: Database, channel: Channel) -> AsyncIterator[asyncio.Event]:
    """Another process holds the channel until this is set."""
    held, let_go = asyncio.Event(), asyncio.Event()

    def hang(connection: Connection) -> None:
        serialise(connection, [channel.id])
        held.set()
        await_only(let_go.wait())

    work = asyncio.create_task(database.write(hang))
    await held.wait()
    try:
        yield let_go
    finally:
        let_go.set()
        await work


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_the_journal_waits_for_what_it_stored_and_nobody_has_taken_up_yet(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what comes next is stored behind it, and the next behind that, twice as dear each."""
    monkeypatch.setattr("inbox.receiving.ingest.SETTLED_SECONDS", 20)
    long, next_one = entry(channel, "long"), entry(channel, "next")
    long.raw += b" " * SHARED.bytes
    one = ingest(database, channel, resting)
    journal = Journal(database, one.offer, one.at_once, one.settled)
    async with running(one), asyncio.timeout(20):
        while one.at_once([next_one]) is None:
            await database.read(stored)
        comes = asyncio.create_task(journal.append(long))
        for _ in ("it waits", "it is being stored"):
            await asyncio.sleep(0)
        await asyncio.gather(comes, journal.append(next_one))
    assert (long.applied, next_one.applied) == (False, True)
    assert await database.read(order) == ["long", "next"]


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_the_journal_waits_for_the_last_that_is_applied_and_has_the_next_go_with_it(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.receiving.ingest.SETTLED_SECONDS", 20)
    await database.write(store_entries, [entry(channel, "1")])
    one = ingest(database, channel, resting)
    journal = Journal(database, one.offer, one.at_once, one.settled)
    async with hanging(database, channel) as let_go, running(one), asyncio.timeout(20):
        while not await database.read(waits_for_a_lock):
            pass
        comes = asyncio.create_task(journal.append(second := entry(channel, "2")))
        await database.read(waits_for_a_lock)
        let_go.set()
        await comes
    assert second.applied and await database.read(order) == ["1", "2"]


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_who_holds_what_a_webhook_changes_does_not_keep_its_sender_waiting(
    database: Database, channel: Channel
) -> None:
    """Another process that hangs: it is stored alone then, and applied behind it, in order."""
    one = ingest(database, channel, resting)
    journal = Journal(database, one.offer, one.at_once, one.settled)
    async with running(one), asyncio.timeout(PATIENCE_SECONDS - 1):
        while one.at_once([first := entry(channel, "1")]) is None:
            await database.read(stored)
        async with hanging(database, channel):
            for each in (first, entry(channel, "2"), entry(channel, "3")):
                await journal.append(each)
            assert await database.read(waiting) == 3
        while await database.read(waiting):
            pass
    assert await database.read(order) == ["1", "2", "3"]
