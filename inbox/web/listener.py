"""One open socket: a loop that sends the feed and a loop that hears, ended together."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final

from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from inbox.access.principal import Principal
from inbox.feed.subscriber import (
    ALL,
    Format,
    Lagging,
    Resync,
    Subscriber,
    Wanted,
    audiences,
    control,
)
from inbox.web.house import House

HEARTBEAT_SECONDS: Final = 15
SEND_SECONDS: Final = 5
TOPIC_LIMIT: Final = 100

LAGGING: Final = 1013
GOING_AWAY: Final = 1001
POLICY: Final = 1008

Socket = WebSocket[Any, Any, Any]


class Listener:
    """Gives one principal their frames until either side ends it."""

    def __init__(self, at: House, socket: Socket, principal: Principal) -> None:
        self._at, self._socket, self.principal = at, socket, principal
        query = socket.query_params
        chosen: Format = "html" if query.get("format") == "html" else "json"
        user = principal.id if principal.kind == "user" else None
        wanted = Wanted(audiences(user, principal.role))
        batch = query.get("batch") == "1"
        self._subscriber = Subscriber(at.hub, at.database, wanted, chosen, batch)
        self._since = query.get("since")
        self._tasks: list[asyncio.Task[None]] = []
        self._ending = (GOING_AWAY, "the server stops")
        self._next_beat = asyncio.get_running_loop().time() + HEARTBEAT_SECONDS

    async def serve(self) -> None:
        self._at.sockets.add(self)
        self._tasks = [asyncio.create_task(self._send_all()), asyncio.create_task(self._hear())]
        try:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._at.sockets.discard(self)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._close()

    def end(self, code: int, reason: str) -> None:
        """Close at once: signed out, disabled, or the server stops."""
        self._ending = (code, reason)
        for task in self._tasks:
            task.cancel()

    async def _close(self) -> None:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.close(*self._ending)

    async def _send(self, frame: str) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self._socket.send_text(frame)

    async def _send_all(self) -> None:
        hub, subscriber = self._at.hub, self._subscriber
        try:
            since = self._start()
            await self._send(control("feed:hello", hub.head, self._hello()))
            await self._replay(subscriber.catch_up(since))
            while True:
                await self._wait_for_news()
                await self._send_news()
        except Lagging:
            await self._send(control("feed:lagging", subscriber.cursor))
            self._ending = (LAGGING, "too slow: resume with since")
        except TimeoutError:
            self._ending = (LAGGING, "the other side does not read")
        except ValueError:
            self._ending = (POLICY, "since must be a number")

    def _start(self) -> int | None:
        if self._since is None:
            return None
        if not (self._since.isascii() and self._since.isdigit() and len(self._since) < 19):
            raise ValueError(self._since)
        return int(self._since)

    def _hello(self) -> dict[str, object]:
        user = {"id": self.principal.id, "name": self.principal.name, "role": self.principal.role}
        return {"heartbeat_s": HEARTBEAT_SECONDS, "user": user}

    async def _replay(self, frames: AsyncIterator[str]) -> None:
        subscriber = self._subscriber
        try:
            async for frame in frames:
                await self._send(frame)
        except Resync as resync:
            await self._tell_resync(resync)
            return
        count: dict[str, object] = {"count": subscriber.replayed}
        await self._send(control("feed:caught_up", subscriber.cursor, count))

    async def _send_news(self) -> None:
        try:
            for frame in self._subscriber.take():
                await self._send(frame)
        except Resync as resync:
            await self._tell_resync(resync)

    async def _tell_resync(self, resync: Resync) -> None:
        head = self._subscriber.cursor = self._at.hub.head
        await self._send(control("feed:resync", head, {"reason": resync.reason}))

    async def _wait_for_news(self) -> None:
        """Until there is something after the cursor; beats meanwhile, busy feed or not."""
        hub, loop = self._at.hub, asyncio.get_running_loop()
        while True:
            if loop.time() >= self._next_beat:
                self._next_beat = loop.time() + HEARTBEAT_SECONDS
                # ``cursor``: how far this socket was served, also by events it does not show.
                served: dict[str, object] = {"cursor": self._subscriber.cursor}
                await self._send(control("feed:heartbeat", await hub.log_head(), served))
            if hub.head > self._subscriber.cursor:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_beat):
                    await hub.moved()

    async def _hear(self) -> None:
        """Frames of the client; also how we notice that it left."""
        while True:
            try:
                frame = json.loads(await self._socket.receive_text())
                kind, payload = frame["type"], frame.get("payload") or {}
                if kind == "subscribe":
                    self._subscribe(payload)
                elif kind == "ping":
                    await self._send(control("feed:pong", self._at.hub.head))
            except WebSocketDisconnect:
                return
            except (ValueError, LookupError, TypeError, AttributeError):
                continue  # New clients may say what an old server does not know.

    def _subscribe(self, payload: dict[str, Any]) -> None:
        topics = [str(topic) for topic in payload.get("topics") or [ALL]][:TOPIC_LIMIT]
        types = [str(name) for name in payload.get("types") or []][:TOPIC_LIMIT]
        self._subscriber.wanted = replace(
            self._subscriber.wanted, topics=frozenset(topics), types=frozenset(types)
        )
