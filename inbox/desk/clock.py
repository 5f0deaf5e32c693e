"""Does at the desk what is due: rests until the next is, and hears of what is put to sleep.

A window closes a day after a message, so that a look each minute finds all that are new. Several
processes may do it: whoever comes first does, under the conversation's lock.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from inbox.desk.closing import do_turns, next_turn
from inbox.domain.feed_events import ConversationUpdated
from inbox.domain.times import SECOND, Micros
from inbox.feed.log import FeedEvent
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault

log = logging.getLogger(__name__)

REST_SECONDS: Final = 1.0
SHORTEST_SECONDS: Final = 0.05
LONGEST_SECONDS: Final = 60.0
"""So long at most for a time that is to come: clocks are set, and machines sleep."""

_SNOOZED: Final = '"status":"snoozed"'
"""As it stands in the log: what is only passed on is not parsed for it."""


class DeskClock:
    """``run`` never ends, and can begin anew: what it works on is in the table."""

    def __init__(self, database: Database, now: Callable[[], Micros]) -> None:
        self._database, self._now = database, now
        self._new = asyncio.Event()
        self._fault = Fault(log, "what is snoozed sleeps on")

    @property
    def fault(self) -> str | None:
        return self._fault.reason

    def hear(self, event: FeedEvent) -> None:
        if event.type == ConversationUpdated.type and _SNOOZED in event.payload:
            self._new.set()

    async def run(self) -> None:
        while True:
            try:
                next_at = await self._database.read(next_turn, self._now())
                if next_at is not None and next_at <= self._now():
                    await self._database.write(do_turns, self._now())
            except FAULTS as fault:
                self._fault.met(fault)
                await asyncio.sleep(REST_SECONDS)
                continue
            self._fault.over()
            await self._rest(next_at)

    async def _rest(self, next_at: Micros | None) -> None:
        left = LONGEST_SECONDS if next_at is None else (next_at - self._now()) / SECOND
        with suppress(TimeoutError):
            async with asyncio.timeout(min(LONGEST_SECONDS, max(SHORTEST_SECONDS, left))):
                await self._new.wait()
        self._new.clear()
