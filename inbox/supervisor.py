"""The work that goes on in the background: kept going, and never dead in silence.

Each part is a loop that must not end. When one ends all the same, by an error that nobody
foresaw, it is told in the log, ``/health`` turns red, and it begins again after a wait that
doubles from death to death; once it has gone on for a while, that is told as well. So a part must
be able to begin anew on the same object: what it works on is in the tables, and what it held in
its hands is read from there again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

log = logging.getLogger(__name__)

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""Who has worked for so long is well: its next death is the first again."""
STOP_SECONDS = 5.0
"""Who has not ended by then, once told to, is told again."""

Work = Callable[[], Coroutine[Any, Any, None]]


def was_told_to_end() -> bool:
    """Whether somebody cancelled the task that asks, whatever has become of that since."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


async def end_tasks(*tasks: asyncio.Task[Any], patience: float = STOP_SECONDS) -> None:
    """Cancel them, again and again, and return when the last has ended, with whatever result.

    Once is not enough: what fails while it is cancelled, as a connection that is closed, takes the
    place of the cancellation, and before Python 3.12 `asyncio.wait_for` (redis-py writes through
    it) swallows one that comes just as what it waits for is done. Who goes on hears it again.
    """
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=patience)
    await asyncio.gather(*tasks, return_exceptions=True)


class Supervisor:
    """Begins each part of the work, and begins it again. All waits are in seconds."""

    def __init__(
        self,
        first: float = FIRST_SECONDS,
        longest: float = LONGEST_SECONDS,
        steady: float = STEADY_SECONDS,
        patience: float = STOP_SECONDS,
    ) -> None:
        self._first, self._longest, self._steady = first, longest, steady
        self._patience = patience
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._down: dict[str, str] = {}

    def start(self, name: str, work: Work) -> None:
        """Begin ``work()`` now, and again whenever it ends, until ``stop``."""
        self._tasks[name] = asyncio.create_task(self._keep(name, work), name=name)

    def reason(self, name: str) -> str | None:
        """Why this work stands still just now; None while it goes on."""
        task = self._tasks.get(name)
        if task is None:
            return "not started"
        return "stopped" if task.done() else self._down.get(name)

    async def stop(self) -> None:
        """End all work, and return when it has ended."""
        await end_tasks(*self._tasks.values(), patience=self._patience)

    async def _keep(self, name: str, work: Work) -> None:
        clock = asyncio.get_running_loop().time
        deaths, told = 0, ""
        while True:
            began = clock()
            self._down.pop(name, None)
            with _told_after(self._steady if told else None, name):
                fault = await _end(work)
            if clock() - began >= self._steady:
                deaths, told = 0, ""
            wait = min(self._longest, self._first * 2.0 ** min(deaths, 30))
            deaths += 1
            kind = type(fault).__name__ if fault else "it ended"
            self._down[name] = f"stopped: {kind}; starts again after {wait:g} s"
            if kind != told:  # one that dies again and again is told of once
                log.error("work stopped", exc_info=fault, extra={"work": name, "error": kind})
                told = kind
            await asyncio.sleep(wait)


@contextmanager
def _told_after(seconds: float | None, name: str) -> Iterator[None]:
    """Say that it goes on, if it still does then."""
    if seconds is None:
        yield
        return
    well = asyncio.get_running_loop().call_later(
        seconds, lambda: log.warning("work goes on: all is well again", extra={"work": name})
    )
    try:
        yield
    finally:
        well.cancel()


async def _end(work: Work) -> BaseException | None:
    """Do it until it ends; what it ended with. Raises CancelledError only if we are stopped."""
    try:
        await work()
    except asyncio.CancelledError as stray:
        if was_told_to_end():
            raise
        return stray  # of something it waited for
    except Exception as fault:
        if was_told_to_end():
            raise asyncio.CancelledError from fault
        return fault
    return None
