"""HTTP/1.1 and WebSocket as bytes: a client library would be slower than the server it loads."""

import base64
import os
import struct

HOST = "127.0.0.1"

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10

_MASK = bytes(4)
"""A client must mask; with zeros that changes nothing."""


def get(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def upgrade(path: str, token: str = "") -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    proof = f"Authorization: Bearer {token}\r\n" if token else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{proof}Connection: Upgrade\r\n"
        f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


def from_client(opcode: int, payload: bytes) -> bytes:
    """A short frame as clients send them."""
    assert len(payload) < 126
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + _MASK + payload


class Cut(Exception):
    """The server closed what should have stayed open."""


def header(data: bytes | bytearray, at: int, end: int) -> tuple[int, int] | None:
    """Where the payload of the frame at ``at`` begins and how long it is; None: wait for more."""
    if end - at < 2:
        return None
    length = data[at + 1] & 0x7F
    if length < 126:
        return at + 2, length
    if length == 126:
        return (at + 4, data[at + 2] << 8 | data[at + 3]) if end - at >= 4 else None
    return (at + 10, struct.unpack_from("!Q", data, at + 2)[0]) if end - at >= 10 else None


class Frames:
    """Whole frames out of a stream."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        data = self._rest + data if self._rest else data
        found, at, end = [], 0, len(data)
        while (frame := header(data, at, end)) is not None:
            begin, length = frame
            if begin + length > end:
                break
            found.append((data[at] & 0x0F, data[begin : begin + length]))
            at = begin + length
        self._rest = data[at:]
        return found


class Answers:
    """HTTP answers out of a stream: status and body."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        data = self._rest + data if self._rest else data
        found = []
        while (split := data.find(b"\r\n\r\n")) >= 0:
            end = split + 4 + _length(data[:split].lower())
            if len(data) < end:
                break
            found.append((int(data[9:12]), data[split + 4 : end]))
            data = data[end:]
        self._rest = data
        return found


def _length(head: bytes) -> int:
    at = head.find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
