"""Connections of a load: plain sockets and requests that are bytes already.

On an event loop a request would cost the load as much as a server that does nothing.
"""

import selectors
import socket
from collections.abc import Callable, Iterable
from select import select
from time import perf_counter

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
ROOM = 1 << 18
"""Bytes that are read at once; an answer to a webhook has some two hundred."""


class Caller:
    """Keep-alive HTTP: one request at a time. ``answered`` is told of each answer's status."""

    __slots__ = ("_answered", "_answers", "_owed", "_usual", "sent_at", "socket")

    def __init__(self, opened: socket.socket, answered: Callable[["Caller", int], None]) -> None:
        self.socket = opened
        self._answered = answered
        self._answers = Answers()
        self._usual = 0  # bytes of an answer that came whole and alone
        self._owed = False
        self.sent_at = 0.0

    def ask(self, request: bytes) -> None:
        self._owed = True
        self.sent_at = perf_counter()
        if self.socket.send(request) != len(request):
            raise Cut("a request did not go out in one piece")

    def read(self) -> bool:
        """Whether it goes on: a server lets go of who has asked nothing for a while."""
        data = self.socket.recv(ROOM)
        if not data and self._owed:
            raise Cut("the server closed a connection")
        if len(data) == self._usual and data.startswith(b"HTTP/1.1 200"):
            self._end(200)
            return True
        for status, _ in self._answers.feed(data):
            self._usual = len(data) if status == 200 else 0
            self._end(status)
        return bool(data)

    def _end(self, status: int) -> None:
        self._owed = False
        self._answered(self, status)


class Reader:
    """A subscriber of the feed. ``heard`` gets each frame with the time it came."""

    def __init__(self, opened: socket.socket, heard: Callable[[bytes, float], None]) -> None:
        self.socket = opened
        self._heard = heard
        self._frames = Frames()
        self.greeted = False

    def read(self) -> bool:
        data = self.socket.recv(ROOM)
        self.take(data, perf_counter())
        if not data:
            raise Cut("the feed ended")
        return True

    def take(self, data: bytes, at: float) -> None:
        for opcode, payload in self._frames.feed(data):
            if opcode == TEXT:
                self.greeted = self.greeted or b'"feed:caught_up"' in payload
                self._heard(payload, at)
            elif opcode == PING:
                self.socket.sendall(from_client(PONG, payload))
            elif opcode == CLOSE:
                raise Cut(f"the feed ended: {payload[2:].decode()}")


class Ends:
    """All connections of a load, and which of them has something to read."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._fd = [self._selector.fileno()]  # type: ignore[attr-defined]  # of epoll and of kqueue

    def add(self, end: Caller | Reader) -> None:
        self._selector.register(end.socket, selectors.EVENT_READ, end.read)

    def turn(self, seconds: float) -> None:
        """Read what has come, or comes within so long; a selector alone counts milliseconds."""
        if seconds > 0:
            select(self._fd, (), (), seconds)
        for key, _ in self._selector.select(0):
            if not key.data():
                self._selector.unregister(key.fileobj)


def callers(
    ends: Ends, port: int, count: int, answered: Callable[[Caller, int], None]
) -> Iterable[Caller]:
    made = [Caller(_connected(port), answered) for _ in range(count)]
    for each in made:
        ends.add(each)
    return made


def reader(
    ends: Ends, port: int, path: str, token: str, heard: Callable[[bytes, float], None]
) -> Reader:
    """Connected, and past all that was before."""
    opened = _connected(port)
    opened.sendall(upgrade(path, token))
    head = b""
    while b"\r\n\r\n" not in head:
        data = opened.recv(ROOM)
        head += data
        if not data:
            break
    head, _, rest = head.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101"):
        raise Cut(head.decode("latin-1"))
    made = Reader(opened, heard)
    made.take(rest, perf_counter())
    while not made.greeted:
        made.read()
    ends.add(made)
    return made


def _connected(port: int) -> socket.socket:
    """It blocks, for at most ten seconds: it is only read when there is something."""
    opened = socket.create_connection((HOST, port), CONNECT_SECONDS)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened
