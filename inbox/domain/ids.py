"""Our own ids: UUIDv7 (RFC 9562), so that they sort by the time they were made."""

import re
import secrets
from threading import Lock

from inbox.domain.times import Micros

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class _Ticks:
    """The 60 bits that order ids: milliseconds, then 1/4096 of one, never the same twice."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0

    def next(self, now: Micros) -> int:
        millis, micros = divmod(now, 1000)
        with self._lock:
            self._last = max(self._last + 1, millis << 12 | micros * 4096 // 1000)
            return self._last


_ticks = _Ticks()


def new_id(now: Micros) -> str:
    """A UUIDv7 greater than every one this process made before, whatever the clock does."""
    tick = _ticks.next(now)
    value = tick >> 12 << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_uuid(text: str) -> bool:
    """Whether this is a UUID as we write them: lower case, with hyphens."""
    return _CANONICAL.fullmatch(text) is not None
