"""How fast is posted: as fast as the loop has nothing better to do.

Posts are made in the loop in which webhooks come in and sockets are written to. Before each one we
look how long the loop takes to come round: that is what others have to do in it. We wait some
times as long, so that forwarding has a small share of a busy loop and all of an idle one.
"""

import asyncio
from typing import Final

SHARE: Final = 15
LONGEST_SECONDS: Final = 0.25


class Pace:
    """One for all endpoints of a process: posts begin one after another."""

    def __init__(self, share: int = SHARE) -> None:
        self._share = share
        self._turn = asyncio.Lock()

    async def turn(self) -> None:
        """Return when it is time for another post."""
        clock = asyncio.get_running_loop().time
        async with self._turn:
            began = clock()
            await asyncio.sleep(0)
            busy = clock() - began
            await asyncio.sleep(min(busy * self._share, LONGEST_SECONDS))
