"""One subscriber of the feed: what it may see, what it asked for, and where it is."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection

from inbox.domain.feed_events import ADMINS, EVERYBODY, LIMITED, only
from inbox.domain.feed_frames import FragmentsFrame
from inbox.domain.language import language
from inbox.domain.reach import EVERYTHING, Reach
from inbox.feed.frames import Frames, control
from inbox.feed.hub import PAGE, Hub, Resync
from inbox.feed.log import FeedEvent, floor, head, page_of_events
from inbox.feed.ring import AT_ONCE, HTML_AT_ONCE, Published, portion, ring_portions
from inbox.feed.sight import sees, unplaced
from inbox.storage.database import Database

Format = Literal["json", "html", "sse"]

ALL = "all"
FRAME_EVENTS = 200

TOO_OLD = "since is older than what is kept"
AHEAD = "since is ahead of this feed"


class Lagging(Exception):
    """The ring has overtaken this subscriber; it resumes from the log by ``since``."""


class Interest(Struct, frozen=True):
    """What a subscriber may see and asked for. An empty set of types means every type."""

    audiences: frozenset[str]
    topics: frozenset[str] = frozenset({ALL})
    types: frozenset[str] = frozenset()
    reach: Reach = EVERYTHING

    def takes(self, event: FeedEvent) -> bool:
        if event.audience not in self.audiences or not self.asks_for(event.type):
            return False
        return self.is_about(event.conversation_id) or f"contact:{event.contact_id}" in self.topics

    def asks_for(self, frame_type: str) -> bool:
        return not self.types or frame_type in self.types

    def is_about(self, conversation_id: str | None) -> bool:
        return ALL in self.topics or f"conversation:{conversation_id}" in self.topics


def interest_of(user_id: str | None, role: str, reach: Reach) -> Interest:
    """All that this subscriber may see: everybody's events, its user's own, and an admin's."""
    own = {only(user_id)} if user_id else set()
    admins = {ADMINS} if role == "admin" else set()
    limited = {LIMITED} if reach.is_limited else set()
    return Interest(frozenset({EVERYBODY, *own, *admins, *limited}), reach=reach)


class Subscriber(Struct):
    """A cursor on the feed that gives frames, ready to send, and moves when they were sent."""

    hub: Hub
    database: Database
    wanted: Interest
    format: Format = "json"
    batch: bool = False
    cursor: int = 0
    """The seq up to which everything was sent."""
    replayed: int = 0

    async def catch_up(self, since: int | None) -> AsyncIterator[Frames]:
        """What was missed: from the ring if it is there, else from the log.

        Up to the head as it was: what comes meanwhile is news. Call ``served`` for each of
        them before the next, so that nothing is sent twice or left out.
        """
        self.cursor = self.hub.head if since is None else since
        if since is None:
            return
        end = self.hub.head
        await self._check(since)
        while self.cursor < end:
            if self.hub.ring.holds(self.cursor):
                await self.ready()
                yield self.take()
            else:
                async for frames in self._from_log():
                    yield frames

    async def _check(self, since: int) -> None:
        lowest, last = await self.database.read(_bounds)
        if since > max(last, self.hub.head):
            raise Resync(AHEAD)
        if since < lowest:
            raise Resync(TOO_OLD)

    async def _from_log(self) -> AsyncIterator[Frames]:
        lowest, events = await self.database.read(page_of_events, self.cursor, PAGE)
        if not events or self.cursor < lowest:
            raise Resync(TOO_OLD)
        published = [self.hub.published(event) for event in events]
        for part in ring_portions(published, self._at_once()):
            while missing := self._unplaced(part):
                await self.hub.places.learn(self.database, missing)
            yield self._frames(part)

    async def ready(self) -> None:
        """Have it known where that stands which ``take`` is to give; call it right before.

        Who sees everything waits for nothing here.
        """
        while self.wanted.reach.is_limited and self.hub.ring.holds(self.cursor):
            missing = self._unplaced(self._portion())
            if not missing:
                return
            await self.hub.places.learn(self.database, missing)

    def _unplaced(self, part: list[Published]) -> set[str]:
        return unplaced(self.wanted.reach, (one.event for one in part), self.hub.places)

    def _portion(self) -> list[Published]:
        return portion(self.hub.ring.after(self.cursor), self._at_once())

    def take(self) -> Frames:
        """What piled up after the cursor, or the first of it; raises ``Lagging``."""
        if not self.hub.ring.holds(self.cursor):
            raise Lagging
        hub, before = self.hub, self.cursor
        # Viewers who ask for the same from the same place share the same frames.
        shareable = before >= hub.private_seq
        wanted, reach = self.wanted, self.wanted.reach
        asked = (wanted.topics, wanted.types, reach.channels, reach.teams)
        spoken = language().code if self.format == "html" else None
        key = (before, self.format, spoken, self.batch, *asked)
        shared = hub.frames.get(key) if shareable else None
        if shared is None:
            shared = self._frames(self._portion())
            if shareable:
                hub.share(key, shared)
        return shared

    def _at_once(self) -> int:
        return HTML_AT_ONCE if self.format == "html" else AT_ONCE

    def served(self, frames: Frames) -> None:
        """These frames were sent."""
        self.cursor = frames.cursor
        self.replayed += frames.events

    def _frames(self, published: list[Published]) -> Frames:
        cursor = published[-1].seq if published else self.cursor
        taken = [item for item in published if self._takes(item.event)]
        return Frames(self._texts(taken), cursor, len(taken))

    def _takes(self, event: FeedEvent) -> bool:
        return self.wanted.takes(event) and sees(self.wanted.reach, event, self.hub.places)

    def _texts(self, taken: Sequence[Published]) -> list[str]:
        if self.format == "html":
            return _fragments(taken)
        if self.format == "sse":
            return [item.sse for item in taken]
        texts = [item.json for item in taken]
        if self.batch and texts:
            return ["[" + ",".join(texts) + "]"]
        return texts


def _fragments(taken: Sequence[Published]) -> list[str]:
    """Many fragments share a frame; an event without a rendering for pages adds nothing."""
    frames = []
    for start in range(0, len(taken), FRAME_EVENTS):
        part = taken[start : start + FRAME_EVENTS]
        html = "".join(item.html for item in part)
        if html:
            frames.append(control(FragmentsFrame(part[-1].seq, {"html": html})))
    return frames


def _bounds(connection: Connection) -> tuple[int, int]:
    return floor(connection), head(connection)
