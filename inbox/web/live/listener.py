"""One open socket: a loop that sends the feed and a loop that hears, ended together."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any, Final

from litestar.exceptions import WebSocketDisconnect

from inbox.access.principal import Principal
from inbox.feed.frames import Frames, control
from inbox.feed.subscriber import (
    ALL,
    Format,
    Interest,
    Lagging,
    Resync,
    Subscriber,
    audiences,
)
from inbox.web.context import AppContext
from inbox.web.live.frame_writer import Socket, outlet

HEARTBEAT_SECONDS: Final = 15
CLOSE_SECONDS: Final = 5
TOPIC_LIMIT: Final = 100

LAGGING: Final = 1013
GOING_AWAY: Final = 1001
POLICY: Final = 1008


class Listener:
    """Gives one principal their frames until either side ends it."""

    def __init__(self, at: AppContext, socket: Socket, principal: Principal) -> None:
        self._at, self._socket, self.principal = at, socket, principal
        query = socket.query_params
        chosen: Format = "html" if query.get("format") == "html" else "json"
        user = principal.id if principal.kind == "user" else None
        wanted = Interest(audiences(user, principal.role))
        batch = query.get("batch") == "1"
        self.format = chosen
        self._subscriber = Subscriber(at.hub, at.database, wanted, chosen, batch)
        self._since = query.get("since")
        self._outlet = outlet(socket)
        self._tasks: list[asyncio.Task[None]] = []
        self._ending = (GOING_AWAY, "the server stops")
        self._waiter: asyncio.Future[None] | None = None
        self.closed = asyncio.Event()
        self._beat_due = False

    async def serve(self) -> None:
        self._at.sockets.add(self)
        self._at.hub.traffic.opened += 1
        loops = (self._send_all(), self._hear())
        self._tasks = [asyncio.create_task(self._while_read(loop)) for loop in loops]
        self._next_beat()
        try:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._beats.cancel()
            self._at.sockets.discard(self)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._close()
            self.closed.set()

    def end(self, code: int, reason: str) -> None:
        """Close at once: signed out, disabled, or the server stops."""
        self._ending = (code, reason)
        for task in self._tasks:
            task.cancel()

    async def _while_read(self, loop: Coroutine[Any, Any, None]) -> None:
        try:
            await loop
        except TimeoutError:
            self._at.hub.traffic.stalled += 1
            self._ending = (LAGGING, "the other side does not read")

    async def _close(self) -> None:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_SECONDS):
                if self._ending[0] == LAGGING:
                    await self._outlet.last_words(control("feed:lagging", self._subscriber.cursor))
                await self._socket.close(*self._ending)

    async def _send(self, text: str) -> None:
        await self._outlet.send(Frames([text]))
        self._at.hub.traffic.frames += 1

    async def _send_all(self) -> None:
        hub, subscriber = self._at.hub, self._subscriber
        try:
            since = self._start()
            await self._send(control("feed:hello", hub.head, self._hello()))
            await self._replay(subscriber.catch_up(since))
            while True:
                if self._beat_due:
                    await self._beat()
                if hub.head > subscriber.cursor:
                    await self._send_news()
                else:
                    await self._news()
        except Lagging:
            hub.traffic.lagging += 1
            self._ending = (LAGGING, "too slow: resume with since")
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

    async def _replay(self, missed: AsyncIterator[Frames]) -> None:
        subscriber = self._subscriber
        try:
            async for frames in missed:
                await self._serve(frames)
        except Resync as resync:
            await self._tell_resync(resync)
            return
        count: dict[str, object] = {"count": subscriber.replayed}
        await self._send(control("feed:caught_up", subscriber.cursor, count))

    async def _send_news(self) -> None:
        try:
            await self._serve(self._subscriber.take())
        except Resync as resync:
            await self._tell_resync(resync)
        if self._at.hub.head > self._subscriber.cursor:
            await asyncio.sleep(0)  # much piled up: others have their turn

    async def _serve(self, frames: Frames) -> None:
        if frames.texts:
            await self._outlet.send(frames)
            self._at.hub.traffic.frames += len(frames.texts)
        self._subscriber.served(frames)

    async def _tell_resync(self, resync: Resync) -> None:
        self._at.hub.traffic.resyncs += 1
        head = self._subscriber.cursor = self._at.hub.head
        await self._send(control("feed:resync", head, {"reason": resync.reason}))

    async def _news(self) -> None:
        """Return when there is something after the cursor, or a beat is due."""
        hub = self._at.hub
        waiter = self._waiter = hub.waiter()
        try:
            await waiter
        finally:
            hub.forget(waiter)

    def _next_beat(self) -> None:
        self._beats = asyncio.get_running_loop().call_later(HEARTBEAT_SECONDS, self._on_beat)

    def _on_beat(self) -> None:
        """By a timer: one that guards each wait would cost something at every event."""
        self._next_beat()
        self._beat_due = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _beat(self) -> None:
        self._beat_due = False
        # ``cursor``: how far this socket was served, also by events it does not show.
        served: dict[str, object] = {"cursor": self._subscriber.cursor}
        await self._send(control("feed:heartbeat", await self._at.hub.log_head(), served))

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
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                continue  # New clients may say what an old server does not know.

    def _subscribe(self, payload: dict[str, Any]) -> None:
        topics = [str(topic) for topic in payload.get("topics") or [ALL]][:TOPIC_LIMIT]
        types = [str(name) for name in payload.get("types") or []][:TOPIC_LIMIT]
        self._subscriber.wanted = replace(
            self._subscriber.wanted, topics=frozenset(topics), types=frozenset(types)
        )
