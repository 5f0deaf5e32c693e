"""WebSocket clients that say anything: the socket ends or goes on, and nobody else notices."""

import json
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.fuzz.wire import wire
from tests.support.server import PATIENCE, Server

TEXT, BINARY, CLOSE, PING, RESERVED = 1, 2, 8, 9, 3


pytestmark = pytest.mark.usefixtures("well")


FRAMES = [
    *("", "null", "[]", "{}", "1", '"subscribe"', "{", "NaN", "[" * 60_000, '{"a":' * 10_000),
    *('{"type":"subscribe"}', '{"type":"subscribe","payload":null}', '{"type":["subscribe"]}'),
    *('{"type":"subscribe","payload":[]}', '{"type":"subscribe","payload":{"topics":7}}'),
    '{"type":"subscribe","payload":{"topics":{"a":1},"types":"abc"}}',
    '{"type":"subscribe","payload":{"topics":[[[]],null,{"a":[]}],"types":[1e999,true]}}',
    '{"type":"subscribe","payload":{"topics":["\\ud800\\u0000"]}}',
    json.dumps({"type": "subscribe", "payload": {"topics": ["t"] * 12_000}}),
    '{"type":"ping","payload":' + "9" * 5_000 + "}",
    '{"type":"\\u0000","payload":{}}',
]


@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
def test_a_signed_in_client_may_say_anything_and_is_still_served(
    server: Server, frame: str
) -> None:
    bearer = {"Authorization": f"Bearer {server.api().headers['authorization'].split()[1]}"}
    address = server.url.replace("http", "ws", 1) + "/ws"
    with connect(address, additional_headers=bearer, proxy=None) as viewer:
        viewer.send(frame)
        viewer.send(frame.encode())
        viewer.send(iter([frame[:3], frame[3:9], frame[9:]]))
        viewer.send('{"type":"ping"}')
        while json.loads(viewer.recv(PATIENCE))["type"] != "feed:pong":
            pass


@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
def test_a_stranger_who_says_anything_is_sent_away(server: Server, frame: str) -> None:
    with connect(server.url.replace("http", "ws", 1) + "/ws", proxy=None) as stranger:
        stranger.send(frame)
        with pytest.raises(ConnectionClosed):
            stranger.recv(PATIENCE)
        assert stranger.close_code == 4401


def frame(
    kind: int, content: bytes, fin: bool = True, masked: bool = True, length: int = -1
) -> bytes:
    size = len(content) if length < 0 else length
    head = bytes([(0x80 if fin else 0) | kind])
    mask = 0x80 if masked else 0
    if size < 126:
        head += bytes([mask | size])
    elif size < 65_536:
        head += bytes([mask | 126]) + struct.pack("!H", size)
    else:
        head += bytes([mask | 127]) + struct.pack("!Q", size)
    return head + (b"\0\0\0\0" if masked else b"") + content


RAW = {
    "invalid UTF-8": frame(TEXT, b"\xff\xfe"),
    "half a character": frame(TEXT, b"\xed\xa0\x80"),
    "unmasked": frame(TEXT, b"{}", masked=False),
    "reserved": frame(RESERVED, b"{}"),
    "too large": frame(TEXT, b"", length=2**40),
    "negative": frame(TEXT, b"", length=2**63),
    "just too large": frame(TEXT, b" " * 65_537),
    "continues nothing": frame(0, b"{}"),
    "two beginnings": frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"),
    "fragmented ping": frame(PING, b"x", fin=False),
    "long ping": frame(PING, b"x" * 126),
    "bad close": frame(CLOSE, b"\x00"),
    "close 1005": frame(CLOSE, b"\x03\xed"),
    "fragments without end": frame(TEXT, b" " * 9_000, fin=False)
    + frame(0, b" " * 9_000, False) * 9,
    "noise": os.urandom(64) * 40,
}


@contextmanager
def upgraded(server: Server) -> Iterator[socket.socket]:
    token = server.api().headers["authorization"].split()[1]
    asked = (
        f"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Authorization: Bearer {token}\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with wire(server) as connected:
        connected.sendall(asked.encode())
        assert connected.recv(4_096).startswith(b"HTTP/1.1 101 ")
        yield connected


@pytest.mark.parametrize("name", RAW)
def test_frames_that_break_the_protocol_end_that_socket(server: Server, name: str) -> None:
    with upgraded(server) as connected:
        try:
            connected.sendall(RAW[name])
            while connected.recv(65_536):
                pass
        except ConnectionResetError:
            pass


@pytest.mark.parametrize(
    "head",
    [
        b"Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: \xff",
    ],
    ids=range(4),
)
@pytest.mark.parametrize("path", [b"/ws?token=%00&since=%ff", b"/", b"/webhooks/x", b"/ws/x"])
def test_a_handshake_that_is_none_is_refused(server: Server, path: bytes, head: bytes) -> None:
    with wire(server) as connected:
        connected.sendall(
            b"GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" % path
        )
        connected.sendall(head + b"\r\n\r\n")
        connected.shutdown(socket.SHUT_WR)
        heard = connected.recv(4_096)
        assert heard == b"" or heard[9:12] in {b"101", b"400", b"403", b"404", b"405", b"426"}, (
            heard
        )
