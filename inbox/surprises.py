"""Mistakes of our own that spoil one thing and stop nothing: told once a kind, and counted.

What our code does not foresee can be sent on purpose, again and again. So the log has one
traceback for each kind of mistake and then only numbers, what is remembered is bounded, and
``/health`` says so no longer than it lasts.
"""

import asyncio
import logging
import time
from pathlib import PurePath
from typing import Final

from msgspec import Struct

LASTING_SECONDS: Final = 900.0
"""So long without another, it is over."""
REMINDER_SECONDS: Final = 900.0
MOST_KINDS: Final = 50
"""Kinds that are told apart; all others count together."""

Kind = tuple[str, str]
_OTHERS: Final[Kind] = ("others", "")


class _Told(Struct):
    said_at: float
    more: int = 0
    """How many came since it was said."""


class Surprises:
    """``what`` happens by such a mistake, as a phrase: "a webhook is not applied"."""

    def __init__(self, log: logging.Logger, what: str, lasting: float = LASTING_SECONDS) -> None:
        self._log, self._what, self._lasting = log, what, lasting
        self._told: dict[Kind, _Told] = {}
        self._end: asyncio.TimerHandle | None = None
        self._last = ""
        self.times = 0
        """How often, since it was well."""

    @property
    def reason(self) -> str | None:
        """For ``/health``; None when there was none lately."""
        if not self.times:
            return None
        return f"{self._what}: a mistake of ours ({self._last}), {self.times} × lately"

    def met(self, error: BaseException, **facts: object) -> None:
        """Tell it, unless its kind was told; ``facts`` go into the log beside it, so ids only."""
        self.times += 1
        self._last = type(error).__name__
        kind = kind_of(error)
        if kind not in self._told and len(self._told) >= MOST_KINDS:
            kind = _OTHERS
        self._tell(kind, error, facts)
        self._lasts()

    def over(self) -> None:
        """All is well: said once, if it was not."""
        if self._end is not None:
            self._end.cancel()
            self._end = None
        if self.times:
            self._log.warning("%s: all is well again", self._what)
        self.times = 0
        self._told.clear()

    def _tell(self, kind: Kind, error: BaseException, facts: dict[str, object]) -> None:
        now, told = time.monotonic(), self._told.get(kind)
        if told is None:
            self._told[kind] = _Told(now)
            self._log.error(self._what, exc_info=error, extra=facts)
            return
        told.more += 1
        if now - told.said_at > REMINDER_SECONDS:
            more = facts | {"error": kind[0], "place": kind[1], "more": told.more}
            self._log.error("%s, as before", self._what, extra=more)
            self._told[kind] = _Told(now)

    def _lasts(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = asyncio.get_running_loop().call_later(self._lasting, self.over)


def kind_of(error: BaseException) -> Kind:
    """What was raised, and in which line of which file: it quotes nothing of what was read."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return type(error).__name__, ""
    return type(
        error
    ).__name__, f"{PurePath(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
