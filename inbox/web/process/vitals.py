"""The last ten minutes of this process, in memory: what the pictures of the status page show."""

import asyncio
import logging
import os
import resource
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from msgspec import Struct

from inbox.domain.times import SECOND, Micros
from inbox.receiving.backlog import oldest_pending_at
from inbox.storage.database import FAULTS, Database

log = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 5.0
KEPT: Final = 120
"""So many looks: ten minutes."""


class Look(Struct, frozen=True):
    """``webhooks`` a second since the look before; ``lag`` in seconds, None if nobody knew."""

    webhooks: float
    lag: float | None
    sockets: float


class Vitals:
    """``webhooks`` counts all that were taken so far, ``sockets`` those that are open."""

    def __init__(
        self,
        database: Database,
        webhooks: Callable[[], float],
        sockets: Callable[[], int],
        now: Callable[[], Micros],
    ) -> None:
        self._database, self._now = database, now
        self._webhooks, self._sockets = webhooks, sockets
        self._before = webhooks(), monotonic()
        self.started_at = now()
        self.looks: deque[Look] = deque(maxlen=KEPT)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            await self.look()

    async def look(self) -> None:
        lag = await self._lag()
        taken, at = self._webhooks(), monotonic()
        before, since = self._before
        self._before = taken, at
        rate = (taken - before) / max(at - since, 0.001)
        self.looks.append(Look(rate, lag, self._sockets()))

    async def _lag(self) -> float | None:
        try:
            oldest = await self._database.read(oldest_pending_at)
        except FAULTS:  # its check is red already; the picture has a gap
            return None
        return 0.0 if oldest is None else max(0, self._now() - oldest) / SECOND


def resident_bytes() -> int:
    """Memory of this process; where the system does not tell, the most it ever had."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
