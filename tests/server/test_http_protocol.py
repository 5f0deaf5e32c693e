"""A connection reads neither for ever nor without end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from inbox.server.http_protocol import (
    HEAD_LIMIT,
    READ_SECONDS,
    YOUNG_SECONDS,
    Connection,
    close_idle,
    close_slow,
)

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"

Send = Callable[[Any], Awaitable[None]]


class House:
    """A small application behind our connections; what it heard, and when it may answer."""

    def __init__(self) -> None:
        self.scope: Any = None
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()
        self.left = asyncio.Event()
        self.state = uvicorn.server.ServerState()

    async def app(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        self.scope = scope
        self.asked.set()
        while (message := await receive())["type"] == "http.request":
            if not message["more_body"]:
                await self.may_answer.wait()
                await send({"type": "http.response.start", "status": 204, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
        self.left.set()

    @asynccontextmanager
    async def wire(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection to it, that is made."""
        config = uvicorn.Config(self.app, interface="asgi3", lifespan="off", log_config=None)
        made = asyncio.Event()

        def accept() -> Connection:
            made.set()
            return Connection(config, self.state, {})

        server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0)
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            await made.wait()
            try:
                yield reader, writer
            finally:  # or a test that fails waits for what it left open
                writer.close()
                server.close()

    def later(self, seconds: float) -> None:
        """What the server does from time to time, as it would after so long."""
        close_slow(self.state.connections, asyncio.get_running_loop().time() + seconds)


async def test_a_body_that_trickles_is_cut_and_the_application_is_told() -> None:
    house = House()
    async with house.wire() as (reader, writer):
        writer.write(HEAD + b"12345")
        await house.asked.wait()
        house.later(READ_SECONDS - 5)
        assert not house.left.is_set()
        house.later(READ_SECONDS + 1)
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        await house.left.wait()


async def test_a_head_that_stops_is_cut() -> None:
    house = House()
    async with house.wire() as (reader, writer):
        writer.write(HEAD + b"1234567890POST / HTTP/1.1\r\nHost: x\r\n")
        await house.asked.wait()  # with the same bytes came half a head
        house.may_answer.set()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 ")
        house.later(READ_SECONDS - 5)
        assert house.state.connections
        house.later(READ_SECONDS + 1)
        assert await reader.read() == b""


async def test_silence_is_cut_without_a_word() -> None:
    house = House()
    async with house.wire() as (reader, _writer):
        house.later(READ_SECONDS - 5)
        assert house.state.connections
        house.later(READ_SECONDS + 1)
        assert await reader.read() == b""


async def test_an_answer_may_take_as_long_as_it_needs() -> None:
    house = House()
    async with house.wire() as (reader, writer):
        writer.write(HEAD + b"1234567890")
        await house.asked.wait()
        house.later(READ_SECONDS * 100)
        house.may_answer.set()
        assert (await reader.readline()).startswith(b"HTTP/1.1 204 ")


@pytest.mark.parametrize("line", [b"X-Long: " + b"x" * 1_000 + b"\r\n", b"x" * 1_000])
async def test_a_head_has_an_end_and_many_requests_are_not_one_head(line: bytes) -> None:
    house = House()
    house.may_answer.set()
    async with house.wire() as (reader, writer):
        for _ in range(2 * HEAD_LIMIT // len(HEAD)):
            writer.write(HEAD + b"1234567890")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 ")
    async with house.wire() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nX-First: ")
        for _ in range(HEAD_LIMIT // len(line) + 10):
            writer.write(line)
        assert (await reader.read()).startswith(b"HTTP/1.1 431 ")


async def test_a_trailer_is_no_header() -> None:
    house = House()
    house.may_answer.set()
    async with house.wire() as (reader, writer):
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head + b"2\r\nhi\r\n")
        await house.asked.wait()
        writer.write(b"0\r\nHost: y\r\nX-Hub-Signature-256: forged\r\n\r\n")
        assert b" 204 " in await reader.readline()
        names = [name for name, _ in house.scope["headers"]]
        assert names == [b"host", b"transfer-encoding"]


async def test_of_too_many_connections_those_that_wait_for_nothing_are_closed_first() -> None:
    house = House()
    async with house.wire() as (_, asking), house.wire() as (idle, _unused):
        asking.write(HEAD + b"0123456789")
        await house.asked.wait()
        connections, now = house.state.connections, asyncio.get_running_loop().time()
        assert close_idle(connections, 2, now + YOUNG_SECONDS) == 0, "there is room"
        assert close_idle(connections, 0, now) == 0, "they came only now"
        assert close_idle(connections, 0, now + YOUNG_SECONDS) == 1
        assert await idle.read() == b""
        house.may_answer.set()
