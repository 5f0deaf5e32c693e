"""A header that makes no sense is a 400 and a line in the log: never a traceback."""

import pytest

from tests.fuzz.wire import ask
from tests.support.server import Server

HOSTS = [
    *(b"a:b", b"a:99999999", b"a:-1", b"a:80:80", b"::1", b"[", b"]", b"[::1", b"a]:1", b"a[b]"),
    *(b"a b", b"a/b", b"a?b", b"a#b", b"a@b", b"http://[", b"[v1.x]", b"[]", b"[a]"),
    *(b"\xff", b"a:\xc2\xb2", b"\xe2\x84\x80", b"a\r\nHost: b"),
]
ORIGINS = [
    *(b"http://[", b"http://[::1", b"//[", b"http://]", b"http://a:b", b"http://[v1.x]"),
    *(b"http://a/path", b"a", b"\xff", b"http://\xe2\x84\x80", b"http://a:99999999"),
]
GOOD = [b"a", b"a:1", b"[::1]:8000", b"xn--bcher-kva.example", b"under_score.lan", b"127.0.0.1"]
PLACES = [
    *((b"GET", path) for path in (b"/", b"/sign-in", b"/health", b"/nothing", b"/static/x/y.css")),
    *((b"POST", path) for path in (b"/", b"/sign-in", b"/health", b"/internal/commands")),
    (b"DELETE", b"/api/v1/conversations"),
]
SOCKET = (
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def sent(method: bytes, path: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([method + b" " + path + b" HTTP/1.1", *headers, b"", b""])


@pytest.mark.parametrize("way", PLACES)
def test_no_page_takes_a_host_or_an_origin_that_is_none(
    server: Server, way: tuple[bytes, bytes]
) -> None:
    before = len(server.complaints)
    for host in HOSTS:
        assert ask(server, sent(*way, b"Host: " + host, b"Connection: close")) == [400], host
    for origin in ORIGINS:
        request = sent(*way, b"Host: a", b"Origin: " + origin, b"Connection: close")
        assert ask(server, request) == [400], origin
    for host in GOOD:
        [status] = ask(server, sent(*way, b"Host: " + host, b"Connection: close"))
        assert status != 400 and status < 500, host
    assert server.complaints[before:] == []


def test_no_socket_does_either(server: Server) -> None:
    before = len(server.complaints)
    for header in (*(b"Host: " + host for host in HOSTS), b"Host: a\r\nOrigin: http://["):
        for path in (b"/ws", b"/", b"/api/webhook"):
            request = sent(b"GET", path, SOCKET + header)
            [status] = ask(server, request)
            assert status in (400, 403), (header, path)
    assert server.complaints[before:] == []
