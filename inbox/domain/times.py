"""Time as the whole program keeps it: an integer of microseconds since 1970, UTC.

Integers compare and sort alike in Python, SQLite and PostgreSQL; a ``DateTime`` column
comes back without its zone on SQLite.
"""

import math
import re
import time
from datetime import UTC, datetime
from functools import lru_cache

Micros = int

MILLISECOND: Micros = 1_000
SECOND: Micros = 1_000_000
MINUTE: Micros = 60 * SECOND
HOUR: Micros = 60 * MINUTE
DAY: Micros = 24 * HOUR

_MILLISECONDS_FROM = 100_000_000_000
_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", re.ASCII)


def now() -> Micros:
    """The wall clock. The core takes the time as an argument; only its callers ask here."""
    return time.time_ns() // 1000


def whole_second(at: Micros) -> Micros:
    """The second it belongs to: what WhatsApp's own times say.

    Threads sort by it and then by arrival: so a question stands before the answer of the same
    second, although only our clock knows of the part of a second in between.
    """
    return at - at % SECOND


def iso(at: Micros) -> str:
    """``2026-01-01T12:00:00.123Z``: what the API and the feed say."""
    seconds, micros = divmod(at, SECOND)
    return f"{_iso_second(seconds)}.{micros // 1000:03d}Z"


@lru_cache(maxsize=1024)
def _iso_second(seconds: int) -> str:
    """An event names the same few seconds many times over."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


def when(value: object, now: Micros) -> Micros | None:
    """A provider's idea of a time, or None if it is no usable one.

    Seconds or milliseconds as number or digits, or ISO 8601 with date and time (no zone
    means UTC). Before 1970, or more than a day ahead of ``now``, is a lying clock: None.
    """
    try:
        at = _read(value)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at is not None and 0 < at <= now + DAY else None


def _read(value: object) -> Micros | None:
    if isinstance(value, str):
        text = value.strip()
        if _DIGITS.fullmatch(text):
            value = int(text)
        elif _ISO.match(text):
            moment = datetime.fromisoformat(text)
            return micros(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not math.isfinite(value) or value <= 0:
        return None
    seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
    return micros(datetime.fromtimestamp(seconds, UTC))


def moment_of(text: str) -> Micros | None:
    """ISO 8601 with date, time and zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip()) if _ISO.match(text.strip()) else None
        return micros(moment) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def micros(moment: datetime) -> Micros:
    """An aware ``datetime`` as microseconds."""
    return round(moment.timestamp() * SECOND)
