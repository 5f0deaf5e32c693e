"""Our own ids: UUIDv7 (RFC 9562), so that they sort by the time they were made."""

import re
import secrets
from threading import Lock

from inbox.domain.times import Micros

_DRAFT = 4096
_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class _Source:
    """What ids are made of: ticks that order them, and chance.

    The 60 bits of a tick are milliseconds, then 1/4096 of one, never the same twice. Chance
    comes in large drafts: each asking of the system lets another thread go first.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0
        self._draft = b""
        self._used = 0

    def next(self, now: Micros) -> tuple[int, int]:
        """A tick and 62 random bits."""
        millis, micros = divmod(now, 1000)
        with self._lock:
            self._last = max(self._last + 1, millis << 12 | micros * 4096 // 1000)
            if self._used == len(self._draft):
                self._draft, self._used = secrets.token_bytes(_DRAFT), 0
            used = self._used
            self._used = used + 8
            return self._last, int.from_bytes(self._draft[used : used + 8], "big") >> 2


_source = _Source()


def new_id(now: Micros) -> str:
    """A UUIDv7 greater than every one this process made before, whatever the clock does."""
    tick, chance = _source.next(now)
    value = tick >> 12 << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | chance
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def first_id(at: Micros) -> str:
    """No id of that millisecond or later is smaller, none from before is larger."""
    text = f"{max(at, 0) // 1000:012x}"
    return f"{text[:8]}-{text[8:]}-7000-8000-000000000000"


def made_at(known: str) -> Micros:
    """When the id was made, by the clock of who made it, to the millisecond."""
    return int(known[:8] + known[9:13], 16) * 1000


def is_uuid(text: str) -> bool:
    """Whether this is a UUID as we write them: lower case, with hyphens."""
    return _CANONICAL.fullmatch(text) is not None
