"""The limit of the stack: a handler that reads its body and answers, served as Inbox is."""

import asyncio
import json

import uvicorn
import uvloop
from litestar import Litestar, Response, post
from litestar_htmx import HTMXRequest

from inbox.server.listening_socket import listen
from inbox.server.server import FRAME_LIMIT, PING_SECONDS
from tests.bench.wire import HOST

PATH = "/noop"


@post(PATH, status_code=200)
async def noop(request: HTMXRequest) -> Response[str]:
    await request.body()
    return Response("ok", media_type="text/plain")


def main() -> None:
    listener = listen(HOST, 0)
    config = uvicorn.Config(
        Litestar([noop], request_class=HTMXRequest, openapi_config=None, logging_config=None),
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=FRAME_LIMIT,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        lifespan="on",
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
