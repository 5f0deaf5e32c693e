"""Logs on stderr, one line an event, for people or as JSON.

Message text is never logged. Ours never passes it; but an exception's own words may quote a
value, SQL comes with its parameters and libraries debug whole frames. So an exception shows
its type and where, its words only if they are ours or the system's; and a library is heard
from ``warning`` up.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator

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


class Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items())
        at = self.formatTime(record, "%H:%M:%S")
        line = f"{at} {record.levelname.lower()} {record.name}: {record.getMessage()}{facts}"
        return "\n".join([line, *_story(record)])


class Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = {
            "at": iso(int(record.created * SECOND)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_facts(record),
        }
        if story := list(_story(record)):
            facts["exception"] = "\n".join(story)
        return json.dumps(facts, default=str)


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
