"""Hears the log for what devices are to be told, a moment behind it and never in its way."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from inbox.desk.telling.devices import live_devices
from inbox.desk.telling.pushes import heeded, looked_through, note_pushes
from inbox.domain.times import Micros
from inbox.feed.log import FeedEvent, events_after, fills_a_page
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault

log = logging.getLogger(__name__)

PAGE: Final = 500
GATHER_SECONDS: Final = 1.0
"""What comes so soon after the first is looked at with it: a flood costs a look a second."""
REST_SECONDS: Final = 1.0
FAR: Final = 5_000
"""So far behind what is written down may be: nothing is, while nothing is to be told."""


class Lookout:
    """``noted``: called when there is something to send. Several processes may look."""

    def __init__(
        self, database: Database, now: Callable[[], Micros], noted: Callable[[], None]
    ) -> None:
        self._database, self._now, self._noted = database, now, noted
        self._new = asyncio.Event()
        self._new.set()  # what came while nobody looked
        self._seen = 0
        self._fault = Fault(log, "devices are not told")

    @property
    def fault(self) -> str | None:
        return self._fault.reason

    def hear(self, event: FeedEvent) -> None:
        if not self._new.is_set() and heeded(event):
            self._new.set()

    async def run(self) -> None:
        while True:
            await self._new.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._new.clear()
            try:
                while await self.look():
                    pass
            except FAULTS as fault:
                self._fault.met(fault)
                self._new.set()
                await asyncio.sleep(REST_SECONDS)
            else:
                self._fault.over()

    async def look(self) -> bool:
        """Look through the next of the log; whether there may be more."""
        since, events = await self._database.read(_unlooked, self._seen, self._now())
        if not events:
            return False
        last = events[-1].seq
        worth = any(map(heeded, events)) or last - since > FAR
        if worth and await self._database.write(note_pushes, events, self._now()):
            self._noted()
        self._seen = last
        return fills_a_page(events, PAGE)


def _unlooked(connection: Connection, seen: int, now: Micros) -> tuple[int, list[FeedEvent]]:
    """How far it was looked through for all, and what is behind that and ``seen``.

    Nothing while there is nobody to tell: the first device begins at the end of the log.
    """
    since = looked_through(connection)
    if not live_devices(connection, now):
        return since, []
    return since, events_after(connection, max(since, seen), PAGE)
