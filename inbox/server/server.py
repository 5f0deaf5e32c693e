"""One server: the application behind uvicorn, which says when it is up and stops in peace."""

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from types import FrameType
from typing import Any

import uvicorn

from inbox.app import build
from inbox.config import Settings
from inbox.server.descriptors import most_connections, raise_limit
from inbox.server.failure import Failure
from inbox.server.garbage_collection import no_rubbish, tune
from inbox.server.http_protocol import Connection, close_idle, close_slow
from inbox.storage.database import Database
from inbox.web.context import RunCommand
from inbox.web.live.shutdown import take_leave
from inbox.web.pages.warming import warm_later

log = logging.getLogger(__name__)

FRAME_LIMIT = 64 * 1024
PING_SECONDS = 20.0
DRAIN_SECONDS = 5
SWEEP_TICKS = 50
CROWDED_SECONDS = 60.0
"""How often it is said that there are too many."""
ONE_BREATH_SECONDS = 0.5
"""Signals so close are one: a service manager and a shell may both pass it on."""


def server(
    settings: Settings,
    database: Database,
    run_command: RunCommand,
    command_allowed: Callable[[str], bool],
    up: Callable[[], None],
) -> "Server":
    """``up`` is called when it listens."""
    with no_rubbish():
        app = build(settings, database, run_command, command_allowed)

    def listens() -> None:
        up()
        warm_later(app.state.context)

    config = uvicorn.Config(
        app,
        http=Connection,
        ws=_websocket,  # type: ignore[arg-type]  # it is only called
        ws_per_message_deflate=False,
        ws_max_size=FRAME_LIMIT,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trust_proxy),
        forwarded_allow_ips=settings.trust_proxy,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    return Server(config, listens, partial(take_leave, app.state.context))


def _websocket(**connection: Any) -> asyncio.Protocol:
    """What speaks WebSocket is loaded with the first that comes.

    It is our class for connections, or uvicorn's own if this uvicorn is built differently.
    """
    try:
        made = import_module("inbox.server.websocket_protocol").Connection
    except ImportError:
        own = import_module("uvicorn.protocols.websockets.websockets_sansio_impl")
        made = own.WebSocketsSansIOProtocol
    found: asyncio.Protocol = made(**connection)
    return found


class Server(uvicorn.Server):
    """Says when it is up, stops in peace when told to, and at once when told again."""

    def __init__(
        self, config: uvicorn.Config, up: Callable[[], None], leave: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._up = up
        self._leave = leave
        self._asked_at = 0.0
        self._most = most_connections(raise_limit())
        self._closed, self._told_at = 0, -CROWDED_SECONDS

    def end(self) -> None:
        """As SIGTERM does."""
        self.handle_exit(signal.SIGTERM, None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets=sockets)
        except SystemExit:
            raise Failure("The server could not start; the reason is above.") from None
        tune()
        self._up()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        self._make_room()
        if counter % SWEEP_TICKS == 0:
            close_slow(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    def _make_room(self) -> None:
        now = asyncio.get_running_loop().time()
        closed = close_idle(self.server_state.connections, self._most, now)
        self._closed += closed
        if self._closed and now - self._told_at > CROWDED_SECONDS:
            facts = {"closed": self._closed, "connections": len(self.server_state.connections)}
            log.warning("too many connections: idle ones are closed", extra=facts)
            self._told_at, self._closed = now, 0

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        # Before uvicorn closes connections in its own way, and waits for those that wait for us.
        await self._leave()
        await super().shutdown(sockets=sockets)
        for connection in list(self.server_state.connections):
            # Who does not read holds what was written for them, and with it the event loop.
            connection.transport.abort()
        await asyncio.sleep(0)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.should_exit and now - self._asked_at > ONE_BREATH_SECONDS:
            # Nobody is waited for any more; what was acknowledged is on disk.
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        self._asked_at = self._asked_at or now
        self.should_exit = True

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
