"""SIGTERM is kept politely and soon: what came is answered and stored, and everybody is told."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from inbox.providers.cloud_api.signing import HEADER, sign
from inbox.providers.sandbox import meta_json
from tests.media.pictures import jpeg_of_scans
from tests.support.fake_graph import FakeGraph
from tests.support.inhabited import Homes
from tests.support.server import Line, Server, said, webhook

SOON_SECONDS = 4.0
AT_MOST_SECONDS = 12.0


@pytest.fixture
def things() -> Iterator[ExitStack]:
    """What a test leaves open until its end."""
    with ExitStack() as opened:
        yield opened


def _wire(server: Server, things: ExitStack, sent: bytes, buffer: int = 0) -> socket.socket:
    parts = urlsplit(server.url)
    wire = things.enter_context(socket.socket())
    if buffer:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    wire.settimeout(20)
    wire.connect((parts.hostname, parts.port))
    wire.sendall(sent)
    return wire


def _listening(server: Server, things: ExitStack) -> ClientConnection:
    bearer = {"Authorization": server.api().headers["Authorization"]}
    address = server.url.replace("http", "ws", 1) + "/ws"
    listener = things.enter_context(connect(address, additional_headers=bearer, proxy=None))
    assert json.loads(listener.recv(20))["type"] == "feed:hello"
    return listener


def _stop(server: Server) -> tuple[int, float]:
    """Exit code, and seconds it took."""
    server.signal(signal.SIGTERM)
    began = time.monotonic()
    return server.wait(), time.monotonic() - began


def test_whoever_waits_is_told_and_idle_connections_hold_nothing_up(
    own_server: Server, things: ExitStack
) -> None:
    server = own_server.start()
    listener = _listening(server, things)
    _wire(server, things, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").recv(100)
    with ThreadPoolExecutor(1) as poller:
        head = server.head()
        polled = poller.submit(server.api().get, f"/api/v1/events?since={head}&wait=30")
        _until_it_waits(server)
        code, seconds = _stop(server)
        assert polled.result().json() == {"data": [], "next": str(head)}
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            listener.recv(20)
    assert closed.value.rcvd and closed.value.rcvd.code == 1001
    assert (code, server.complaints) == (0, [])
    assert seconds < SOON_SECONDS


def _until_it_waits(server: Server) -> None:
    """A question asked after the poll is answered: so the poll has been read."""
    for _ in range(3):
        assert server.provider.get("/health").status_code == 200


def test_what_had_come_is_answered_and_stored(own_server: Server) -> None:
    line = own_server.start().add_channel()
    own_server.api()
    wamids = [f"wamid.{number}" for number in range(120)]
    with ThreadPoolExecutor(12) as posters:
        posted = [posters.submit(own_server.take, line, wamid) for wamid in wamids]
        assert posted[10].result()
        code, seconds = _stop(own_server)
        taken = [wamid for one in posted if (wamid := one.result())]
    assert (code, own_server.complaints) == (0, [])
    assert seconds < SOON_SECONDS
    own_server.tidy()
    own_server.start().settle()
    found = [one["provider_message_id"] for one in own_server.messages(line)]
    assert len(taken) > 10 and set(taken) <= set(found)


def test_who_sends_slowly_or_does_not_read_is_not_waited_for_long(
    own_server: Server, things: ExitStack
) -> None:
    server = own_server.start()
    line = server.add_channel()
    head = f"POST {line.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf".encode()
    _wire(server, things, head)
    _deaf(server, things, line)
    code, seconds = _stop(server)
    assert code == 0, server.stderr
    assert seconds < AT_MOST_SECONDS


def _deaf(server: Server, things: ExitStack, line: Line) -> None:
    """A socket that asks for all there is and reads none of it."""
    for number in range(6):
        messages = [said(f"wamid.{number}.{n}", "x" * 4000) for n in range(100)]
        body = meta_json(webhook(line.account, messages=messages))
        signed = {HEADER: sign(line.secret, body)}
        assert server.provider.post(line.path, content=body, headers=signed).status_code == 200
    server.settle()
    bearer: Any = server.api().headers["Authorization"]
    asked = (
        "GET /ws?since=0 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: {bearer}\r\n\r\n"
    )
    assert b"101" in _wire(server, things, asked.encode(), buffer=4096).recv(12)


@pytest.fixture
def one_server(homes: Homes, tmp_path: Path) -> Iterator[Server]:
    """For what has nothing to do with the database."""
    server = homes.server(tmp_path)
    yield server
    if server.running:
        server.kill()


def test_a_second_signal_ends_it_at_once(one_server: Server, things: ExitStack) -> None:
    server = one_server.start()
    line = server.add_channel()
    head = f"POST {line.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf".encode()
    _wire(server, things, head)
    assert server.provider.get("/health").status_code == 200
    server.signal(signal.SIGTERM)
    with pytest.raises(TimeoutError):
        server.wait(1.0)
    code, seconds = _stop(server)
    assert (code, seconds < 1) == (-signal.SIGTERM, True)


def test_a_picture_that_takes_minutes_is_not_waited_for(
    one_server: Server, graph: FakeGraph
) -> None:
    graph.scripted = "GET"
    one_server.environment |= {"INBOX_MEDIA_LIMIT": "10", "INBOX_MEDIA_HOSTS": "localhost"}
    line = one_server.start().add_channel(api_base=graph.base_url)
    picture = {"id": graph.keep(jpeg_of_scans(40_000)), "mime_type": "image/jpeg"}
    message = said("wamid.scans", "") | {"type": "image", "image": picture}
    assert one_server.post_signed(line, webhook(messages=[message])).status_code == 200
    while not one_server.children():
        time.sleep(0.02)
    code, seconds = _stop(one_server)
    assert (code, one_server.complaints) == (0, [])
    assert seconds < SOON_SECONDS


def test_two_signals_in_one_breath_are_one(one_server: Server) -> None:
    """As when a service manager and a shell both pass it on."""
    one_server.start().signal(signal.SIGINT)
    one_server.signal(signal.SIGTERM)
    assert one_server.wait() == 0
