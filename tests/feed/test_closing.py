"""How sockets end that cannot go on: overtaken, blocked, unread, or no longer welcome."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from inbox.access import tokens
from inbox.domain.feed_events import NewEvent
from inbox.domain.times import now
from inbox.feed.log import append, head
from inbox.feed.news import access_changed
from inbox.feed.ring import Ring
from inbox.server.websocket_protocol import Connection
from inbox.web.live import admission, frame_writer
from tests.feed.stalled import Stalled, StalledStream
from tests.feed.test_outlet import heard, listening
from tests.support.events import made_event
from tests.support.inside import Inside, inside

LAGGING, SIGNED_OUT = 1013, 4401
LARGE = "x" * 250_000
PATIENCE = 20


class Impatient(Connection):
    """Waits only a moment for a peer that was told to go."""

    lost: asyncio.Event

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.close_timeout = 0.2

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'inbox.db'}"
    async with inside(url, tmp_path) as running:
        yield running


@asynccontextmanager
async def stalled(house: Inside) -> AsyncIterator[Stalled]:
    client = await asyncio.to_thread(Stalled, house.url, "", house.token)
    with closing(client):
        yield client


@asynccontextmanager
async def stalled_stream(house: Inside) -> AsyncIterator[StalledStream]:
    client = await asyncio.to_thread(StalledStream, house.url, house.token)
    with closing(client):
        yield client


async def publish(house: Inside, *events: NewEvent) -> None:
    """Return when the hub has told everybody."""
    hub = house.house.hub
    await house.database.write(append, events, now())
    hub.committed([None])
    newest = await house.database.read(head)
    async with asyncio.timeout(PATIENCE):
        while hub.head < newest:
            await hub.moved()


async def fill(house: Inside) -> None:
    """More than the network between them takes."""
    for _ in range(40):
        await publish(house, made_event("test:event", {"text": LARGE}))


async def until(house: Inside, fact: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not fact():
            await house.get("conversations")


async def resumes(house: Inside, had: list[Any], newest: int) -> None:
    """What it had and what it gets with ``since`` is the whole log."""
    seqs = [frame["seq"] for frame in had if "at" in frame]
    async with listening(house, f"&since={seqs[-1]}") as socket:
        await heard(socket, newest - seqs[-1])
    assert seqs == list(range(seqs[0], seqs[-1] + 1)) and seqs[-1] < newest


async def test_a_blocked_send_ends_the_socket_and_no_other(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_writer, "SEND_SECONDS", 0.3)
    async with listening(house) as fast, stalled(house) as slow:
        hearing = asyncio.create_task(heard(fast, 40))
        await fill(house)
        assert len(await hearing) == 40
        await until(house, lambda: len(house.house.sockets) == 1)
        frames, code = await asyncio.to_thread(slow.read)
        assert (frames[-1]["type"], code) == ("feed:lagging", LAGGING)
        assert frames[-1]["seq"] == frames[-2]["seq"] < house.house.hub.head
        await resumes(house, frames, house.house.hub.head)


async def test_who_was_overtaken_by_the_ring_is_told_and_resumes(house: Inside) -> None:
    house.house.hub.ring = Ring(events=4)
    house.house.hub.ring.start(house.house.hub.head)
    async with stalled(house) as slow:
        await fill(house)
        frames, code = await asyncio.to_thread(slow.read)
        assert (frames[-1]["type"], code) == ("feed:lagging", LAGGING)
        assert frames[-1]["seq"] == frames[-2]["seq"] < house.house.hub.head
        await resumes(house, frames, house.house.hub.head)


async def test_who_never_reads_is_dropped_with_what_was_kept_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_writer, "SEND_SECONDS", 0.3)
    url = f"sqlite+aiosqlite:///{tmp_path / 'inbox.db'}"
    async with inside(url, tmp_path, ws=Impatient) as house, stalled(house) as slow:
        Impatient.lost = asyncio.Event()
        await fill(house)
        await asyncio.wait_for(Impatient.lost.wait(), PATIENCE)
        frames, code = await asyncio.to_thread(slow.read)
        assert code is None and 1 < len(frames) < 40


async def test_who_does_not_read_is_shut_out_as_quickly(house: Inside) -> None:
    async with stalled(house):
        await fill(house)
        [token] = await house.database.read(tokens.listing, now())
        await publish(house, access_changed(token_id=token.id))
        async with asyncio.timeout(frame_writer.SEND_SECONDS - 1):
            await until(house, lambda: not house.house.sockets)


async def test_who_is_shut_out_while_the_socket_opens_does_not_stay(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, read = 0, house.database.read

    async def revoked_meanwhile(work: Any, *given: Any, **named: Any) -> Any:
        nonlocal asked
        found = await read(work, *given, **named)
        if work is admission.admitted:
            asked += 1
            if found is not None:
                await house.database.write(tokens.revoke, found.principal.id, now())
                await publish(house, access_changed(token_id=found.principal.id))
        return found

    monkeypatch.setattr(house.database, "read", revoked_meanwhile)
    client = await asyncio.to_thread(Stalled, house.url, "", house.token, "")
    frames, code = await asyncio.to_thread(client.read)
    client.close()
    assert (frames, code, asked) == ([], SIGNED_OUT, 2)


async def test_a_long_poll_of_who_is_shut_out_ends_and_tells_nothing(house: Inside) -> None:
    [token] = await house.database.read(tokens.listing, now())
    since = house.house.hub.head
    query = {"since": since, "wait": 30}
    waiting = asyncio.create_task(house.http.get("/api/v1/events", params=query))
    await until(house, lambda: house.house.hub._waiting)
    secret = made_event("test:event", {"text": "secret"})
    await publish(house, access_changed(token_id=token.id), secret)
    answer = await asyncio.wait_for(waiting, PATIENCE)
    assert answer.json() == {"data": [], "next": str(since)}


async def streamed_on(house: Inside, slow: StalledStream) -> list[int]:
    """What it had is the log without a hole, and it can go on from there."""
    had = [event for event in await asyncio.to_thread(slow.read) if event.name == "test:event"]
    seqs = [int(event.id) for event in had]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs))) and seqs[-1] < house.house.hub.head
    rest = await house.get("events", since=seqs[-1])
    assert rest["data"][0]["seq"] == seqs[-1] + 1
    return seqs


async def test_a_stream_that_is_not_read_is_dropped_and_slows_no_other(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_writer, "SEND_SECONDS", 0.3)
    async with listening(house) as fast, stalled_stream(house) as slow:
        hearing = asyncio.create_task(heard(fast, 40))
        await fill(house)
        assert len(await hearing) == 40
        await until(house, lambda: len(house.house.sockets) == 1)
        assert 0 < len(await streamed_on(house, slow)) < 40


async def test_a_stream_that_was_overtaken_by_the_ring_is_told(house: Inside) -> None:
    house.house.hub.ring = Ring(events=4)
    house.house.hub.ring.start(house.house.hub.head)
    async with stalled_stream(house) as slow:
        await fill(house)
        events = await asyncio.to_thread(slow.read)
        told = [event for event in events if event.name == "feed:lagging"]
        assert [event.id for event in told] == [events[-2].id] and events[-1] == told[0]
