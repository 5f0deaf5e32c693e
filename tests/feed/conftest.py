"""The feed as a program or a browser hears it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.support.server import Line, Server, said, webhook

Frame = dict[str, Any]
PATIENCE = 20


class Ear:
    """One open socket; every frame must be the JSON it ought to be."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def hear(self) -> Any:
        return json.loads(self.socket.recv(PATIENCE))

    def until(self, kind: str) -> list[Frame]:
        """The frames up to and with the first of this type."""
        frames = [self.hear()]
        while frames[-1]["type"] != kind:
            frames.append(self.hear())
        return frames

    def closed(self) -> int:
        """The code it is closed with, whatever comes before."""
        with pytest.raises(ConnectionClosed) as closing:
            while True:
                self.socket.recv(PATIENCE)
        assert closing.value.rcvd
        return closing.value.rcvd.code

    def say(self, frame: Any) -> None:
        self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))


Listen = Callable[..., Ear]


@pytest.fixture
def listen(server: Server) -> Iterator[Listen]:
    """Open a socket: by default as a program with an admin's token in its header."""
    with ExitStack() as sockets:

        def open_socket(headers: dict[str, str] | None = None, **query: Any) -> Ear:
            if headers is None:
                headers = {"Authorization": server.api().headers["Authorization"]}
            address = server.url.replace("http", "ws", 1) + "/ws?" + urlencode(query)
            # Who has not read everything does not see the server's goodbye either.
            socket = connect(address, additional_headers=headers, proxy=None, close_timeout=0.5)
            return Ear(sockets.enter_context(socket))

        yield open_socket


@pytest.fixture
def line(server: Server) -> Line:
    return server.add_channel()


@pytest.fixture
def write(server: Server, line: Line) -> Callable[..., None]:
    """Customers write these texts, one webhook each."""

    def write(*texts: str, sender: str = "12025550142") -> None:
        for text in texts:
            body = webhook(messages=[said(f"wamid.{line.id}.{text}", text, sender=sender)])
            assert server.post_signed(line, body).status_code == 200

    return write
