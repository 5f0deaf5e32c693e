"""When API tokens were used last: remembered at once, written now and then.

Every request of a program would be a write, and a note is not worth failing a request for.
"""

import asyncio
import logging
from collections.abc import Callable

from inbox.access import tokens
from inbox.domain.times import MINUTE, Micros
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault

log = logging.getLogger(__name__)

GATHER_SECONDS = 1.0
PAUSE_SECONDS = 30.0


class Uses:
    def __init__(self, database: Database, now: Callable[[], Micros]) -> None:
        self._database, self._now = database, now
        self._noted: dict[str, Micros] = {}
        self._waiting: set[str] = set()
        self._used = asyncio.Event()
        self._fault = Fault(log, "uses of tokens are not written")

    def note(self, token_id: str) -> None:
        """This token was used now. Once a minute is enough to know."""
        now = self._now()
        if abs(now - self._noted.get(token_id, 0)) < MINUTE:  # the clock may have been set back
            return
        self._noted[token_id] = now
        self._waiting.add(token_id)
        self._used.set()

    async def run(self) -> None:
        while True:
            await self._used.wait()
            await asyncio.sleep(GATHER_SECONDS)
            try:
                await self.flush()
            except FAULTS as fault:  # what was noted is kept for the next time
                self._fault.met(fault)
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                self._fault.over()

    async def flush(self) -> None:
        """Write down what was noted, in one statement."""
        used, self._waiting = self._waiting, set()
        self._used.clear()
        if not used:
            return
        try:
            await self._database.write(tokens.note_uses, sorted(used), self._now())
        except Exception:
            self._waiting |= used
            self._used.set()
            raise
