"""Days as they are in a time zone. An account is billed by its own, whoever looks at it.

Statements know microseconds only. What they group by days is asked for in ``spans``, within each
of which the clocks of the zone are not put forward or back.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from inbox.domain.times import DAY, SECOND, Micros, micros

UTC_ZONE: Final = "UTC"
_EPOCH: Final = date(1970, 1, 1)


class Span(NamedTuple):
    """From ``start`` until before ``end``; ``offset`` is what local time is ahead of UTC."""

    start: Micros
    end: Micros
    offset: Micros


@cache
def zone_names() -> tuple[str, ...]:
    """Those that people may choose from, as ``Europe/Berlin``."""
    places = (name for name in available_timezones() if "/" in name)
    return (UTC_ZONE, *sorted(name for name in places if not name.startswith(_NO_PLACES)))


_NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Mideast/")


def is_zone(name: str) -> bool:
    return name in zone_names()


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    return UTC if name == UTC_ZONE else ZoneInfo(name)


def day_of(at: Micros, zone: str) -> date:
    return datetime.fromtimestamp(at // SECOND, _zone(zone)).date()


def minute_of_day(at: Micros, zone: str) -> int:
    """By the clock on the wall there, also on a day when it is put forward or back."""
    local = datetime.fromtimestamp(at // SECOND, _zone(zone))
    return local.hour * 60 + local.minute


def start_of(day: date, zone: str) -> Micros:
    """When that day begins there."""
    return micros(datetime.combine(day, time(), _zone(zone)))


def moment_there(at: Micros, zone: str) -> datetime:
    """As a clock and a calendar show it there."""
    return datetime.fromtimestamp(at // SECOND, _zone(zone))


def minute_of(day: date, minute: int, zone: str, *, again: bool = False) -> Micros:
    """When that minute of the day is there, as clocks show it; it may be on the next day.

    One that clocks show twice is the first, or ``again`` the second. One that they leave out is
    the moment at which they are put forward.
    """
    shown = datetime.combine(day, time(), _zone(zone)) + timedelta(minutes=minute)
    first, second = (micros(shown.replace(fold=fold)) for fold in (0, 1))
    if first > second:
        return _change(second, first, zone)
    return second if again else first


def month_of(day: date) -> tuple[date, date]:
    """The first day of its month, and that of the next."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def spans(start: Micros, end: Micros, zone: str) -> Iterator[Span]:
    """All of that time, cut where the offset from UTC changes."""
    while start < end:
        offset = _offset(start, zone)
        until = start
        while until < end and _offset(until, zone) == offset:
            until = min(until + DAY, end)
        if _offset(until - 1, zone) != offset:
            until = _change(max(start, until - DAY), until, zone)
        yield Span(start, until, offset)
        start = until


def _change(before: Micros, after: Micros, zone: str) -> Micros:
    """The first moment with another offset. Clocks are put right at a whole second."""
    offset, low, high = _offset(before, zone), before // SECOND, -(-after // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle * SECOND, zone) == offset:
            low = middle
        else:
            high = middle
    return high * SECOND


def _offset(at: Micros, zone: str) -> Micros:
    ahead = datetime.fromtimestamp(at // SECOND, _zone(zone)).utcoffset() or timedelta()
    return round(ahead.total_seconds()) * SECOND


def numbered(day: int) -> date:
    """The day of this number: what (time + offset) // a day comes to."""
    return _EPOCH + timedelta(days=day)
