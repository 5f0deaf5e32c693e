"""The hub: wakes subscribers when the log grows. The log is the truth, the hub only hurries.

There is no queue per subscriber. Each has a cursor into one ring of recent events; one that
is idle is woken at once, one that is behind takes all that piled up in one go, and one that
the ring has overtaken is told that it lags and resumes from the log.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Hashable

from inbox.domain.feed_events import EVERYBODY
from inbox.feed.frames import Frames
from inbox.feed.log import FeedEvent, events_after, fills_a_page, head
from inbox.feed.places import Places
from inbox.feed.ring import AT_ONCE, Published, Render, Ring, ring_portions
from inbox.feed.traffic import Traffic
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault
from inbox.surprises import Surprises

log = logging.getLogger(__name__)

PAGE = 500
SHARED = 32
"""How many different frames are kept to be shared, of some hundreds of kilobytes at most."""

POLL_SECONDS = 1.0
"""How late the feed is at most when a commit's wake-up got lost, or was another process's."""

UNHEARD_SECONDS = 60.0
"""So long it is told that somebody did not hear an event: nobody can say when that is made good."""

Listener = Callable[[FeedEvent], None]


class Resync(Exception):
    """A subscriber cannot be served event by event: it must read the state anew.

    ``since`` is older than what is kept, or from another log, or an event has no rendering.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Hub:
    """Follows the log into the ring. ``listeners`` see every event first (caches, sockets).

    One that stumbles over an event stops neither the others nor the event: it is told.
    """

    def __init__(self, database: Database, render: Render) -> None:
        self._database = database
        self._render = render
        self._grown = asyncio.Event()
        self._given: list[FeedEvent | None] = []
        self._waiting: set[asyncio.Future[None]] = set()
        self.ring = Ring()
        self.places = Places()
        self.listeners: list[Listener] = [self.places.hear]
        self.on_growth: Callable[[], None] = lambda: None
        """Called after events were taken in, some of which others may not know of yet."""
        self.frames: dict[Hashable, Frames] = {}
        """Frames made since the ring last moved, by what was asked and from where."""
        self.private_seq = 0
        """The newest event that not everybody may see: frames from before it are not shared."""
        self._fault = Fault(log, "the feed cannot read its log")
        self._unheard = Surprises(log, "an event was not heard by all", UNHEARD_SECONDS)
        self.untold = Surprises(log, "an event was not told")
        """Mistakes of ours in what goes out to one socket; its other side comes back."""
        self.published_types: Counter[str] = Counter()
        self.traffic = Traffic()
        self._log_head = 0
        self._next_look = 0.0

    @property
    def head(self) -> int:
        return self.ring.head

    @property
    def fault(self) -> str | None:
        """Why the feed stands still, or not everybody heard what happened; None: all is well."""
        return self._fault.reason or self._unheard.reason

    async def start(self) -> None:
        """Begin at the end of the log: who wants the past reads it from there."""
        self.ring.start(await self._database.read(head))

    def published(self, event: FeedEvent) -> Published:
        return Published(event, self._rendered)

    def _rendered(self, event: FeedEvent) -> str:
        try:
            return self._render(event)
        except Exception as mistake:
            self.untold.met(mistake, seq=event.seq, event_type=event.type)
            # A page that misses a change must not look as if it had it.
            raise Resync("an event has no rendering") from mistake

    async def log_head(self) -> int:
        """The head of the log itself: told apart from ours, it unmasks a hub that is stuck.

        Asked at most once a second, however many sockets beat.
        """
        loop = asyncio.get_running_loop()
        if loop.time() >= self._next_look:
            self._next_look = loop.time() + POLL_SECONDS
            with contextlib.suppress(*FAULTS):  # ``run`` meets them as well, and tells
                self._log_head = await self._database.read(head)
        return max(self._log_head, self.head)

    def committed(self, news: list[FeedEvent | None]) -> None:
        """A transaction of this process was committed, with these events or with unknown ones.

        What comes next is published at once, also while ``run`` reads: it leaves out what it finds
        published. Else all that is committed meanwhile would wait for that.
        """
        new = None if self._given else self._next(news)
        if new is not None and sum(len(event.payload) for event in new) <= AT_ONCE:
            try:
                self._publish([self.published(event) for event in new])
            except Exception as mistake:  # the log has it: it is tried again there
                self._unheard.met(mistake)
            else:
                return
        self._given += news
        self._grown.set()

    def _next(self, news: list[FeedEvent | None]) -> list[FeedEvent] | None:
        """What is new of these, if that is all there is after the head; None: nobody knows.

        Between two of ours may be one of another process, or of one that tells us later. Where all
        was read already, there is nothing to be read again: the next commit would fall into that,
        be read with it, and so on for as long as there is traffic.
        """
        head = self.head
        new = [event for event in news if event is not None and event.seq > head]
        whole = [event.seq for event in new] == [*range(head + 1, head + 1 + len(new))]
        return new if news and whole and None not in news else None

    def hear(self, seq: int) -> None:
        """Another process has read the log so far."""
        if seq > self.head:
            if None not in self._given:
                self._given.append(None)
            self._grown.set()

    def share(self, key: Hashable, frames: Frames) -> None:
        """Keep them for who asks for the same; many who are behind must not fill the memory."""
        if len(self.frames) >= SHARED:
            self.frames.clear()
        self.frames[key] = frames

    def waiter(self) -> asyncio.Future[None]:
        """Done when there is something after what is in the ring now.

        Each who waits has their own, which they may also cancel or set themselves, and
        ``forget`` then. It costs a fraction of a shielded or timed wait, at every event for
        every socket.
        """
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        return waiter

    def forget(self, waiter: asyncio.Future[None]) -> None:
        self._waiting.discard(waiter)

    async def moved(self) -> None:
        """Return when there is something after what is in the ring now."""
        waiter = self.waiter()
        try:
            await waiter
        finally:
            self.forget(waiter)

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._grown.wait()
            self._grown.clear()
            given, self._given = self._given, []
            await self._follow(given)

    async def _follow(self, given: list[FeedEvent | None]) -> None:
        """Take what was given, if that is all there is after the head, or read the log."""
        try:
            new = self._next(given)
            if new is not None:
                await self._publish_all(new)
            else:
                await self._read_log()
        except Exception as fault:
            self._fault.met(fault)
            await asyncio.sleep(POLL_SECONDS)
        else:
            self._fault.over()

    async def _read_log(self) -> None:
        full = True
        while full:
            events = await self._database.read(events_after, self.head, PAGE)
            await self._publish_all(events)
            full = fills_a_page(events, PAGE)

    async def _publish_all(self, events: list[FeedEvent]) -> None:
        for part in ring_portions([self.published(event) for event in events]):
            self._publish(part)
            await asyncio.sleep(0)  # who keeps up takes it before there is more

    def _tell_listeners(self, event: FeedEvent) -> None:
        for listener in self.listeners:
            try:
                listener(event)
            except Exception as mistake:
                self._unheard.met(mistake, seq=event.seq, event_type=event.type)

    def _publish(self, found: list[Published]) -> None:
        part = [published for published in found if published.seq > self.head]
        if not part:
            return
        for published in part:
            self._tell_listeners(published.event)
            if published.event.audience != EVERYBODY:
                self.private_seq = published.seq
        self.published_types.update(published.event.type for published in part)
        self.frames.clear()
        self.ring.extend(part)
        waiting, self._waiting = self._waiting, set()
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)
        self.on_growth()
