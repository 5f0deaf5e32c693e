"""Mistakes of ours that no part tells by its own check: what the log has, ``/health`` says.

Whatever is logged with a traceback, by us or by what runs our code, is heard here: so whoever
catches everything need only log it. What parts tell themselves (`Surprises`, the supervisor) is
left to them, and a database or network that is away is no mistake.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

from inbox.storage.database import FAULTS
from inbox.surprises import LASTING_SECONDS

_OURS: Final = ("inbox", "asyncio", "uvicorn")
"""Roots of loggers: the last two tell what nobody of ours has caught."""
_TELL_THEMSELVES: Final = ("surprises", "supervisor")


class Unforeseen(logging.Handler):
    """Heard in any thread; a reason that is read is one of a moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(logging.ERROR)
        self._clock = clock
        self._times, self._last, self._until = 0, "", 0.0

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or isinstance(error, FAULTS) or record.module in _TELL_THEMSELVES:
            return
        if record.name.partition(".")[0] not in _OURS:
            return
        times = self._times if self.reason else 0
        self._times, self._last = times + 1, type(error).__name__
        self._until = self._clock() + LASTING_SECONDS

    @property
    def reason(self) -> str | None:
        """For ``/health``; None where there was none lately."""
        if self._clock() >= self._until:
            return None
        return f"a mistake of ours ({self._last}), {self._times} × lately: the log has it"
