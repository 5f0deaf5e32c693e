"""uvicorn's HTTP connection, with an end to what it reads: in bytes of a head, and in seconds.

uvicorn itself bounds neither. A connection that says nothing, a head that never ends and a body
that comes a byte a minute would each hold their place for ever.
"""

from asyncio import BaseTransport
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from inbox.web.http.raw_http import PEER, WHOLE, Wire

HEAD_LIMIT: Final = 64 * 1024
READ_SECONDS: Final = 60.0
"""For a whole request, from its first byte to its last. Answers may take as long as they need."""

YOUNG_SECONDS: Final = 2.0
"""Who came or asked so lately is not taken for idle, however many there are."""


class Connection(HttpToolsProtocol):
    """``sweep`` ends what reads for too long: a timer for each request would cost every one."""

    def connection_made(self, transport: BaseTransport) -> None:
        self._head: int | None = 0  # bytes of a head that is not complete; None within a body
        self._reading_since: float | None = self.loop.time()
        self._quiet_since = self.loop.time()
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn names a narrower one

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > HEAD_LIMIT:
            self._refuse(431, "The head of the request is too large.")

    def on_message_begin(self) -> None:
        self._reading_since = self._quiet_since = self.loop.time()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        # What comes behind a chunked body is no header: who reads those has decided by then.
        if self._head is not None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()
        if self.cycle is not None and _writes_whole():
            ours: Any = {WHOLE: Whole(self.cycle), PEER: Peer(self.cycle)}
            self.scope["extensions"] = ours

    def on_message_complete(self) -> None:
        self._head, self._reading_since = 0, None
        super().on_message_complete()

    def give_up(self, now: float) -> None:
        """Close if the request has not come within its time. ``now`` is the loop's."""
        since = self._reading_since
        if since is not None and now - since > READ_SECONDS and not self.transport.is_closing():
            self._refuse(408, "The request took too long.")

    def idle_since(self, now: float) -> float | None:
        """Since when nobody would miss it; None if we owe an answer, or it is still young."""
        owed = self.cycle is not None and not self.cycle.response_complete
        answering = owed and self._reading_since is None
        since = self._quiet_since
        return None if answering or now - since < YOUNG_SECONDS else since

    def _refuse(self, status: int, words: str) -> None:
        """Say why, unless an answer is under way or nothing was asked; and close."""
        unanswered = self.cycle is None or not self.cycle.response_started
        if unanswered and self._head != 0 and not self.transport.is_closing():
            head = STATUS_LINE[status] + b"content-type: text/plain; charset=utf-8\r\n"
            length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(words)
            self.transport.write(head + length + words.encode())
        self.transport.close()


class Whole:
    """Writes an answer in one piece, as bytes that were made once.

    uvicorn makes the head anew for each answer, header by header, and writes the body apart.
    """

    __slots__ = ("_cycle",)

    def __init__(self, cycle: Any) -> None:
        self._cycle = cycle

    async def write_whole(self, wire: Wire) -> None:
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        always = b"".join([b"%b: %b\r\n" % header for header in cycle.default_headers])
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        cycle.transport.write(b"".join((wire.head, always, close, b"\r\n", wire.body)))
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()


class Peer:
    """Whether the other side reads what it is sent; for answers that go on and on."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: Any) -> None:
        self._cycle = cycle

    @property
    def reads(self) -> bool:
        return not self._cycle.flow.write_paused

    def drop(self) -> None:
        """At once, with all that waits for it: to close decently is to wait until it is read."""
        self._cycle.transport.abort()


_INSIDES = (
    "default_headers",
    "disconnected",
    "flow",
    "keep_alive",
    "message_event",
    "on_response",
    "response_complete",
    "response_started",
    "transport",
    "waiting_for_100_continue",
)


@cache
def _writes_whole() -> bool:
    """Whether this uvicorn is built so; else it writes answers as it does all others."""
    inside = RequestResponseCycle.__init__.__code__.co_names
    return all(name in inside for name in _INSIDES)


def close_idle(connections: Iterable[Any], most: int, now: float) -> int:
    """If there are more than ``most``, close those that were idle for longest; how many."""
    found = list(connections)
    surplus = len(found) - most
    if surplus <= 0:
        return 0
    idle = [
        (since, n)
        for n, one in enumerate(found)
        if isinstance(one, Connection) and (since := one.idle_since(now)) is not None
    ]
    for _, n in sorted(idle)[:surplus]:
        found[n].transport.close()
    return min(surplus, len(idle))


def close_slow(connections: Iterable[Any], now: float) -> None:
    """Give up on every connection that reads for too long."""
    for connection in list(connections):
        if isinstance(connection, Connection):
            connection.give_up(now)
