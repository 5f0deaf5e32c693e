"""What keeps a part of the server from its work: in words for who runs it, and once in the log."""

import asyncio
import errno
import logging
import time

from sqlalchemy.exc import TimeoutError as PoolTimeout

from inbox.storage.sqlite import Displaced

_SQLITE = {
    "SQLITE_BUSY": "the database is locked by another process",
    "SQLITE_LOCKED": "the database is locked by another process",
    "SQLITE_PROTOCOL": "the database is locked by another process",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "the database is read-only",
    "SQLITE_IOERR": "the disk fails",
    "SQLITE_CANTOPEN": "the database file cannot be opened",
    "SQLITE_NOMEM": "there is no memory left",
}
_POSTGRESQL = {
    "08": "the connection to the database was lost",
    "25006": "the database is read-only",
    "28": "the database does not let us in",
    "3D": "there is no such database",
    "40": "the database is too busy",
    "53": "the database is out of resources",
    "53100": "the disk of the database is full",
    "53300": "the database takes no more connections",
    "55": "the database is locked",
    "57": "the database is shutting down or starting up",
    "58": "the disk of the database fails",
}


_SYSTEM = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk fails",
}

_UNFORESEEN = "an error that was not foreseen"

REMINDER_SECONDS = 60.0


def passing(error: BaseException) -> bool:
    """Whether SQLite itself says that it cannot do it now, whatever was asked of it."""
    return _sqlite(error) is not None


def fault_reason(error: BaseException) -> str:
    """A sentence without what was asked: that may hold a customer's words."""
    found = _sqlite(error) or _postgresql(error)
    if found:
        return found
    if getattr(error, "connection_invalidated", False):
        return "the connection to the database was lost"
    if isinstance(error, PoolTimeout):
        return "all connections to the database are busy"
    if isinstance(error, TimeoutError):
        return "the database does not answer in time"
    if isinstance(error, Displaced):
        return str(error)
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, "the database cannot be reached")
    return f"{_UNFORESEEN}: {type(error).__name__}"


def headline(error: BaseException) -> str:
    """The same for who only wants to use the inbox: what is wrong, as a title."""
    words = fault_reason(error)
    unforeseen = words.startswith(_UNFORESEEN)
    return "The database is in trouble" if unforeseen else words[:1].upper() + words[1:]


def _sqlite(error: BaseException) -> str | None:
    name = str(getattr(_cause(error), "sqlite_errorname", ""))
    return next((words for code, words in _SQLITE.items() if name.startswith(code)), None)


def _postgresql(error: BaseException) -> str | None:
    cause = _cause(error)
    state = str(getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or "")
    fitting = [code for code in _POSTGRESQL if state.startswith(code)]
    return _POSTGRESQL[max(fitting, key=len)] if fitting else None


def _cause(error: BaseException) -> BaseException:
    """The driver's own error, which SQLAlchemy wraps."""
    return getattr(error, "orig", None) or error


class Fault:
    """A trouble that begins, lasts and ends: logged at its two ends, and each minute between.

    ``lasting``: for what nobody tries again by itself; so many seconds without another, it is over.
    """

    def __init__(self, log: logging.Logger, what: str, lasting: float | None = None) -> None:
        self._log, self._what, self._lasting = log, what, lasting
        self._said_at = 0.0
        self._end: asyncio.TimerHandle | None = None
        self.reason: str | None = None

    def met(self, error: BaseException, words: str = "") -> None:
        """``words``: what it means, where it is not the database that failed."""
        words, now = words or fault_reason(error), time.monotonic()
        new = self.reason != words
        if new or now - self._said_at > REMINDER_SECONDS:
            self._said_at = now
            # Where nobody foresaw it, it may be a mistake of ours: the traceback says of whom.
            story = error if new and words.startswith(_UNFORESEEN) else None
            self._log.warning("%s: %s", self._what, words, exc_info=story)
        self.reason = words
        if self._lasting is not None:
            self._no_end()
            self._end = asyncio.get_running_loop().call_later(self._lasting, self.over)

    def over(self) -> None:
        self._no_end()
        if self.reason is not None:
            self._log.warning("%s: all is well again", self._what)
        self.reason = None

    def _no_end(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
