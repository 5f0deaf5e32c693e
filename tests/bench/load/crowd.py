"""Many sockets that read all they are sent and do as little as they can with it.

Frames are not put together: a reader hops from header to header and adds up what the payloads
would be. Whoever started this knows what must have come, and compares.
"""

import selectors
import socket
from time import perf_counter
from typing import Any

from tests.bench.load.stage import Effort, orders, tell, wait_for_go
from tests.bench.payloads import batches
from tests.bench.wire import CLOSE, HOST, PING, PONG, TEXT, Cut, from_client, header, upgrade

BUFFER = 1 << 20
PEEK = 64
"""Of a payload, enough to see what kind of frame it is and, for fragments, its seq."""

AHEAD = PEEK + 16
"""Room in the buffer for the beginning of a frame that came with the read before."""

SETTLED_SECONDS = 0.3
QUIET_SECONDS = 2.5
BUSY_SECONDS = 0.1
LONGEST_SECONDS = 90
CONNECT_SECONDS = 10

FRAGMENTS = b'{"type":"feed:fragments","seq":'


class Ear:
    """One socket.

    ``content``: bytes of events, each with one more for what parts it from the next, so that it is
    the same however events are packed into frames.
    """

    __slots__ = ("_carry", "_skip", "content", "frames", "seq", "socket")

    def __init__(self, opened: socket.socket) -> None:
        self.socket = opened
        self._skip = 0
        self._carry = b""
        self.frames = self.content = self.seq = 0

    def read(self, buffer: bytearray, view: memoryview) -> None:
        size = self.socket.recv_into(view[AHEAD:])
        if size == 0:
            raise Cut("a socket was closed")
        at, end = AHEAD, AHEAD + size
        if self._skip:
            step = min(self._skip, size)
            self._skip -= step
            at += step
        elif self._carry:
            at -= len(self._carry)
            buffer[at:AHEAD] = self._carry
            self._carry = b""
        while (frame := header(buffer, at, end)) is not None:
            begin, length = frame
            if end - begin < min(length, PEEK):
                break
            self._see(buffer, at, begin, length)
            at = begin + length
            if at >= end:
                self._skip = at - end
                return
        self._carry = bytes(buffer[at:end])

    def _see(self, buffer: bytearray, at: int, begin: int, length: int) -> None:
        opcode = buffer[at] & 0x0F
        if opcode == TEXT:
            if buffer.startswith(b'{"type":"feed:', begin):
                if not buffer.startswith(FRAGMENTS, begin):
                    return
                after = begin + len(FRAGMENTS)
                self.seq = int(buffer[after : buffer.index(b",", after)])
            self.frames += 1
            # An array has brackets more, and as many commas as events less one.
            self.content += length - 1 if buffer[begin] == 0x5B else length + 1
        elif opcode == PING:
            self.socket.send(from_client(PONG, bytes(buffer[begin : begin + length])))
        elif opcode == CLOSE:
            raise Cut(f"a socket was closed: {bytes(buffer[begin + 2 : begin + length])!r}")


class Crowd:
    def __init__(self, port: int, count: int, upgrade_path: str, token: str) -> None:
        self._selector = selectors.DefaultSelector()
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._ears = [self._connect(port, upgrade_path, token) for _ in range(count)]
        self._waiting = 0
        self._last = 0.0

    def _connect(self, port: int, path: str, token: str) -> Ear:
        opened = socket.create_connection((HOST, port), CONNECT_SECONDS)
        opened.sendall(upgrade(path, token))
        head = b""
        while b"\r\n\r\n" not in head:
            # Byte by byte at the end would be slow; a frame that comes along is left unread.
            peeked = opened.recv(4096, socket.MSG_PEEK)
            cut = peeked.find(b"\r\n\r\n")
            taken = opened.recv(cut + 4 if cut >= 0 else len(peeked))
            if not taken:
                break
            head += taken
        if not head.startswith(b"HTTP/1.1 101"):
            raise Cut(f"not let in: {head[:100]!r}")
        opened.setblocking(False)
        ear = Ear(opened)
        self._selector.register(opened, selectors.EVENT_READ, ear)
        return ear

    def settle(self) -> None:
        """Read what greets a newcomer."""
        while self._step(SETTLED_SECONDS):
            pass
        for ear in self._ears:
            ear.frames = ear.content = 0

    def _step(self, timeout: float) -> bool:
        ready = self._selector.select(timeout)
        for key, _ in ready:
            ear = key.data
            if ear is None:
                self._answered(key.fileobj)
                continue
            before = ear.content
            ear.read(self._buffer, self._view)
            if ear.content != before:
                self._last = perf_counter()
        return bool(ready)

    def _answered(self, opened: Any) -> None:
        answer = opened.recv(4096)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise Cut(f"what was posted was refused: {answer[:100]!r}")
        self._selector.unregister(opened)
        self._waiting -= 1

    def hear(self, port: int, requests: list[bytes]) -> dict[str, Any]:
        """Post them all at once and read until nothing comes any more."""
        opened = [socket.create_connection((HOST, port), CONNECT_SECONDS) for _ in requests]
        for each in opened:
            self._selector.register(each, selectors.EVENT_READ, None)
        self._waiting = len(requests)
        effort, began = Effort(), perf_counter()
        for each, request in zip(opened, requests, strict=True):
            each.sendall(request)
        share = 0.0
        while perf_counter() - began < LONGEST_SECONDS:
            self._step(QUIET_SECONDS)
            quiet = perf_counter() - max(self._last, began)
            if quiet < BUSY_SECONDS:
                share = effort.share
            if quiet >= QUIET_SECONDS and not self._waiting:
                break
        return {
            "seconds": self._last - began,
            "frames": [ear.frames for ear in self._ears],
            "content": [ear.content for ear in self._ears],
            "seq": [ear.seq for ear in self._ears],
            "load_share": share,
        }


def run(
    port: int,
    sockets: int,
    upgrade_path: str,
    token: str = "",
    webhooks: dict[str, Any] | None = None,
    requests: list[str] | None = None,
) -> None:
    """``webhooks`` to be made and posted, or ``requests`` that are text already."""
    crowd = Crowd(port, sockets, upgrade_path, token)
    crowd.settle()
    made = [request.encode() for request in requests or []]
    if webhooks is not None:
        numbers = range(webhooks["first"], webhooks["first"] + webhooks["count"])
        made = batches(webhooks["path"], numbers, webhooks["senders"], webhooks["size"])
    wait_for_go()
    tell(**crowd.hear(port, made))


if __name__ == "__main__":
    run(**orders())
