"""Files opened on a thread: who stops waiting for one leaves none open."""

import asyncio
from collections.abc import Callable
from typing import BinaryIO


async def opened(work: Callable[[], BinaryIO]) -> BinaryIO:
    """What ``work`` opens, to be closed by who asked."""
    opening = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise


def _close(opening: asyncio.Future[BinaryIO]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
