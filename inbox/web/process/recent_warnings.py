"""What the log complained of lately, for the status page: a few lines, each once with its number.

Only our own words, ids and the kind of an exception are kept: what libraries say may quote.
"""

import logging
import re
from typing import Final

from msgspec import Struct

from inbox.domain.times import SECOND, Micros

KEPT: Final = 50
WORDS: Final = 200
_FACTS: Final = ("channel_id", "entry_id", "message_id", "code", "route", "status", "number")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


class Complaint(Struct):
    """The same words again count up; ``facts`` are those of the last time."""

    level: str
    words: str
    facts: dict[str, str]
    first_at: Micros
    last_at: Micros
    times: int = 1


class Complaints(logging.Handler):
    """Remembers warnings and worse, the latest last."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._kept: dict[tuple[str, str], Complaint] = {}

    def emit(self, record: logging.LogRecord) -> None:
        at = int(record.created * SECOND)
        words = _words(record)
        facts = {name: str(getattr(record, name)) for name in _FACTS if hasattr(record, name)}
        complaint = self._kept.pop((record.name, words), None)
        if complaint is None:
            complaint = Complaint(record.levelname.lower(), words, facts, at, at)
        else:
            complaint.facts, complaint.last_at = facts, at
            complaint.times += 1
        self._kept[record.name, words] = complaint
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def latest(self) -> list[Complaint]:
        """The newest first."""
        self.acquire()
        try:
            return list(reversed(self._kept.values()))
        finally:
            self.release()


def _words(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] == "inbox":
        words = record.getMessage()
    else:
        # Before its values are put in, and not asyncio's, which come put in.
        words = f"{record.name}: {str(record.msg).partition(chr(10))[0]}"
        if "Exception in callback" in words:
            words = f"{record.name}: an exception in a callback"
    kind = record.exc_info[0] if record.exc_info else None
    told = f"{words} ({kind.__name__})" if kind else words
    return _CONTROL.sub(" ", told)[:WORDS]
