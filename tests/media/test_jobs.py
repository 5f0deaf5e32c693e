"""Jobs and the disk: who fetches what, what a death leaves behind, and what is tidied away."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from inbox.channels import roster
from inbox.domain.channels import Channel
from inbox.domain.events import MessageEvent, Person
from inbox.domain.ids import new_id
from inbox.domain.times import DAY, SECOND
from inbox.media import jobs, sweeping
from inbox.media.fetching import Fetcher
from inbox.media.jobs import HOLD, LONGEST_WAIT, WAITS
from inbox.media.store import Store
from inbox.media.worker import Worker
from inbox.receiving import journal
from inbox.receiving.apply import apply
from inbox.receiving.entries import Entry, Facts
from inbox.storage.database import Database, on_statement
from inbox.storage.secrets import Sealer
from inbox.storage.tables import feed_events, media_files, media_jobs, messages
from inbox.storage.views import message_shapes
from tests.media.pictures import jpeg
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph

NOW = 1_750_000_000 * SECOND


def _connect(connection: Connection, api_base: str) -> Channel:
    facts = {"provider": "cloud-api", "account": ACCOUNT, "access_token": TOKEN}
    sealer = Sealer(b"k" * 40)
    return roster.add(connection, sealer, name="Shop", **facts, api_base=api_base, now=NOW)


def _receive(connection: Connection, channel: Channel, *references: dict[str, Any]) -> list[str]:
    """Messages with these files, in one batch; their ids. Without a reference: a text."""
    entry = Entry(new_id(NOW), channel.id, NOW, b"{}")
    journal.insert(connection, [entry])
    events = [
        MessageEvent(
            key=f"msg:{entry.id}:{n}",
            ts=NOW,
            provider_message_id=f"wamid.{entry.id}.{n}",
            direction="in",
            type="image" if reference else "text",
            provider_type=None,
            contact=Person(wa_id="12025550142"),
            content={"media": reference} if reference else {},
        )
        for n, reference in enumerate(references)
    ]
    facts = Facts(entry.id, NOW, channel.id, [(channel.id, event) for event in events], [])
    apply(connection, [facts], {channel.id: channel}, NOW)
    found = select(messages.c.id).order_by(messages.c.number.desc()).limit(len(references))
    return [str(one) for one in connection.execute(found).scalars()][::-1]


def _media(connection: Connection, message_id: str) -> Any:
    query = select(messages).where(messages.c.id == message_id)
    return message_shapes(connection, [connection.execute(query).mappings().one()])[0]["media"]


def _due(connection: Connection) -> dict[str, tuple[int, int, bool]]:
    """When each job is due, how often it was tried, and whether somebody is at it."""
    rows = connection.execute(select(media_jobs))
    return {row.message_id: (row.due_at, row.attempts, row.holder is not None) for row in rows}


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What it gives as soon as it gives something."""
    async with asyncio.timeout(20):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.02)


async def _stored(files: Store, content: bytes) -> str:
    """A file that is here but no message's; its digest."""
    async with files.incoming() as file:
        await file.write(content)
        await file.finish()
    await files.keep(file)
    return file.digest


@pytest.fixture
async def channel(database: Database, graph: FakeGraph) -> Channel:
    return await database.write(_connect, graph.base_url)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


class Desk:
    """Workers of one inbox, as many as are asked for."""

    def __init__(self, database: Database, channel: Channel, folder: Path) -> None:
        self.database, self.channel, self.folder = database, channel, folder
        self.clock = Clock()
        self.running: list[tuple[Worker, asyncio.Task[None]]] = []

    def begin(self) -> Worker:
        files = Store(self.folder)
        known = {self.channel.id: self.channel}
        worker = Worker(self.database, lambda: known, files, Fetcher(files, 10**6), self.clock)
        self.running.append((worker, asyncio.create_task(worker.run())))
        return worker

    async def ended(self, message_id: str, state: str) -> Any:
        async def look() -> Any:
            found = await self.database.read(_media, message_id)
            return found if found["state"] == state else None

        return await until(look)

    async def postponed(self, message_id: str, attempts: int) -> int:
        """When it is due again, once it was tried so often."""

        async def look() -> int | None:
            due, tried, held = (await self.database.read(_due))[message_id]
            return due if tried == attempts and not held else None

        return int(await until(look))

    async def close(self) -> None:
        for worker, task in self.running:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await worker.close()


