"""``inbox serve``: migrate, then serve until told to stop."""

import asyncio
import json
import signal
import socket
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from logging import getLogger
from typing import Any

import uvicorn
import uvloop

from inbox import __version__
from inbox.access import links, people
from inbox.app import build
from inbox.commands import logging
from inbox.commands.failure import Failure, Usage
from inbox.commands.house import House, key_of, place, prepared, sqlite_file
from inbox.commands.listening import listen
from inbox.commands.proof import authorised
from inbox.commands.registry import execute
from inbox.commands.trouble import explained
from inbox.config import Settings, load
from inbox.storage.lock import FileLock, Taken

log = getLogger(__name__)

EXAMPLES = """
  inbox serve                            on http://127.0.0.1:8000
  inbox serve --host 0.0.0.0 --port 80   for everybody on the network
  inbox serve --trust-proxy 127.0.0.1    behind a reverse proxy on this machine
"""

FRAME_LIMIT = 64 * 1024
PING_SECONDS = 20.0
DRAIN_SECONDS = 5


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--host", metavar="H", help="address to listen on (INBOX_HOST)")
    parser.add_argument("--port", metavar="P", type=_port, help="0 is a free one (INBOX_PORT)")
    parser.add_argument("--workers", metavar="N", type=int, default=1, help="processes; 1 for now")
    parser.add_argument(
        "--trust-proxy",
        metavar="ADDRESS",
        help="believe X-Forwarded-For and -Proto from this address",
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    raise ValueError(text)


def run(options: Namespace) -> None:
    if options.workers != 1:
        raise Usage(
            "Several workers need PostgreSQL and Redis and come in a later release: "
            "leave --workers away; one process serves thousands of messages a second."
        )
    settings = load()
    settings = replace(settings, host=options.host or settings.host)
    wanted = settings.port if options.port is None else options.port
    logging.configure(settings.log_level, settings.log_format)
    with closing(listen(settings.host, wanted)) as listener, explained(settings):
        settings = replace(settings, port=listener.getsockname()[1])
        with _held(settings), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listener, options.trust_proxy))


@contextmanager
def _held(settings: Settings) -> Iterator[None]:
    """A SQLite file is ours alone, and says where its server is."""
    if not settings.sqlite:
        yield
        return
    lock = FileLock(sqlite_file(settings))
    try:
        lock.take(url=settings.local_url)
    except Taken as taken:
        raise Failure(str(taken)) from None
    try:
        yield
    finally:
        lock.release()


async def _serve(settings: Settings, listener: socket.socket, proxy: str | None) -> None:
    if settings.redis_url:
        log.warning("INBOX_REDIS_URL is set; this release runs one process and does not use it")
    # The application closes the database itself, after its last write.
    house = await prepared(settings)
    setup_link = await _setup_link(house)
    app = build(
        settings,
        house.database,
        run_command=partial(execute, house),
        command_allowed=partial(authorised, secret_key=key_of(settings)),
    )
    config = uvicorn.Config(
        app,
        http="httptools",
        ws=_websocket(),
        ws_per_message_deflate=False,
        ws_max_size=FRAME_LIMIT,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    await Server(config, settings, setup_link).serve(sockets=[listener])


def _websocket() -> Any:
    """Our class for connections, or uvicorn's own if this uvicorn is built differently."""
    try:
        return import_module("inbox.commands.websocket").Connection
    except ImportError:
        return "websockets-sansio"


async def _setup_link(house: House) -> str | None:
    """The way in to a machine that has no user yet; a new one at each start."""
    if await house.database.read(people.anyone):
        return None
    token = await house.database.write(links.make, "setup", None, house.now())
    return f"{house.settings.local_url}/setup/{token}"


class Server(uvicorn.Server):
    """Says where it is when it is there, and stops in peace when told to."""

    def __init__(self, config: uvicorn.Config, settings: Settings, setup_link: str | None) -> None:
        super().__init__(config)
        self._settings = settings
        self._setup_link = setup_link

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets=sockets)
        except SystemExit:
            raise Failure("The server could not start; the reason is above.") from None
        announce(self._settings, self._setup_link)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again at the end, before our locks are let go.
        loop = asyncio.get_running_loop()
        stops = (signal.SIGINT, signal.SIGTERM)
        for stop in stops:
            loop.add_signal_handler(stop, self.handle_exit, stop, None)
        try:
            yield
        finally:
            for stop in stops:
                loop.remove_signal_handler(stop)


def announce(settings: Settings, setup_link: str | None) -> None:
    """On stdout: for people, or a JSON line per fact for programs that start us."""
    if settings.log_format == "json":
        _tell("starting", version=__version__, data=place(settings))
        _tell("listening", url=settings.local_url)
        if setup_link:
            _tell("set-up link", url=setup_link)
        return
    print(f"Inbox {__version__}")
    print(f"Data     {place(settings)}")
    print(f"Address  {settings.local_url}", flush=True)
    if setup_link:
        print("\nNobody can sign in yet. Open this link, it works once, and make yourself admin:\n")
        print(f"    {setup_link}\n", flush=True)


def _tell(event: str, **facts: str) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)
