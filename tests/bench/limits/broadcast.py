"""The limit of fan-out: what the ``websockets`` library's own ``broadcast`` does.

``GET /go?count=N&size=B`` sends N messages of B bytes to everybody who is connected.
"""

import asyncio
import json
import signal
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import uvloop
from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.http11 import Request, Response

from tests.bench.wire import HOST

PATH = "/go"
BACKLOG = 2048


def go(count: int, size: int) -> str:
    return f"GET {PATH}?count={count}&size={size} HTTP/1.1\r\nHost: {HOST}\r\n\r\n"


class Announcer:
    def __init__(self) -> None:
        self._server: Server
        self._sending: asyncio.Task[None] | None = None

    async def run(self) -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        async with serve(
            self._listen,
            HOST,
            0,
            process_request=self._request,
            compression=None,
            backlog=BACKLOG,
        ) as self._server:
            port = next(iter(self._server.sockets)).getsockname()[1]
            print(json.dumps({"event": "listening", "port": port}), flush=True)
            await stop.wait()

    async def _listen(self, connection: ServerConnection) -> None:
        await connection.wait_closed()

    def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        address = urlsplit(request.path)
        if address.path != PATH:
            return None
        query = parse_qs(address.query)
        count, size = int(query["count"][0]), int(query["size"][0])
        self._sending = asyncio.create_task(self._send(count, size))
        return connection.respond(HTTPStatus.OK, "sending\n")

    async def _send(self, count: int, size: int) -> None:
        message = "x" * size
        for _ in range(count):
            broadcast(self._server.connections, message)
            await asyncio.sleep(0)


if __name__ == "__main__":
    uvloop.run(Announcer().run())
