"""Clients that lose their connection all the time, and go on where they were."""

import asyncio
import json
from collections.abc import Callable, Generator
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.support import tls
from tests.support.server import KILLED

PATIENCE = 60

Address = Callable[[], str]


class Follower:
    """A reader of the feed. Whatever breaks, it comes back with ``since``, and trusts nothing else.

    ``heard``: the events of the log in the order they came. ``address``: where the server is now.
    """

    def __init__(self, address: Address, token: str, since: int, dice: Random) -> None:
        self._address, self._dice, self.since = address, dice, since
        self._bearer = {"Authorization": f"Bearer {token}"}
        self.heard: list[dict[str, Any]] = []
        self.connections = 0
        self._more = asyncio.Event()

    def _hear(self, event: dict[str, Any]) -> None:
        self.heard.append(event)
        self.since = event["seq"]
        self._more.set()

    async def heard_more_than(self, count: int) -> None:
        while len(self.heard) <= count:
            self._more.clear()
            await self._more.wait()

    async def by_socket(self, end: asyncio.Future[int], query: str = "") -> None:
        """Until it heard event ``end``, which may become known meanwhile."""
        async with asyncio.timeout(PATIENCE):
            while not self._done(end):
                with suppress(OSError, WebSocketException, TimeoutError):
                    await self._a_while(end, query)

    def _done(self, end: asyncio.Future[int]) -> bool:
        return end.done() and self.since >= end.result()

    async def _a_while(self, end: asyncio.Future[int], query: str) -> None:
        address = f"{self._address().replace('http', 'ws', 1)}/ws?since={self.since}{query}"
        options: Any = {"proxy": None, "open_timeout": 5, "close_timeout": 2, "max_queue": None}
        socket = await connect(address, additional_headers=self._bearer, **options)
        self.connections += 1
        try:
            for _ in range(self._dice.randint(1, 15)):
                if self._done(end):
                    return
                frame = json.loads(await asyncio.wait_for(socket.recv(), 0.5))
                assert isinstance(frame, list) or frame["type"] != "feed:resync", frame
                for event in frame if isinstance(frame, list) else [frame]:
                    if "at" in event:
                        self._hear(event)
        finally:
            if self._dice.random() < 0.5:
                socket.transport.abort()
            await socket.close()

    async def by_poll(self, end: asyncio.Future[int]) -> None:
        """The same over plain HTTP; some polls are cut off before they are answered."""
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(headers=self._bearer, trust_env=False, verify=tls.NOBODY) as http,
        ):
            while not self._done(end):
                query = {"since": self.since, "limit": self._dice.randint(1, 40), "wait": 0.5}
                patience = self._dice.choice((0.02, 2.0))
                self.connections += 1
                address = f"{self._address()}/api/v1/events"
                try:
                    answer = await http.get(address, params=query, timeout=patience)
                except KILLED:
                    continue
                assert answer.status_code == 200, answer.text
                page = answer.json()
                for event in page["data"]:
                    self._hear(event)
                self.since = int(page["next"])

    async def by_stream(self, end: asyncio.Future[int]) -> None:
        """The same by server-sent events, which say how far one is by their ids."""
        async with asyncio.timeout(PATIENCE):
            while not self._done(end):
                with suppress(*KILLED, TimeoutError):
                    await self._a_while_of_events(end)

    async def _a_while_of_events(self, end: asyncio.Future[int]) -> None:
        headers = self._bearer | {"Accept": "text/event-stream", "Last-Event-ID": str(self.since)}
        async with (
            httpx.AsyncClient(trust_env=False, verify=tls.NOBODY, timeout=5) as http,
            http.stream("GET", f"{self._address()}/api/v1/events", headers=headers) as answer,
            asyncio.timeout(0.5 + self._dice.random()),
        ):
            self.connections += 1
            events, lines = sent_events(), answer.aiter_lines()
            for _ in range(self._dice.randint(1, 60)):
                event = events.send(await anext(lines))
                if self._done(end):
                    return
                if event is not None and "at" in (frame := json.loads(event.data)):
                    assert (event.id, event.name) == (str(frame["seq"]), frame["type"])
                    self._hear(frame)


class SentEvent(NamedTuple):
    """``id``: what was told last, with this event or before it."""

    name: str
    data: str
    id: str


def sent_events() -> Generator[SentEvent | None, str, None]:
    """Takes lines and gives the event that an empty one completes, by the rules of EventSource."""
    events = _sent_events()
    next(events)
    return events


def _sent_events() -> Generator[SentEvent | None, str, None]:
    last, name, data = "", "", ""
    event = None
    while True:
        line = yield event
        event = None
        field, _, value = line.partition(":")
        match field:
            case "id":
                last = value.strip()
            case "event":
                name = value.strip()
            case "data":
                data += value.strip()
            case "" if not line:
                event = SentEvent(name, data, last) if data else None
                name = data = ""
