"""``tail`` as a client: it keeps its place whatever happens to the line."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from inbox.commands import following
from inbox.commands.following import Follower
from inbox.server.failure import Failure

Turn = Callable[[ServerConnection], Awaitable[None]]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "SHORTEST", 0.0)


class Feed:
    """A server that plays one turn per connection and remembers who asked for what."""

    def __init__(self, *turns: Turn) -> None:
        self._turns = list(turns)
        self.asked: list[str] = []
        self.bearers: list[str | None] = []

    async def __call__(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request
        self.asked.append(request.path)
        self.bearers.append(request.headers.get("Authorization"))
        await self._turns.pop(0)(socket)


def frame(kind: str, seq: int | None = None, **payload: Any) -> str:
    return json.dumps({"type": kind, "seq": seq, "payload": payload})


def says(*frames: str, close: int = 1001) -> Turn:
    async def turn(socket: ServerConnection) -> None:
        for each in frames:
            await socket.send(each)
        await socket.close(close)

    return turn


REFUSES = says(close=4401)


async def follow(feed: Feed, since: int | None = None) -> tuple[list[str], list[str]]:
    """Until the feed refuses us: what was printed, and what was said on stderr."""
    printed: list[str] = []
    said: list[str] = []
    async with serve(feed, "127.0.0.1", 0) as server:
        follower = Follower(
            _address(server), lambda: f"token {len(feed.asked)}", printed.append, said.append,
            lambda: 0.0,
        )  # fmt: skip
        with pytest.raises(Failure, match="token"):
            async with asyncio.timeout(10):
                await follower.follow(since)
    return printed, said


def _address(server: Server) -> str:
    port = next(iter(server.sockets)).getsockname()[1]
    return f"ws://127.0.0.1:{port}/ws"


async def test_events_are_printed_as_they_came_and_control_frames_are_not() -> None:
    new, typing = frame("message:new", 8), '{"type":"presence:updated","payload":{}}'
    beat = frame("feed:heartbeat", 8)
    feed = Feed(says(frame("feed:hello", 7), new, beat, typing), REFUSES)
    printed, _ = await follow(feed)
    assert printed == [new, typing]


async def test_it_resumes_after_the_last_that_it_printed() -> None:
    feed = Feed(
        says(frame("feed:hello", 7), frame("message:new", 8), frame("message:new", 9)),
        says(frame("feed:hello", 9), frame("message:new", 10), close=1013),
        REFUSES,
    )
    printed, said = await follow(feed, since=5)
    assert feed.asked == ["/ws?since=5", "/ws?since=9", "/ws?since=10"]
    assert [json.loads(line)["seq"] for line in printed] == [8, 9, 10]
    assert "No connection" in said[0]
    assert "again" in said[1]


async def test_a_loss_before_the_first_event_loses_none() -> None:
    feed = Feed(says(frame("feed:hello", 7)), says(frame("feed:hello", 9)), REFUSES)
    await follow(feed)
    assert feed.asked == ["/ws", "/ws?since=7", "/ws?since=7"]


async def test_each_connection_shows_a_fresh_token() -> None:
    feed = Feed(says(), says(), REFUSES)
    await follow(feed)
    assert feed.bearers == ["Bearer token 0", "Bearer token 1", "Bearer token 2"]


async def test_what_the_server_no_longer_keeps_is_said() -> None:
    resync = frame("feed:resync", 40, reason="too old")
    feed = Feed(says(frame("feed:hello", 41), resync), REFUSES)
    _, said = await follow(feed, since=1)
    assert feed.asked == ["/ws?since=1", "/ws?since=40"]
    assert "too old" in said[0]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(HTTPStatus.UNAUTHORIZED, "token"), (HTTPStatus.NOT_FOUND, "--url")],
)
async def test_an_answer_that_cannot_get_better_ends_it(status: HTTPStatus, sentence: str) -> None:
    def refuse(socket: ServerConnection, _request: Request) -> Response:
        return socket.respond(status, "")

    async with serve(Feed(), "127.0.0.1", 0, process_request=refuse) as server:
        follower = Follower(_address(server), str, print, print, lambda: 0.0)
        with pytest.raises(Failure, match=sentence):
            await follower.follow(None)


async def test_it_waits_for_a_server_that_is_not_there_yet() -> None:
    async with serve(Feed(), "127.0.0.1", 0) as server:
        url = _address(server)
    waits = asyncio.Event()
    follower = Follower(url, str, print, lambda _sentence: waits.set(), lambda: 0.0)
    task = asyncio.ensure_future(follower.follow(None))
    await waits.wait()
    port = int(url.rpartition(":")[2].removesuffix("/ws"))
    async with serve(Feed(REFUSES), "127.0.0.1", port):
        with pytest.raises(Failure):
            await task
    with suppress(asyncio.CancelledError):
        task.cancel()
