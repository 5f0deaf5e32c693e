"""The limit of the place where webhooks are answered: a function that does nothing, in front of
Litestar as they are (``web/http/raw_http.py``), on our own connections.
"""

import asyncio
import json

import uvicorn
import uvloop
from litestar import Litestar
from litestar.types import HTTPScope, Receive

from inbox.server.http_protocol import Connection
from inbox.server.listening_socket import listen
from inbox.web.http.raw_http import RawAnswer, in_front, raw, read_body
from inbox.web.process.request_counts import Requests
from tests.bench.wire import HOST

PATH = "/noop"
LIMIT = 1 << 20


@raw(PATH)
async def nothing(_scope: HTTPScope, receive: Receive) -> RawAnswer:
    await read_body(receive, None, LIMIT)
    return RawAnswer(200, "ok")


def main() -> None:
    listener = listen(HOST, 0)
    app = Litestar([nothing], openapi_config=None, logging_config=None)
    config = uvicorn.Config(
        in_front(app, [nothing], Requests()),
        http=Connection,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
    print(json.dumps({"event": "listening", "port": listener.getsockname()[1]}), flush=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
