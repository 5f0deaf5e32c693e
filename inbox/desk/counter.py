"""Keeps the counts of views in memory while anybody looks at them, and the table of them small.

Summed once for all that happened in half a second, whoever looks and however many they are. What is
one user's own is asked only where something of theirs may be otherwise.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Final

from inbox.conversations.view_counts import (
    AT_ONCE,
    BucketCounts,
    Sums,
    put_together,
    read_counted,
    sums_within,
)
from inbox.desk.counts import Own, Watcher, counts_of, read_own, read_own_of
from inbox.desk.saved_views import all_saved_views
from inbox.domain.feed_events import (
    ConversationMerged,
    ConversationRead,
    ConversationUpdated,
    LabelsUpdated,
    MentionUpdated,
    ViewRemoved,
    ViewUpdated,
    only,
)
from inbox.domain.reach import Reach
from inbox.domain.saved_views import ViewRow
from inbox.domain.view_counts import UNREAD_COUNTED, ViewCounts
from inbox.feed.log import FeedEvent
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault

log = logging.getLogger(__name__)

PACE_SECONDS: Final = 0.5
MOST_OFTEN: Final = 10
"""Of its time it counts this part at most, however much there is to be counted."""
UNWATCHED_SECONDS: Final = 30.0
"""How often the table is looked at while nobody watches: it must not grow for a whole night."""
REST_SECONDS: Final = 1.0

COUNTED_BY: Final = frozenset(
    event.type
    for event in (ConversationUpdated, ConversationMerged, ConversationRead, LabelsUpdated)
)
SAVED: Final = frozenset((ViewUpdated.type, ViewRemoved.type))
OWN: Final = frozenset((ConversationRead.type, MentionUpdated.type))

_ALL_SEEN: Final = '"unread_count":0'
"""As it stands in the log: then no customer has just said anything."""


class ViewCounter:
    """``run`` never ends, and can begin anew: what it counts is in the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted = BucketCounts()
        self._sums: dict[Reach, Sums] = {}
        self._saved: list[ViewRow] = []
        self._own: dict[Watcher, Own] = {}
        self._watchers: dict[Hashable, Watcher] = {}
        self._stale = self._stale_saved = True
        self._stale_own: set[Watcher] = set()
        self._reading: frozenset[Watcher] = frozenset()
        self._stirred, self._watched = asyncio.Event(), asyncio.Event()
        self._took = 0.0
        self._fault = Fault(log, "the numbers beside views stand still")
        self.on_change: Callable[[], None] = lambda: None
        """Called after something was counted anew."""

    @property
    def fault(self) -> str | None:
        return self._fault.reason

    def watch(self, socket: Hashable, watcher: Watcher) -> None:
        """This socket's page shows counts, of this reach from now on."""
        if self._watchers.get(socket) == watcher:
            return
        self._watchers[socket] = watcher
        if watcher not in self._own:
            self._stale_own.add(watcher)
        self._watched.set()
        self._stirred.set()

    def leave(self, socket: Hashable) -> None:
        self._watchers.pop(socket, None)
        if not self._watchers:
            self._watched.clear()

    def counts(self, watcher: Watcher) -> ViewCounts | None:
        """As they were counted last; None: not yet, and ``on_change`` is called once they are."""
        own = self._own.get(watcher)
        return None if own is None else self._counts(watcher, own)

    def _counts(self, watcher: Watcher, own: Own) -> ViewCounts:
        if watcher.reach not in self._sums:
            self._sums[watcher.reach] = sums_within(self._counted, watcher.reach)
        sums = self._sums[watcher.reach]
        return counts_of(self._counted, sums, self._saved, own, watcher.user_id)

    async def shown(self, watcher: Watcher, own: Own | None = None) -> ViewCounts:
        """For a page that is being drawn: as they were counted last, while anybody looks.

        ``own``: what is theirs alone, where that was just read.
        """
        if self._stale and not (self._watchers and self._counted.rows):
            await self._sum()
            await self._read_saved()
            self.on_change()
        own = own or self._own.get(watcher)
        if own is None:
            own = await self._database.read(read_own, watcher)
        return self._counts(watcher, own)

    def hear(self, event: FeedEvent) -> None:
        """Note what may be otherwise now; what is only passed on is not parsed for it."""
        if event.type in COUNTED_BY:
            self._stale = True
        elif event.type in SAVED:
            self._stale_saved = True
        elif event.type not in OWN:
            return
        self._stale_own |= self._reading
        self._stale_own |= {one for one in self._own if self._concerns(event, one)}
        self._stirred.set()

    def _concerns(self, event: FeedEvent, watcher: Watcher) -> bool:
        """Whether it may change what is this user's own."""
        if watcher.user_id is None:
            return False
        if event.type in OWN:
            return event.audience == only(watcher.user_id)
        if event.type == ConversationMerged.type:
            return True
        if event.type != ConversationUpdated.type:
            return False
        if watcher.reach.is_limited:  # it may have come into sight, or gone out of it
            return True
        unread = self._own[watcher].unread
        known = event.conversation_id in unread or len(unread) >= UNREAD_COUNTED
        return not known and _ALL_SEEN not in event.payload

    async def run(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            try:
                await self._count()
            except FAULTS as fault:
                self._fault.met(fault)
                self._stirred.set()
                await asyncio.sleep(REST_SECONDS)
                continue
            self._fault.over()
            await self._rest()

    async def _rest(self) -> None:
        await asyncio.sleep(max(PACE_SECONDS, self._took * MOST_OFTEN))
        if not self._watchers:
            try:
                async with asyncio.timeout(UNWATCHED_SECONDS):
                    await self._watched.wait()
            except TimeoutError:
                pass

    async def _count(self) -> None:
        """What is stale is noted before it is read, as more may happen meanwhile."""
        began = monotonic()
        there = set(self._watchers.values())
        self._own = {one: own for one, own in self._own.items() if one in there}
        self._stale_own &= there
        anything = self._stale or self._stale_saved or self._stale_own
        if self._stale:
            await self._sum()
        if self._stale_saved:
            await self._read_saved()
        if self._stale_own:
            await self._read_own()
        if anything:
            self.on_change()
        self._took = monotonic() - began
        if self._counted.rows > self._counted.most_rows:
            await self._put_together()

    async def _put_together(self) -> None:
        self._stale = True  # not its sums, but of how many rows they are
        for _ in range(self._counted.rows // AT_ONCE + 1):
            await self._database.write(put_together)

    async def _sum(self) -> None:
        self._stale = False
        try:
            self._counted = await self._database.read(read_counted)
        except BaseException:
            self._stale = True
            raise
        self._sums.clear()

    async def _read_saved(self) -> None:
        self._stale_saved = False
        try:
            self._saved = await self._database.read(all_saved_views)
        except BaseException:
            self._stale_saved = True
            raise

    async def _read_own(self) -> None:
        read, self._stale_own = self._stale_own, set()
        self._reading = frozenset(read)
        try:
            self._own |= await self._database.read(read_own_of, read)
        except BaseException:
            self._stale_own |= read
            raise
        finally:
            self._reading = frozenset()
