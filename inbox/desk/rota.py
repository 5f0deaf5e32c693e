"""Gives in turn what nobody has, as soon as there is somebody for it.

It hears the feed and who comes; what it missed it finds, as what is to be given stands in the rows.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from inbox.desk.presence import Presence
from inbox.desk.turns import MOST, give_in_turn, to_be_given
from inbox.domain.feed_events import (
    ChannelChanged,
    ConversationUpdated,
    NoticesUpdated,
    TeamsUpdated,
)
from inbox.domain.times import Micros
from inbox.feed.log import FeedEvent
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault

log = logging.getLogger(__name__)

GATHER_SECONDS: Final = 0.5
"""A flood costs two looks a second."""
REST_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 60.0
"""Who was away until a time is back without anybody saying so."""

_HEEDED: Final = frozenset(
    event.type for event in (ChannelChanged, ConversationUpdated, NoticesUpdated, TeamsUpdated)
)


class Rota:
    """Several processes may give: what one has given the others find given."""

    def __init__(self, database: Database, presence: Presence, now: Callable[[], Micros]) -> None:
        self._database, self._presence, self._now = database, presence, now
        self._stirred = asyncio.Event()
        self._fault = Fault(log, "conversations are not given in turn")

    @property
    def fault(self) -> str | None:
        return self._fault.reason

    def hear(self, event: FeedEvent) -> None:
        if event.type in _HEEDED:
            self._stirred.set()

    def stir(self) -> None:
        """Somebody came."""
        self._stirred.set()

    async def run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_SECONDS):
                    await self._stirred.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._stirred.clear()
            try:
                while await self.look():
                    pass
            except FAULTS as fault:
                self._fault.met(fault)
                self._stirred.set()
                await asyncio.sleep(REST_SECONDS)
            else:
                self._fault.over()

    async def look(self) -> bool:
        """Whether there may be more at once."""
        here = {one.id for one in self._presence.here}
        if not here:
            return False
        found = await self._database.read(to_be_given, here, self._now())
        if not found:
            return False
        given = await self._database.write(give_in_turn, found, here, self._now())
        return given > 0 and len(found) >= MOST
