"""The whole application inside the test's own process, for what no outsider can see or do:
counting statements, another clock, a database that fails. Served by uvicorn all the same."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from litestar import Litestar
from litestar.types import ASGIApp

from inbox.access import tokens
from inbox.access.principal import Principal
from inbox.app import application, assembled, lead, routed
from inbox.channels import store
from inbox.config import Settings
from inbox.domain.channels import Channel
from inbox.domain.times import now
from inbox.providers.cloud_api.signing import HEADER, sign
from inbox.providers.sandbox import meta_json
from inbox.server import http_protocol
from inbox.server.websocket_protocol import Connection
from inbox.storage.database import Database, connect
from inbox.storage.migrate import migrate
from inbox.web.context import AppContext
from tests.support import tls
from tests.support.fake_graph import ACCOUNT, TOKEN
from tests.support.server import SECRET

_accounts = count(int(ACCOUNT))


@dataclass(frozen=True, kw_only=True)
class Inside:
    """A running application, a program with an admin's token, and what is behind them."""

    app: Litestar
    database: Database
    url: str
    token: str
    principal: Principal
    http: httpx.AsyncClient

    @property
    def house(self) -> AppContext:
        found: AppContext = self.app.state.context
        return found

    @property
    def feed_token(self) -> str:
        """What that program is given for the address of a socket."""
        return self.house.feed_tokens.issue(self.principal, now())[0]

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.http.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def add_channel(self, **facts: str) -> Channel:
        account = str(next(_accounts))
        right = {"name": "Shop", "provider": "cloud-api", "account": account, "secret": SECRET}
        channel = await self.database.write(
            store.add, self.house.sealer, **(right | {"access_token": TOKEN} | facts), now=now()
        )
        await self.house.channel_cache.load()
        return channel

    async def post_signed(self, channel: Channel, body: bytes | dict[str, Any]) -> httpx.Response:
        content = body if isinstance(body, bytes) else meta_json(body)
        content = content.replace(ACCOUNT.encode(), (channel.account or ACCOUNT).encode())
        signed = {HEADER: sign(channel.secret, content)}
        return await self.http.post(f"/webhooks/{channel.key}", content=content, headers=signed)

    async def wait_for(self, kind: str, since: int = 0, **facts: Any) -> dict[str, Any]:
        """The payload of the first such event after ``since``."""
        async with asyncio.timeout(20):
            while True:
                page = await self.get("events", since=since, limit=1000, wait=20)
                for event in page["data"]:
                    if event["type"] == kind and facts.items() <= event["payload"].items():
                        found: dict[str, Any] = event["payload"]
                        return found
                since = int(page["next"])


@asynccontextmanager
async def inside(
    database_url: str,
    folder: Path,
    database: Database | None = None,
    media_limit: int = 0,
    alert_url: str = "",
    webhooks_private: bool = False,
    as_started: bool = False,
    **options: Any,
) -> AsyncIterator[Inside]:
    """``database``: one of the test's own making, on the same URL. ``options``: uvicorn's.

    ``as_started``: with no more routes than a start has; else with all, made by whoever was first.

    ``media_limit``: without one no file is fetched, so that nothing outside is ever asked.
    """
    await migrate(database_url)
    database = database or connect(database_url)
    made, token = await database.write(tokens.add, "Test", "admin", now())
    with _listener() as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(
            data_dir=folder,
            database_url=database_url,
            public_url=url,
            media_dir=folder / "media",
            media_limit=media_limit,
            alert_url=alert_url,
            webhooks_private=webhooks_private,
        )
        context = assembled(settings, database, _no_command, lambda _: False)
        bearer = {"Authorization": f"Bearer {token}"}
        async with (
            (_started if as_started else _led)(context) as app,
            _served(app, listener, options),
            httpx.AsyncClient(
                base_url=url, headers=bearer, trust_env=False, verify=tls.NOBODY, timeout=40
            ) as http,
        ):
            yield Inside(
                app=app,
                database=database,
                url=url,
                token=token,
                principal=made.principal,
                http=http,
            )


_spare: list[tuple[Litestar, ASGIApp]] = []
"""Routes that lead to a house no more, for the next one: they are half the work of such a test."""


@asynccontextmanager
async def _led(context: AppContext) -> AsyncIterator[Litestar]:
    if not _spare:
        app = routed(context.settings)
        _spare.append((app, app.asgi_handler))
    app, routes = _spare.pop()
    lead(app, routes, context)
    yield app
    _spare.append((app, routes))


@asynccontextmanager
async def _started(context: AppContext) -> AsyncIterator[Litestar]:
    yield application(context)


async def _no_command(command: str, arguments: dict[str, Any]) -> dict[str, Any]:
    raise ValueError(f"no {command} here: {arguments}")


@contextmanager
def _listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


_MOMENTS = 5


class _Uvicorn(uvicorn.Server):
    """It ends at once: uvicorn looks ten times a second, and waits for a tenth of one whether or
    not anybody is there, and there are hundreds of houses."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up, self.over = asyncio.Event(), asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.up.set()

    async def main_loop(self) -> None:
        tick = 0
        while not await self.on_tick(tick):
            tick += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self.over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for _ in range(_MOMENTS):
            if self.server_state.connections or self.server_state.tasks:
                await asyncio.sleep(0)  # whoever was there has just hung up
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for each in (*self.servers, *(sockets or ())):
            each.close()
        await self.lifespan.shutdown()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # Ctrl-C is pytest's.


@asynccontextmanager
async def _served(
    app: Litestar, listener: socket.socket, options: dict[str, Any]
) -> AsyncIterator[None]:
    ours: dict[str, Any] = {"http": http_protocol.Connection, "ws": Connection}
    usual = ours | {"ws_per_message_deflate": False}
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        **(usual | options),
    )
    server = _Uvicorn(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    started = asyncio.create_task(server.up.wait())
    await asyncio.wait([running, started], return_when=asyncio.FIRST_COMPLETED)
    started.cancel()
    try:
        yield
    finally:
        server.should_exit = True
        server.over.set()
        await running
