"""A real client whose TCP socket nobody reads."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from tests.bench.wire import CLOSE, TEXT, Frames, upgrade

PATIENCE = 30


class Stalled:
    """A client that opened the feed and reads nothing until it is asked to."""

    def __init__(self, url: str, query: str, token: str, until: str = "feed:hello") -> None:
        address = urlsplit(url)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(PATIENCE)
        self._socket.connect((address.hostname, address.port))
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
