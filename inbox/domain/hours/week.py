"""When a team is there: spans of each day of the week in a time zone, but for holidays.

A span belongs to the day on which it begins, and may end on the next: a holiday takes away what
begins on it, and nothing of what began the evening before.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct

from inbox.domain.times import MINUTE, Micros
from inbox.domain.zones import UTC_ZONE, day_of, minute_of

DAY_MINUTES: Final = 24 * 60
_CLOSED_DAYS: Final = 366
_OPEN_DAYS: Final = 14
"""So far somebody looks for the next change of what is closed, or open; then there is none."""


class Opening(NamedTuple):
    """Minutes of a day. An ``end`` that is not after ``start`` is on the next day."""

    start: int
    end: int

    @property
    def last(self) -> int:
        """The end, counted from the start of the day on which it begins."""
        return self.end if self.end > self.start else self.end + DAY_MINUTES


class Holiday(NamedTuple):
    """From ``first`` to ``last``, both included; one that comes ``yearly`` may go into January."""

    name: str
    first: date
    last: date
    yearly: bool = False

    def is_on(self, day: date) -> bool:
        if not self.yearly:
            return self.first <= day <= self.last
        first, this, last = ((one.month, one.day) for one in (self.first, day, self.last))
        return first <= this <= last if first <= last else this >= first or this <= last


class BusinessHours(Struct, frozen=True):
    """``week`` has the spans of Monday and what follows; None: open all day, every day."""

    zone: str = UTC_ZONE
    week: tuple[tuple[Opening, ...], ...] | None = None
    holidays: tuple[Holiday, ...] = ()

    def on(self, day: date) -> tuple[Opening, ...]:
        """What begins on that day."""
        if any(holiday.is_on(day) for holiday in self.holidays):
            return ()
        return _ALL_DAY if self.week is None else self.week[day.weekday()]


_ALL_DAY: Final = (Opening(0, DAY_MINUTES),)
ALWAYS: Final = BusinessHours()


class OpenPeriod(NamedTuple):
    """A time through which it is open, or closed. ``since`` and ``until``: None is beyond reach."""

    open: bool
    since: Micros | None
    until: Micros | None


_NEVER_ENDING: Final = OpenPeriod(open=True, since=None, until=None)


def period_at(hours: BusinessHours, at: Micros) -> OpenPeriod:
    """Hours are whole minutes, so each minute is looked at once."""
    if hours.week is None and not hours.holidays:
        return _NEVER_ENDING
    return _period(hours, at - at % MINUTE)


@lru_cache(maxsize=4_096)
def _period(hours: BusinessHours, at: Micros) -> OpenPeriod:
    if _span_with(hours, at) is not None:
        return OpenPeriod(True, _opened(hours, at), _closes(hours, at))
    return OpenPeriod(False, _closed(hours, at), _opens(hours, at))


def _span_with(hours: BusinessHours, at: Micros) -> tuple[Micros, Micros] | None:
    today = day_of(at, hours.zone)
    for day in (today - timedelta(days=1), today):
        for start, end in _spans_of(hours, day):
            if start <= at < end:
                return start, end
    return None


def _spans_of(hours: BusinessHours, day: date) -> Iterator[tuple[Micros, Micros]]:
    """A time that comes twice begins a span the first time, and ends it the second."""
    for opening in hours.on(day):
        start = minute_of(day, opening.start, hours.zone)
        end = minute_of(day, opening.last, hours.zone, again=True)
        if start < end:  # all of it may be in an hour that is left out
            yield start, end


def _closes(hours: BusinessHours, at: Micros) -> Micros | None:
    """Where the next span follows at once, that one's end."""
    end = at
    for _ in range(_OPEN_DAYS):
        span = _span_with(hours, end)
        if span is None:
            return end
        end = span[1]
    return None


def _opened(hours: BusinessHours, at: Micros) -> Micros | None:
    start = at
    span = _span_with(hours, at)
    for _ in range(_OPEN_DAYS):
        if span is None:
            return start
        start = span[0]
        span = _span_with(hours, start - MINUTE)
    return None


def _opens(hours: BusinessHours, at: Micros) -> Micros | None:
    today = day_of(at, hours.zone)
    for number in range(_CLOSED_DAYS):
        day = today + timedelta(days=number)
        later = [start for start, _ in _spans_of(hours, day) if start > at]
        if later:
            return min(later)
    return None


def _closed(hours: BusinessHours, at: Micros) -> Micros | None:
    today = day_of(at, hours.zone)
    for number in range(_CLOSED_DAYS):
        day = today - timedelta(days=number)
        ended = [
            end
            for began in (day, day - timedelta(days=1))
            for _, end in _spans_of(hours, began)
            if end <= at
        ]
        if ended:
            return max(ended)
    return None
