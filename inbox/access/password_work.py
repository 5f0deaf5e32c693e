"""All work on passwords, two at once: each takes 19 MiB and a processor while webhooks come in.

Who asks waits for their turn; beyond that they are refused, so that a crowd of strangers can
neither fill the memory nor keep everybody waiting.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from inbox.access import passwords
from inbox.domain.errors import Busy
from inbox.domain.language import _

AT_ONCE: Final = 2
WAITING: Final = 50
_MODEST: Final = 10
"""How much the threads of this work yield to all others, as `nice` counts."""

T = TypeVar("T")


async def hashed(password: str) -> str:
    """Raises ``Busy``, as all of these do."""
    return await _turns.take(partial(passwords.hash_password, password))


async def matches(password_hash: str | None, password: str) -> bool:
    return await _turns.take(partial(passwords.password_matches, password_hash, password))


async def weakness(password: str, *, email: str, name: str) -> str | None:
    """What it resembles is looked up for some milliseconds: not on the event loop."""
    work = partial(passwords.password_problem, password, email=email, name=name)
    return await _turns.take(work)


class _Turns:
    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "passwords", initializer=_be_modest)
        self._asked = 0

    async def take(self, work: Callable[[], T]) -> T:
        if self._asked >= AT_ONCE + WAITING:
            raise Busy(_("Too many are signing in at this moment. Try again in a few seconds."))
        self._asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._asked -= 1


def _be_modest() -> None:
    # Linux counts it for each thread; elsewhere it may not be ours to say.
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _MODEST)


_turns = _Turns()
