"""One who follows the feed, from coming in to the end: over a socket or as a stream of events."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Final

from msgspec.structs import replace

from inbox.access.principal import Principal
from inbox.domain.feed_frames import (
    CaughtUpFrame,
    ControlFrame,
    HeartbeatFrame,
    Hello,
    HelloFrame,
    LaggingFrame,
    Listening,
    ResyncFrame,
)
from inbox.domain.reach import Reach
from inbox.domain.times import SECOND, iso
from inbox.feed.frames import Frames
from inbox.feed.hub import Resync
from inbox.feed.log import FeedEvent
from inbox.feed.subscriber import Format, Interest, Subscriber, interest_of
from inbox.storage.database import FAULTS
from inbox.supervisor import end_tasks
from inbox.web.context import AppContext
from inbox.web.live.admission import Admission, still_good
from inbox.web.live.endings import (
    GOING_AWAY,
    LAGGING,
    LEFT,
    NOT_TO_READ,
    SIGNED_OUT,
    Ending,
    WrongSince,
    ending,
)
from inbox.web.live.frame_writer import Outlet
from inbox.web.live.passing import Passing

HEARTBEAT_SECONDS: Final = 15
CLOSE_SECONDS: Final = 5
SEES_OTHERWISE: Final = "what you may see has changed"
STOPS: Final = "the server stops"
NOTHING: Final = Reach(frozenset(), frozenset())


def heard_by(who: Principal) -> Interest:
    """All that they may hear of."""
    return interest_of(who.id if who.kind == "user" else None, who.role, who.reach)


def seq_in(text: str | None) -> int | None:
    """Raises ``WrongSince`` for what is no number that could have come from here."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise WrongSince(text)
    return int(text)


