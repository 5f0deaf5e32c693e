"""The server goes: everybody who waits is told, so that nobody is waited for."""

import asyncio
from typing import Final

from inbox.web.context import AppContext

GOING_AWAY: Final = 1001
TELL_SECONDS: Final = 1.0


async def take_leave(at: AppContext) -> None:
    """End sockets with 1001, and answer long polls with what there is."""
    at.leaving.set()
    for patience in list(at.polls):
        patience.reschedule(asyncio.get_running_loop().time())
    for listener in list(at.sockets):
        listener.end(GOING_AWAY, "the server stops")
    if closing := [listener.closed.wait() for listener in list(at.sockets)]:
        # One that does not read cannot be told: the others are not kept waiting for it.
        told = asyncio.gather(*closing)
        await asyncio.wait([told], timeout=TELL_SECONDS)
        told.cancel()
