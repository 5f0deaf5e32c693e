"""Law 32 on the feed: a mistake of ours is told once, stops nobody, and is called by its name."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from websockets.exceptions import ConnectionClosed

from inbox.domain.feed_events import NewEvent
from inbox.feed.hub import Hub
from inbox.feed.log import FeedEvent, append
from inbox.feed.subscriber import Subscriber
from inbox.storage.database import Database
from tests.feed.test_outlet import PATIENCE, heard, listening
from tests.support.events import made_event
from tests.support.inside import Inside


async def publish(house: Inside, *events: NewEvent) -> None:
    await house.database.write(append, events, house.house.now())


async def closing(socket: Any) -> tuple[int, str]:
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await socket.recv()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


def tracebacks(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.exc_info]


async def checks(house: Inside) -> tuple[int, dict[str, str]]:
    answer = await house.http.get("/health")
    return answer.status_code, answer.json()["checks"]


@pytest.mark.parametrize("mistake", [KeyError("a"), ValueError("a"), TimeoutError()])
async def test_a_fault_in_the_send_loop_is_told_once_and_closes_1011(
    house: Inside,
    mistake: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def stumble(_self: Subscriber) -> None:
        raise mistake

    async with listening(house) as one, listening(house) as other:
        monkeypatch.setattr(Subscriber, "take", stumble)
        await publish(house, made_event("test:event", {"text": "hello"}))
        ends = [await closing(socket) for socket in (one, other)]
    monkeypatch.undo()
    assert {code for code, _ in ends} == {1011}
    of_database = isinstance(mistake, OSError)
    assert tracebacks(caplog) == ([] if of_database else ["an event was not told"])
    status, found = await checks(house)
    assert status == 200
    assert of_database or type(mistake).__name__ in found["sockets"]
    async with listening(house) as again:
        await publish(house, made_event("test:event", {"text": "hello again"}))
        assert await heard(again, 1) == ["hello again"]


async def test_a_database_that_is_away_while_one_comes_is_called_so(
    house: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*_: Any) -> None:
        raise OperationalError("SELECT a customer's words", None, Exception())

    monkeypatch.setattr(Subscriber, "_check", away)
    async with listening(house, "&since=0") as socket:
        code, reason = await closing(socket)
    assert code == 1011 and "OperationalError" in reason and "SELECT" not in reason
    assert tracebacks(caplog) == []


async def test_a_fragment_that_fails_is_told_once_and_pages_read_anew(
    house: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: FeedEvent) -> str:
        raise KeyError(event.payload)

    monkeypatch.setattr(house.house.hub, "_render", broken)
    async with (
        listening(house, "&format=html") as one,
        listening(house, "&format=html") as other,
        listening(house) as program,
    ):
        for text in ("one", "two"):
            await publish(house, made_event("test:event", {"text": text}))
            for socket in (one, other):
                async with asyncio.timeout(PATIENCE):
                    while (frame := json.loads(await socket.recv()))["type"] != "feed:resync":
                        pass
                assert frame["payload"]["reason"] == "an event has no rendering"
        assert await heard(program, 2) == ["one", "two"]
    assert tracebacks(caplog) == ["an event was not told"]
    status, found = await checks(house)
    assert status == 200 and "KeyError" in found["sockets"]


async def test_an_event_that_one_cannot_hear_stops_nobody(
    house: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    heard_by: list[str] = []

    def deaf(event: FeedEvent) -> None:
        if event.type == "test:bad":
            raise KeyError("a customer's words")

    hub = house.house.hub
    hub.listeners.insert(0, deaf)
    hub.listeners.append(lambda event: heard_by.append(event.type))
    async with listening(house) as socket:
        for kind in ("test:bad", "test:bad", "test:good"):
            await publish(house, made_event(kind, {"text": kind}))
        assert await heard(socket, 3) == ["test:bad", "test:bad", "test:good"]
    assert heard_by == ["test:bad", "test:bad", "test:good"]
    assert tracebacks(caplog) == ["an event was not heard by all"]
    status, found = await checks(house)
    assert status == 503 and "KeyError" in found["feed"]
    hub._unheard.over()
    assert (await checks(house))[0] == 200


async def test_a_log_that_cannot_be_read_is_told_with_its_two_ends(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub(database, lambda _: "")
    await hub.start()
    monkeypatch.setattr("inbox.feed.hub.POLL_SECONDS", 0.01)
    read = hub._read_log
    failures = iter([OSError(), OSError()])

    async def failing() -> None:
        if (fault := next(failures, None)) is not None:
            raise fault
        await read()

    monkeypatch.setattr(hub, "_read_log", failing)
    running = asyncio.create_task(hub.run())
    for _ in range(2):  # by the second, what follows the first is done
        await database.write(append, [made_event("test:event", {})], 1)
        async with asyncio.timeout(PATIENCE):
            await hub.moved()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "the feed cannot read its log: the database cannot be reached",
        "the feed cannot read its log: all is well again",
    ]
    assert hub.fault is None
