"""HTTP as bytes, and clients that nobody would write on purpose."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from inbox.providers.cloud_api.signing import HEADER, sign
from tests.support.server import PATIENCE, Line, Server

QUIET = 1.0
"""Seconds without a word after which a server is waiting for us."""


@contextmanager
def wire(server: Server) -> Iterator[socket.socket]:
    parts = urlsplit(server.url)
    assert parts.hostname and parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as connected:
        yield connected


def answers(connected: socket.socket) -> list[int]:
    """The status of each answer until the server closes, or has nothing more to say."""
    heard = b""
    connected.settimeout(QUIET)
    try:
        while part := connected.recv(65_536):
            heard += part
    except TimeoutError:
        # It waits for the rest. That never comes.
        connected.close()
    except ConnectionResetError:
        pass  # it closed while we were still talking, which it may
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", heard)]


def ask(server: Server, *parts: bytes) -> list[int]:
    """Say all of it on one connection and listen until the server has closed it."""
    with wire(server) as connected:
        try:
            for part in parts:
                connected.sendall(part)
        except OSError:
            pass  # it closed before it had heard all
        return answers(connected)


def post(
    line: Line, body: bytes, *headers: bytes, target: bytes = b"", signed: bool = True
) -> bytes:
    """A request to a channel's webhook, whose connection ends with it."""
    proof = [f"{HEADER}: {sign(line.secret, body)}".encode()] if signed else []
    given = [b"Host: x", b"Connection: close", *proof, *headers]
    if not any(one.lower().startswith((b"content-length", b"transfer-enc")) for one in headers):
        given.append(b"Content-Length: %d" % len(body))
    first = b"POST %s HTTP/1.1" % (target or line.path.encode())
    return b"\r\n".join([first, *given, b"", body])


def chunked(body: bytes, size: int) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
