"""Logs on stderr, one line an event, for people or as JSON.

Every line says when, how bad, who and what happened; ids come beside it as facts of their own.
Message text is never logged. Ours never passes it; but an exception's own words may quote a
value, SQL comes with its parameters and libraries debug whole frames. So an exception shows
its type and where, its words only if they are ours or the system's; and a library is heard
from ``warning`` up.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType

from inbox.config import LogFormat, LogLevel
from inbox.domain.times import SECOND, iso

_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


def configure(level: LogLevel, form: LogFormat) -> None:
    """Once, at the start of a server."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Console())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("inbox").setLevel(level.upper())
    logging.captureWarnings(True)
    logging.getLogger("uvicorn.error").addFilter(no_fault_of_ours)


def no_fault_of_ours(record: logging.LogRecord) -> bool:
    """uvicorn tells with a whole traceback that a client sent no UTF-8: a line will do."""
    if record.getMessage().startswith("Invalid UTF-8 sequence"):
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
    return True


def catch_the_rest() -> None:
    """What nobody catches is logged like all else: Python itself would print its words."""
    sys.excepthook = lambda *what: _uncaught("the process ends", what)
    threading.excepthook = lambda left: _uncaught(
        "a thread ended", (left.exc_type, left.exc_value or left.exc_type(), left.exc_traceback)
    )
    sys.unraisablehook = lambda left: _uncaught(
        "an exception was ignored",
        (left.exc_type, left.exc_value or left.exc_type(), left.exc_traceback),
    )


def _uncaught(
    event: str, what: tuple[type[BaseException], BaseException, TracebackType | None]
) -> None:
    if issubclass(what[0], KeyboardInterrupt):
        return
    logging.getLogger("inbox").critical(event, exc_info=what)


class Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={_plain(value)}" for name, value in _facts(record).items())
        at = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
        line = f"{at} {record.levelname.lower()} {record.name}: {event(record)}{facts}"
        return "\n".join([line, *_story(record)])


class Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = {
            "at": iso(int(record.created * SECOND)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event(record),
            **_facts(record),
        }
        if story := list(_story(record)):
            facts["exception"] = "\n".join(story)
        return json.dumps(facts, default=str)


_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_CALLBACK = re.compile(r"(?<=^Exception in callback).*")


def event(record: logging.LogRecord) -> str:
    """What happened, on one line, without values that a library put into its own words."""
    words = record.getMessage()
    if record.name.partition(".")[0] != "inbox":
        # asyncio goes on with the reprs of tasks, results and arguments.
        words = _CALLBACK.sub("", words.partition("\n")[0])
    return _plain(words)


def _plain(value: object) -> str:
    """Nothing that looks like a line of its own."""
    return _LINE_BREAKS.sub(" ", str(value))


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """What was passed as ``extra``."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def _story(record: logging.LogRecord) -> Iterator[str]:
    """The exception and what it came from, the first cause last, without quoted values."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        yield f"{type(error).__module__}.{type(error).__qualname__}{_words(error)}"
        yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _words(error: BaseException) -> str:
    ours = type(error).__module__.startswith("inbox.") or isinstance(error, OSError)
    return f": {error}" if ours else ""