class OpenFeed(ABC):
    """Gives one principal what the feed has for them until either side ends it, or their session.

    What differs between a socket and a stream is how a frame is written, and how the other side is
    heard and left.
    """

    def __init__(
        self,
        at: AppContext,
        admission: Admission,
        form: Format,
        wanted: Interest,
        outlet: Outlet,
        *,
        batch: bool = False,
    ) -> None:
        self._at, self._admission = at, admission
        self._principal = admission.principal
        self.format = form
        self._subscriber = Subscriber(at.hub, at.database, wanted, form, batch)
        self._since: int | None = None
        self._passing = Passing(at, admission.principal, form)
        self._outlet = outlet
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: Ending | None = None
        """Why it ends; None while nothing but the other side has ended it."""
        self._waiter: asyncio.Future[None] | None = None
        self.closed = asyncio.Event()
        self._beat_due = False
        self._limits_due = False
        self._last: asyncio.TimerHandle | None = None

    @abstractmethod
    def _written(self, frame: ControlFrame) -> str:
        """A frame of the feed itself, as this side reads it."""

    @abstractmethod
    async def _hear(self) -> None:
        """Return or raise once the other side has left."""

    @abstractmethod
    async def _part(self, ending: Ending) -> None:
        """Close, with these words where there is a place for them."""

    async def serve(self) -> None:
        if self._at.leaving.is_set():  # those who were there before have been told
            self._ending = (GOING_AWAY, STOPS)
            await self._close()
            return
        self._at.sockets.add(self)
        self._at.hub.traffic.opened += 1
        loops = (self._send_all(), self._hear())
        self._tasks = [asyncio.create_task(self._guarded(loop)) for loop in loops]
        self._next_beat()
        self._watch_end()
        try:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._ending = self._ending or (GOING_AWAY, STOPS)
            raise
        finally:
            self._beats.cancel()
            if self._last is not None:
                self._last.cancel()
            self._at.sockets.discard(self)
            self._passing.leave()
            await end_tasks(*self._tasks)
            await self._close()
            self.closed.set()

    def end(self, code: int, reason: str) -> None:
        """Close at once: signed out, disabled, or the server stops."""
        self._ending = (code, reason)
        for task in self._tasks:
            task.cancel()

    def hear(self, event: FeedEvent) -> None:
        """End if this takes away what they came in with; begin anew if they may see other things.

        Until that is known they are told nothing.
        """
        if self._admission.ends_by(event):
            self.end(SIGNED_OUT, "signed out")
        elif self._admission.limited_by(event):
            self._limits_due = True
            self._subscriber.wanted = replace(self._subscriber.wanted, reach=NOTHING)
        elif (name := self._admission.renamed_by(event)) is not None:
            self._principal = replace(self._principal, name=name)
            self._passing.attending.call(name)

    def _watch_end(self) -> None:
        """At every beat, as a clock may be set: be there when the session or the token ends."""
        ends_at = self._principal.ends_at
        left = None if ends_at is None else (ends_at - self._at.now()) / SECOND
        if left is not None and left < HEARTBEAT_SECONDS:
            loop = asyncio.get_running_loop()
            again = max(0.0, left)
            self._last = loop.call_later(again, lambda: self._at.later(self._look_again()))

    async def _look_again(self) -> None:
        """It may have been prolonged meanwhile."""
        with contextlib.suppress(*FAULTS):  # the next beat asks again
            found = await still_good(self._at, self._principal)
            if found is None:
                self.end(SIGNED_OUT, "signed out")
            else:
                self._principal = found

    async def _guarded(self, loop: Coroutine[Any, Any, None]) -> None:
        try:
            await loop
        except Exception as raised:
            self._ending = ending(self._at.hub, raised)

    async def _close(self) -> None:
        if self._ending is None:
            return
        # Who should be told may have left a moment ago.
        with contextlib.suppress(*LEFT):
            async with asyncio.timeout(CLOSE_SECONDS):
                if self._ending[0] == LAGGING:
                    lagging = LaggingFrame(self._subscriber.cursor, None)
                    await self._outlet.last_words(self._written(lagging))
                await self._part(self._ending)

    async def _tell(self, frame: ControlFrame) -> None:
        await self._outlet.send(Frames([self._written(frame)]))
        self._at.hub.traffic.frames += 1

    async def _send_all(self) -> None:
        hub, subscriber = self._at.hub, self._subscriber
        since = self._since
        await self._tell(HelloFrame(hub.head, self._hello()))
        await self._replay(subscriber.catch_up(since))
        while True:
            if self._limits_due:
                await self._begin_anew()
            if self._beat_due:
                await self._beat()
            if hub.head > subscriber.cursor:
                await self._send_news()
            elif passing := await self._what_passes():
                await self._outlet.send(passing)
                hub.traffic.frames += len(passing.texts)
            else:
                await self._news()

    async def _what_passes(self) -> Frames | None:
        """What is true for a moment, where that is new: not for who is slow to read."""
        if not self._outlet.ready:
            return None
        await self._passing.ready(self._subscriber.wanted.reach)
        taken = self._passing.take(self._subscriber.wanted, self._subscriber.cursor)
        return taken and self._passing_frames(taken)

    def _passing_frames(self, frames: Frames) -> Frames:
        """As this side reads them."""
        return frames

    async def _begin_anew(self) -> None:
        """They see other things now: what they were told of is read anew."""
        self._limits_due = False
        found = await still_good(self._at, self._principal)
        if found is None:
            self.end(SIGNED_OUT, "signed out")
            return
        if not found.has("read"):
            self.end(SIGNED_OUT, NOT_TO_READ)
            return
        self._principal, now = found, heard_by(found)
        wanted = self._subscriber.wanted
        self._subscriber.wanted = replace(wanted, audiences=now.audiences, reach=now.reach)
        self._passing.again()
        await self._tell_resync(Resync(SEES_OTHERWISE))

    def _hello(self) -> Hello:
        user: Listening = {
            "id": self._principal.id,
            "name": self._principal.name,
            "role": self._principal.role,
        }
        return {"heartbeat_s": HEARTBEAT_SECONDS, "at": iso(self._at.now()), "user": user}

    async def _replay(self, missed: AsyncIterator[Frames]) -> None:
        subscriber = self._subscriber
        try:
            async for frames in missed:
                await self._serve(frames)
                await asyncio.sleep(0)  # what a peer reads at once is sent without a pause
        except Resync as resync:
            await self._tell_resync(resync)
            return
        caught_up = CaughtUpFrame(subscriber.cursor, {"count": subscriber.replayed})
        await self._tell(caught_up)

    async def _send_news(self) -> None:
        try:
            if self._subscriber.wanted.reach.is_limited:
                await self._subscriber.ready()
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
        await self._tell(ResyncFrame(head, {"reason": resync.reason}))

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
        self._watch_end()
        self._beat_due = True
        self._wake()

    def attend(self, conversations: set[str]) -> None:
        """Somebody came to one of these, or left it."""
        self._passing.attending.stir(conversations)
        self._wake()

    def count(self) -> None:
        """Views were counted anew."""
        self._passing.counting.stir()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _beat(self) -> None:
        self._beat_due = False
        # ``cursor``: how far this socket was served, also by events it does not show.
        cursor = self._subscriber.cursor
        beat = HeartbeatFrame(await self._at.hub.log_head(), {"cursor": cursor})
        await self._tell(beat)
