"""Jobs and the disk: who fetches what, what a death leaves behind, and what is tidied away."""

import asyncio
import errno
import os
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from inbox.conversations import file_jobs
from inbox.conversations import files as results
from inbox.conversations.file_jobs import HOLD, LONGEST_WAIT, WAITS
from inbox.domain.channels import Channel
from inbox.domain.times import DAY, HOUR, SECOND
from inbox.media import sweeping
from inbox.media.kinds import PICTURES
from inbox.media.store import Store
from inbox.media.thumbnails import Thumbnails
from inbox.storage.database import Database, on_statement
from inbox.storage.tables import feed_events, media_files
from tests.media.desk import NOW, READY, Desk, due, media, receive, stored, taken, until
from tests.media.pictures import jpeg, jpeg_of_scans
from tests.support.fake_graph import FakeGraph


async def test_files_cost_one_statement_for_a_batch_and_texts_none(
    database: Database, channel: Channel
) -> None:
    seen: list[str] = []
    on_statement(database, lambda one: seen.append(one) if "media_jobs" in one else None)
    await database.write(receive, channel, {}, {})
    assert seen == []
    await database.write(receive, channel, {"id": "1"}, {}, {"id": "2"}, {"missing": True})
    assert len(seen) == 1
    assert len(await database.read(due)) == 2


async def test_of_many_who_take_at_once_each_job_has_one(
    database: Database, channel: Channel
) -> None:
    ids = await database.write(receive, channel, *[{"id": str(n)} for n in range(12)])
    parts = await asyncio.gather(*[database.write(taken, f"worker {n}") for n in range(5)])
    assert sorted(job.message_id for part in parts for job in part) == sorted(ids)


async def test_who_is_heard_of_keeps_a_job_and_who_is_not_loses_it(
    database: Database, channel: Channel
) -> None:
    [message_id] = await database.write(receive, channel, {"id": "1"})
    [lost] = await database.write(taken, "one")
    late = NOW + HOLD
    await database.write(file_jobs.QUEUE.hold, [lost.claim], late - SECOND + HOLD)
    assert await database.write(taken, "two", late) == []
    [job] = await database.write(taken, "two", late + HOLD)
    assert (job.message_id, job.attempts) == (message_id, 2)
    assert not await database.write(results.finish, lost, READY, late)
    assert (await database.read(media, message_id))["state"] == "waiting"
    assert await database.write(results.finish, job, READY, late)
    assert (await database.read(media, message_id))["state"] == "ready"


async def test_a_wait_from_before_the_clock_went_back_is_over(
    database: Database, channel: Channel
) -> None:
    await database.write(receive, channel, {"id": "1"})
    [job] = await database.write(taken, "one")
    await database.write(file_jobs.QUEUE.postpone, job.claim, NOW + LONGEST_WAIT, 1)
    assert (await database.read(file_jobs.QUEUE.look, NOW)).lanes == []
    assert (await database.read(file_jobs.QUEUE.look, NOW - DAY)).lanes == [channel.id]


