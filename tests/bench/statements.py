"""How many SQL statements things take, counted in this process on an application like any."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import httpx

from inbox.access import people, sessions
from inbox.app import build
from inbox.commands.context import CommandContext, prepared_context
from inbox.config import load
from inbox.domain.times import now
from inbox.feed.hub import Hub
from inbox.feed.log import FeedEvent
from inbox.storage.database import Connection, on_statement
from inbox.web.http import session_cookie
from tests.bench import servers
from tests.bench.bench import Bench
from tests.bench.payloads import signature, text_body
from tests.bench.report import Row, at_most
from tests.bench.servers import Home
from tests.bench.wire import HOST

REPEATS = 5
CONTACTS = 50
"""More than a page of the list."""

CALM_SECONDS = 0.6
"""Longer than the pulse of the channels, which writes what was heard once for many webhooks."""

HUB_SECONDS = 0.05
"""In which the hub looks at the log once more, and finds that this was all."""

PATIENCE_SECONDS = 5.0

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")

Act = Callable[[], Awaitable[None]]


def measure(bench: Bench) -> list[Row]:
    with servers.home(bench.scratch) as home:
        counted = asyncio.run(_count(bench, home))
    for name, found in counted.items():
        bench.say(f"{name}: {len(found)}")
    reach = {"inbound text": 8, "list page": 4}
    rows = []
    for name, found in counted.items():
        kind = next((kind for kind in reach if kind in name), "")
        rows.append(
            Row(
                name=f"SQL statements, {name}",
                found=[len(found)],
                unit="",
                reach=at_most(reach[kind]) if kind else None,
                details={"statements": [statement.split(" FROM ")[0][:160] for statement in found]},
            )
        )
    return rows


async def _count(bench: Bench, home: Home) -> dict[str, list[str]]:
    # The application closes the database in the end.
    settings = load(servers.settings(home.folder))
    house = await prepared_context(settings)
    app = build(settings, house.database, _no_command, lambda _proof: False)
    cookie = await house.database.write(_user, now())
    transport = httpx.ASGITransport(cast(Any, app))
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as http,
    ):
        return await Counting(bench, house, app.state.context.hub, http, home, cookie).all()


class Counting:
    def __init__(
        self,
        bench: Bench,
        house: CommandContext,
        hub: Hub,
        http: httpx.AsyncClient,
        home: Home,
        cookie: str,
    ) -> None:
        self._bench, self._http, self._home = bench, http, home
        self._bearer = {"Authorization": f"Bearer {home.token}"}
        self._cookie = {"Cookie": f"{session_cookie.NAME}={cookie}"}
        self._seen: list[str] = []
        self._published = asyncio.Event()
        hub.listeners.append(self._hear)
        on_statement(house.database, self._seen.append)

    async def all(self) -> dict[str, list[str]]:
        numbers = self._bench.numbers(CONTACTS * 10)
        known, strangers = iter(numbers[CONTACTS:]), iter(range(CONTACTS, 10 * CONTACTS))
        for number in numbers[:CONTACTS]:
            await self._say(number, CONTACTS)
        return {
            "inbound text of a contact we know": await self._of(
                lambda: self._say(next(known), CONTACTS)
            ),
            "inbound text of a stranger": await self._of(
                lambda: self._say(next(known), 10**6 + next(strangers))
            ),
            "list page (HTML, with its session)": await self._of(lambda: self._get("/")),
            "list page (API, with its token)": await self._of(
                lambda: self._get("/api/v1/conversations")
            ),
        }

    async def _of(self, act: Act) -> list[str]:
        """The least of several: the timers' own statements come in between."""
        found = []
        for _ in range(REPEATS):
            await asyncio.sleep(CALM_SECONDS)
            self._seen.clear()
            await act()
            found.append([each for each in self._seen if not each.startswith(_FRAME)])
        return min(found, key=len)

    async def _say(self, number: int, senders: int) -> None:
        """Until it is published."""
        body = text_body(range(number, number + 1), senders)
        proof = {"X-Hub-Signature-256": signature(body)}
        self._published.clear()
        answer = await self._http.post(self._home.path, content=body, headers=proof)
        answer.raise_for_status()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._published.wait()
        await asyncio.sleep(HUB_SECONDS)

    def _hear(self, event: FeedEvent) -> None:
        if event.type == "message:new":
            self._published.set()

    async def _get(self, path: str) -> None:
        proof = self._bearer if path.startswith("/api/") else self._cookie
        answer = await self._http.get(path, headers=proof)
        answer.raise_for_status()
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")


def _user(connection: Connection, at: int) -> str:
    user = people.add(connection, email="load@example.com", name="Load", role="agent", now=at)
    return sessions.start(connection, user.id, "", at)


async def _no_command(_name: str, _arguments: dict[str, Any]) -> dict[str, Any]:
    raise NotImplementedError