@pytest.fixture
async def desk(database: Database, channel: Channel, tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(database, channel, tmp_path / "media")
    yield made
    await made.close()


async def test_files_cost_one_statement_for_a_batch_and_texts_none(
    database: Database, channel: Channel
) -> None:
    seen: list[str] = []
    on_statement(database, lambda one: seen.append(one) if "media_jobs" in one else None)
    await database.write(_receive, channel, {}, {})
    assert seen == []
    await database.write(_receive, channel, {"id": "1"}, {}, {"id": "2"}, {"missing": True})
    assert len(seen) == 1
    assert len(await database.read(_due)) == 2


async def test_of_many_who_take_at_once_each_job_has_one(
    database: Database, channel: Channel
) -> None:
    ids = await database.write(_receive, channel, *[{"id": str(n)} for n in range(12)])
    taken = await asyncio.gather(
        *[database.write(jobs.claim, f"worker {n}", 4, NOW) for n in range(5)]
    )
    assert sorted(job.message_id for part in taken for job in part) == sorted(ids)


async def test_who_is_heard_of_keeps_a_job_and_who_is_not_loses_it(
    database: Database, channel: Channel
) -> None:
    [message_id] = await database.write(_receive, channel, {"id": "1"})
    assert len(await database.write(jobs.claim, "one", 4, NOW)) == 1
    late = NOW + HOLD
    await database.write(jobs.hold, "one", late - SECOND)
    assert await database.write(jobs.claim, "two", 4, late) == []
    [job] = await database.write(jobs.claim, "two", 4, late + HOLD)
    assert (job.message_id, job.attempts) == (message_id, 2)
    lost = await database.write(jobs.finish, message_id, "one", {"state": "ready"}, late)
    assert lost is False
    assert (await database.read(_media, message_id))["state"] == "waiting"
    assert await database.write(jobs.finish, message_id, "two", {"state": "ready"}, late, "ab")
    assert (await database.read(_media, message_id))["state"] == "ready"


async def test_a_wait_from_before_the_clock_went_back_is_over(
    database: Database, channel: Channel
) -> None:
    [message_id] = await database.write(_receive, channel, {"id": "1"})
    await database.write(jobs.claim, "one", 4, NOW)
    await database.write(jobs.postpone, message_id, "one", NOW + LONGEST_WAIT)
    assert not await database.read(jobs.any_due, NOW)
    assert await database.read(jobs.any_due, NOW - DAY)


async def test_two_processes_fetch_a_file_once(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    kept = [graph.keep(jpeg(40 + n, 40)) for n in range(6)]
    ids = await database.write(_receive, channel, *[{"id": one} for one in kept])
    for _ in range(2):
        desk.begin()
    for message_id in ids:
        await desk.ended(message_id, "ready")
    for one in kept:
        assert len(graph.asked(f"/v25.0/{one}")) == len(graph.asked(f"/attachments/{one}")) == 1
    updates = select(feed_events.c.type).where(feed_events.c.type == "message:updated")
    published = await database.read(lambda c: c.execute(updates).all())
    assert len(published) == len(ids)


async def test_what_passes_is_tried_again_later_and_later_and_then_given_up(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    graph.answer_next(b"down", 503, times=20)
    [message_id] = await database.write(_receive, channel, {"id": "1"})
    worker = desk.begin()
    for tries, wait in enumerate(WAITS, 1):
        due = await desk.postponed(message_id, tries)
        assert due - desk.clock.now == max(wait, 30) * SECOND
        desk.clock.now = due
        worker.wake()
    told = await desk.ended(message_id, "failed")
    assert "briefly unavailable" in told["reason"]
    assert len(graph.requests) == len(WAITS) + 1


async def test_what_a_worker_leaves_another_takes_at_once(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    graph.hang_next()
    [message_id] = await database.write(_receive, channel, {"id": graph.keep(jpeg(50, 50))})
    desk.begin()
    await asyncio.to_thread(graph.wait_for, 1)
    await desk.close()
    assert (await database.read(_due))[message_id] == (NOW, 0, False)
    desk.running.clear()
    desk.begin()
    await desk.ended(message_id, "ready")
    assert [*(await asyncio.to_thread((desk.folder / "incoming").iterdir))] == []


async def test_a_full_disk_is_told_and_heals(
    database: Database,
    channel: Channel,
    desk: Desk,
    graph: FakeGraph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("inbox.media.store.os.fsync", full)
    [message_id] = await database.write(_receive, channel, {"id": graph.keep(jpeg(60, 60))})
    worker = desk.begin()

    async def fault() -> str | None:
        return worker.fault

    assert "No space left" in await until(fault)
    monkeypatch.undo()
    worker.wake()
    await desk.ended(message_id, "ready")
    assert worker.fault is None


async def test_a_channel_that_is_gone_is_the_reason(
    database: Database, channel: Channel, desk: Desk
) -> None:
    [message_id] = await database.write(_receive, channel, {"id": "1"})
    desk.channel = Channel(id="other", name="Other", provider="cloud-api", api_base="", key="k")
    desk.begin()
    assert "channel" in (await desk.ended(message_id, "failed"))["reason"]


async def test_only_old_files_of_no_message_are_swept(
    database: Database, channel: Channel, tmp_path: Path
) -> None:
    [message_id] = await database.write(_receive, channel, {"id": "1"})
    files, digests = Store(tmp_path / "media"), []
    for content in (b"of a message", b"of nobody", b"of nobody, new"):
        digests.append(await _stored(files, content))
        await files.keep_small(digests[-1], b"small")
    await database.write(jobs.claim, "one", 4, NOW)
    await database.write(jobs.finish, message_id, "one", {"state": "ready"}, NOW, digests[0])
    old = 1_000_000_000
    for digest in digests[:2]:
        for path in (files.path(digest), files.small_path(digest)):
            os.utime(path, (old, old))
    assert await sweeping.sweep(database, files) == 2
    assert [await files.size(files.path(digest)) is not None for digest in digests] == [
        True,
        False,
        True,
    ]
    found = select(media_files.c.digest)
    assert await database.read(lambda c: c.execute(found).scalars().all()) == [digests[0]]


async def test_what_comes_again_while_it_is_being_swept_stays(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Store(tmp_path / "media")
    digest = await _stored(files, b"of nobody yet")
    os.utime(files.path(digest), (1, 1))
    held = jobs.held

    def comes_again(connection: Connection, digests: Any) -> set[str]:
        found = held(connection, digests)
        os.utime(files.path(digest))
        return found

    monkeypatch.setattr(jobs, "held", comes_again)
    assert await sweeping.sweep(database, files) == 0
    assert await files.size(files.path(digest)) is not None
