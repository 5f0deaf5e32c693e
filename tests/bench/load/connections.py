"""Connections of a load on an event loop: requests that are bytes already, and one socket."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import cast

from tests.bench.wire import (
    CLOSE,
    HOST,
    PING,
    PONG,
    TEXT,
    Answers,
    Cut,
    Frames,
    from_client,
    upgrade,
)

CONNECT_SECONDS = 10


class Caller(asyncio.Protocol):
    """Keep-alive HTTP: one request at a time. ``answered`` is told of each answer's status."""

    def __init__(self, answered: Callable[["Caller", int], None]) -> None:
        self._answered = answered
        self._answers = Answers()
        self.transport: asyncio.Transport
        self.number = 0
        self.sent_at = 0.0
        self.open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def ask(self, request: bytes) -> None:
        self.sent_at = perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        for status, _ in self._answers.feed(data):
            self._answered(self, status)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False


async def callers(port: int, count: int, answered: Callable[[Caller, int], None]) -> list[Caller]:
    loop = asyncio.get_running_loop()
    made = []
    async with asyncio.timeout(CONNECT_SECONDS):
        for _ in range(count):
            _, caller = await loop.create_connection(lambda: Caller(answered), HOST, port)
            made.append(caller)
    return made


class Reader(asyncio.Protocol):
    """A subscriber of the feed. ``heard`` gets each frame with the time it came."""

    def __init__(self, heard: Callable[[bytes, float], None]) -> None:
        self._heard = heard
        self._frames = Frames()
        self._head = b""
        self.upgraded = False
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone: str | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        at = perf_counter()
        if not self.upgraded:
            self._head += data
            head, found, data = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise Cut(head.decode("latin-1"))
            self.upgraded = True
        for opcode, payload in self._frames.feed(data):
            if opcode == TEXT:
                self._hear(payload, at)
            elif opcode == PING:
                self.transport.write(from_client(PONG, payload))
            elif opcode == CLOSE:
                self.gone = payload[2:].decode()

    def _hear(self, payload: bytes, at: float) -> None:
        if not self.greeted.done() and b'"feed:caught_up"' in payload:
            self.greeted.set_result(None)
        self._heard(payload, at)

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = self.gone or "closed"
        if not self.greeted.done():
            self.greeted.set_exception(Cut(self.gone))

    def check(self) -> None:
        if self.gone is not None:
            raise Cut(f"the feed ended: {self.gone}")


async def reader(port: int, path: str, token: str, heard: Callable[[bytes, float], None]) -> Reader:
    """Connected, and past all that was before."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_SECONDS):
        _, made = await loop.create_connection(lambda: Reader(heard), HOST, port)
        made.transport.write(upgrade(path, token))
        await made.greeted
    return made