async def test_two_processes_fetch_a_file_once(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    kept = [graph.keep(jpeg(40 + n, 40)) for n in range(6)]
    ids = await database.write(receive, channel, *[{"id": one} for one in kept])
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
    [message_id] = await database.write(receive, channel, {"id": "1"})
    worker = desk.begin()
    for tries, wait in enumerate(WAITS, 1):
        due = await desk.postponed(message_id, tries)
        assert due - desk.clock.now == max(wait, 30) * SECOND
        desk.clock.now = due
        worker.wake()
    told = await desk.ended(message_id, "failed")
    assert "briefly unavailable" in told["reason"]
    assert len(graph.requests) == len(WAITS) + 1


async def test_a_host_that_shuts_out_is_not_asked_too_often(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    """360dialog's Cloud: more than five failed calls an hour, and the door is closed."""
    root = graph.base_url.removesuffix("/v25.0")
    desk.channel = replace(channel, provider="waba", api_base=f"{root}/messages")
    ids = await database.write(receive, channel, *[{"id": f"gone{n}"} for n in range(8)])
    worker = desk.begin()

    async def put_off() -> bool:
        known = (await database.read(due)).values()
        return all(at > NOW and not held for at, _, held in known)

    await until(put_off)
    asked = len(graph.requests)
    assert 3 <= asked <= 5 and len(await database.read(due)) == 8 - asked
    desk.clock.now = NOW + HOUR
    worker.wake()
    await until(lambda: asyncio.to_thread(lambda: len(graph.requests) > asked))
    assert len(ids) == 8


async def test_what_a_worker_leaves_another_takes_at_once(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    graph.hang_next()
    [message_id] = await database.write(receive, channel, {"id": graph.keep(jpeg(50, 50))})
    desk.begin()
    await asyncio.to_thread(graph.wait_for, 1)
    await desk.close()
    assert (await database.read(due))[message_id] == (NOW, 0, False)
    desk.running.clear()
    desk.begin()
    await desk.ended(message_id, "ready")
    assert [*(await asyncio.to_thread((desk.folder / "incoming").iterdir))] == []


async def test_a_thumbnail_that_must_wait_comes_later_and_its_file_is_not_fetched_again(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    [message_id] = await database.write(receive, channel, {"id": graph.keep(jpeg(70, 70))})
    worker = desk.begin()
    worker.thumbnails = Thumbnails(patience=0)
    due_at = await desk.postponed(message_id, 1)
    assert due_at == NOW + WAITS[0] * SECOND
    graph.files.clear()
    worker.thumbnails = Thumbnails()
    desk.clock.now = due_at
    worker.wake()
    told = await desk.ended(message_id, "ready")
    assert told["thumbnail_url"] and (told["width"], told["height"]) == (70, 70)


async def test_a_thumbnail_that_never_has_its_turn_holds_no_file_back(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    [message_id] = await database.write(receive, channel, {"id": graph.keep(jpeg(70, 70))})
    worker = desk.begin()
    worker.thumbnails = Thumbnails(patience=0)
    for tries in range(1, len(WAITS) + 1):
        desk.clock.now = await desk.postponed(message_id, tries)
        worker.wake()
    assert (await desk.ended(message_id, "ready"))["thumbnail_url"] is None


async def test_retry_makes_the_thumbnail_that_a_picture_has_not(
    database: Database, channel: Channel, desk: Desk, graph: FakeGraph
) -> None:
    hostile = graph.keep(jpeg_of_scans(1_500))
    [message_id] = await database.write(receive, channel, {"id": hostile})
    worker = desk.begin()
    worker.thumbnails = Thumbnails(seconds=1)
    assert (await desk.ended(message_id, "ready"))["thumbnail_url"] is None
    worker.thumbnails = Thumbnails(seconds=60)
    told = await database.write(results.retry, message_id, PICTURES, NOW)
    assert told["media"] and told["media"]["state"] == "waiting"
    worker.wake()
    assert (await desk.ended(message_id, "ready"))["thumbnail_url"]
    told = await database.write(results.retry, message_id, PICTURES, NOW)
    assert told["media"] and told["media"]["state"] == "ready"


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
    [message_id] = await database.write(receive, channel, {"id": graph.keep(jpeg(60, 60))})
    worker = desk.begin()

    async def fault() -> str | None:
        return worker.lapse

    assert "No space left" in await until(fault)
    monkeypatch.undo()
    worker.wake()
    await desk.ended(message_id, "ready")
    assert worker.lapse is None


async def test_a_channel_that_is_gone_is_the_reason(
    database: Database, channel: Channel, desk: Desk
) -> None:
    [message_id] = await database.write(receive, channel, {"id": "1"})
    desk.channel = Channel(id="other", name="Other", provider="cloud-api", api_base="", key="k")
    desk.begin()
    assert "channel" in (await desk.ended(message_id, "failed"))["reason"]


async def test_only_old_files_of_no_message_are_swept(
    database: Database, channel: Channel, tmp_path: Path
) -> None:
    await database.write(receive, channel, {"id": "1"})
    files, digests = Store(tmp_path / "media"), []
    for content in (b"of a message", b"of nobody", b"of nobody, new"):
        digests.append(await stored(files, content))
        await files.keep_small(digests[-1], b"small")
    [job] = await database.write(taken, "one")
    await database.write(results.finish, job, READY | {"digest": digests[0]}, NOW)
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
    digest = await stored(files, b"of nobody yet")
    os.utime(files.path(digest), (1, 1))
    held = results.held

    def comes_again(connection: Connection, digests: Any) -> set[str]:
        found = held(connection, digests)
        os.utime(files.path(digest))
        return found

    monkeypatch.setattr(results, "held", comes_again)
    assert await sweeping.sweep(database, files) == 0
    assert await files.size(files.path(digest)) is not None
