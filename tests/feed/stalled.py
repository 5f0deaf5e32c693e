"""A real client whose TCP socket nobody reads."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

from tests.bench.wire import CLOSE, TEXT, Frames, upgrade
from tests.feed.followers import SentEvent, sent_events

PATIENCE = 30


class Stalled:
    """A client that opened the feed and reads nothing until it is asked to."""

    def __init__(self, url: str, query: str, token: str, until: str = "feed:hello") -> None:
        self._socket = _connected(url)
        self._socket.sendall(upgrade(f"/ws{query}", token))
        self._data = b""
        while until.encode() not in self._data:
            self._data += self._socket.recv(1)

    def close(self) -> None:
        self._socket.close()

    def read(self) -> tuple[list[dict[str, Any]], int | None]:
        """All that was sent to it, and the code it was closed with, if that was said."""
        frames, texts = Frames(), []
        for data in self._stream():
            for opcode, payload in frames.feed(data):
                if opcode == CLOSE:
                    return texts, int.from_bytes(payload[:2])
                if opcode == TEXT:
                    texts.append(json.loads(payload))
        return texts, None

    def _stream(self) -> Iterator[bytes]:
        """What comes after the handshake."""
        head = self._data
        while b"\r\n\r\n" not in head:
            head += self._socket.recv(1)
        yield head.partition(b"\r\n\r\n")[2]
        with suppress(ConnectionResetError):
            while data := self._socket.recv(1 << 16):
                yield data


class StalledStream:
    """A client that opened the feed as server-sent events and reads nothing more."""

    def __init__(self, url: str, token: str) -> None:
        self._http = HTTPConnection(urlsplit(url).netloc)
        self._http.sock = self._socket = _connected(url)
        accept = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
        self._http.request("GET", "/api/v1/events", headers=accept)
        self._answer = self._http.getresponse()
        while self._answer.readline() != b"event: feed:hello\n":
            pass

    def close(self) -> None:
        self._answer.close()
        self._http.close()
        self._socket.close()

    def read(self) -> list[SentEvent]:
        """All events that came whole, however it ended."""
        events, found = sent_events(), []
        with suppress(ConnectionResetError, IncompleteRead):
            while line := self._answer.readline():
                if event := events.send(line.decode().rstrip("\n")):
                    found.append(event)
        return found


def _connected(url: str) -> socket.socket:
    """With room for little: what is not read waits at the server."""
    address = urlsplit(url)
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    found.settimeout(PATIENCE)
    found.connect((address.hostname, address.port))
    return found
