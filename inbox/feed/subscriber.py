"""One subscriber of the feed: what it may see, what it asked for, and where it is."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection

from inbox.domain.shapes import encoded
from inbox.feed.hub import PAGE, Hub
from inbox.feed.log import ADMINS, EVERYBODY, FeedEvent, head, oldest, only, read
from inbox.feed.ring import Published
from inbox.storage.database import Database

Format = Literal["json", "html"]

ALL = "all"
FRAME_EVENTS = 200


class Lagging(Exception):
    """The ring has overtaken this subscriber; it resumes from the log by ``since``."""


class Resync(Exception):
    """This subscriber cannot be served event by event: it must read the state anew.

    ``since`` is older than what is kept, or from another log, or an event has no rendering.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscriber may see and asked for. An empty set of types means every type."""

    audiences: frozenset[str]
    topics: frozenset[str] = frozenset({ALL})
    types: frozenset[str] = frozenset()

    def takes(self, event: FeedEvent) -> bool:
        if event.audience not in self.audiences or (self.types and event.type not in self.types):
            return False
        return (
            ALL in self.topics
            or f"conversation:{event.conversation_id}" in self.topics
            or f"contact:{event.contact_id}" in self.topics
        )


def audiences(user_id: str | None, role: str) -> frozenset[str]:
    """Whose events this subscriber sees: everybody's, its user's own, and an admin's."""
    own = {only(user_id)} if user_id else set()
    return frozenset({EVERYBODY, *own, *({ADMINS} if role == "admin" else ())})


@dataclass(slots=True)
class Subscriber:
    """A cursor on the feed that gives frames, ready to send."""

    hub: Hub
    database: Database
    wanted: Wanted
    format: Format = "json"
    batch: bool = False
    cursor: int = 0
    replayed: int = field(default=0, init=False)

    async def catch_up(self, since: int | None) -> AsyncIterator[str]:
        """Frames for what was missed: from the ring if it is there, else from the log.

        The log is read up to the head as it was; what comes meanwhile is in the ring, and
        the cursor makes sure that nothing is sent twice or left out.
        """
        self.cursor = self.hub.head if since is None else since
        if since is None:
            return
        await self._check(since)
        while not self.hub.ring.holds(self.cursor):
            events = await self.database.read(read, self.cursor, PAGE)
            if not events:
                break
            for frame in self._frames([self.hub.published(event) for event in events]):
                yield frame
        for frame in self.take():
            yield frame

    async def _check(self, since: int) -> None:
        first, last = await self.database.read(_bounds)
        if since > max(last, self.hub.head):
            raise Resync("since is ahead of this feed")
        if since + 1 < first:
            raise Resync("since is older than what is kept")

    def take(self) -> list[str]:
        """Frames for all that piled up; raises ``Lagging``."""
        if not self.hub.ring.holds(self.cursor):
            raise Lagging
        hub, before = self.hub, self.cursor
        if before < hub.private_seq:
            return self._frames(hub.ring.after(before))
        # Viewers who ask for the same from the same place share the same frames.
        key = (before, self.format, self.batch, self.wanted.topics, self.wanted.types)
        shared = hub.frames.get(key)
        if shared is None:
            taken = self.replayed
            frames = self._frames(hub.ring.after(before))
            shared = hub.frames[key] = (frames, self.cursor, self.replayed - taken)
            return frames
        frames, self.cursor, count = shared
        self.replayed += count
        return frames

    def _frames(self, published: list[Published]) -> list[str]:
        if not published:
            return []
        self.cursor = published[-1].event.seq
        taken = [item for item in published if self.wanted.takes(item.event)]
        self.replayed += len(taken)
        if self.format == "html":
            return _html_frames(taken)
        frames = [item.json for item in taken]
        if self.batch and frames:
            return ["[" + ",".join(frames) + "]"]
        return frames


def _html_frames(taken: Sequence[Published]) -> list[str]:
    """Many fragments share a frame; an event without a rendering for pages adds nothing."""
    frames = []
    for start in range(0, len(taken), FRAME_EVENTS):
        part = taken[start : start + FRAME_EVENTS]
        html = "".join(item.html for item in part)
        if html:
            frames.append(control("feed:fragments", part[-1].event.seq, {"html": html}))
    return frames


def control(name: str, seq: int, payload: dict[str, object] | None = None) -> str:
    """A frame of the feed itself rather than of the log."""
    frame: dict[str, object] = {"type": name, "seq": seq}
    return encoded(frame if payload is None else frame | {"payload": payload})


def _bounds(connection: Connection) -> tuple[int, int]:
    return oldest(connection), head(connection)
