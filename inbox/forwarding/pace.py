"""How fast is posted: as fast as the server has nothing better to do.

Receiving goes first. Posts are made in the loop in which webhooks come in and sockets are written
to, and by a process that may have to share a core with it. So before each one we look how long the
loop takes to come round: that is what others have to do in it, and we wait some times as long. And
we look how much of our cores we have used ourselves lately: beyond a part of them posts wait longer
and longer. What is not posted now is in the log, and is posted when it is quieter.
"""

import asyncio
import os
import time
from typing import Final

SHARE: Final = 15
LONGEST_SECONDS: Final = 0.25
FREE: Final = 0.5
"""Of the cores we may use: as long as we use no more, nobody waits for one."""
LATELY_SECONDS: Final = 0.2


class Pace:
    """One for all endpoints of a process: posts begin one after another."""

    def __init__(self, share: int = SHARE) -> None:
        self._share = share
        self._turn = asyncio.Lock()
        self._cores = _cores()
        self._looked_at, self._cpu, self._used = time.monotonic(), time.process_time(), 0.0

    async def turn(self) -> None:
        """Return when it is time for another post."""
        if not self._share:
            return
        clock = asyncio.get_running_loop().time
        async with self._turn:
            began = clock()
            await asyncio.sleep(0)
            busy = (clock() - began) * self._share
            await asyncio.sleep(min(max(busy, self._scarcity()), LONGEST_SECONDS))

    def _scarcity(self) -> float:
        """Seconds to wait as cores are scarce: none while there are some, the longest at last."""
        now, cpu = time.monotonic(), time.process_time()
        if (seconds := now - self._looked_at) >= LATELY_SECONDS:
            self._used = (cpu - self._cpu) / seconds / self._cores
            self._looked_at, self._cpu = now, cpu
        return LONGEST_SECONDS * max(0.0, self._used - FREE) / (1 - FREE)


def _cores() -> int:
    allowed = getattr(os, "sched_getaffinity", None)  # not on macOS
    return len(allowed(0)) if allowed else os.cpu_count() or 1
