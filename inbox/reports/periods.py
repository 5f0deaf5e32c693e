"""From when until when a report counts, in the time zone of each channel."""

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.times import Micros, when
from inbox.domain.zones import day_of, month_of, start_of

LONGEST: Final = timedelta(days=1_100)
"""Three years; a report reads all of its time."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EARLIEST: Final = date(2000, 1, 1)

Edge = date | Micros | None
"""A day as it begins in a channel's zone, one moment everywhere, or nothing said."""


class Period(NamedTuple):
    """``until`` is the first that does not belong to it."""

    since: Edge = None
    until: Edge = None

    def within(self, zone: str, now: Micros) -> tuple[Micros, Micros]:
        """In microseconds. What is not said is this month, as far as it has come."""
        since, until = self.since, self.until
        if since is None:
            since = month_of(day_of(now, zone))[0]
        start = start_of(since, zone) if isinstance(since, date) else since
        end = now + 1 if until is None else until
        return start, start_of(end, zone) if isinstance(end, date) else end


def period(since: str, until: str, now: Micros) -> Period:
    """As a query says it, by days or times of ISO 8601; raises ``Invalid``."""
    found = Period(_edge("since", since, now), _edge("until", until, now))
    start, end = found.within("UTC", now)
    if end <= start:
        raise Invalid("until", _("until has to be later than since."))
    if end - start > LONGEST.total_seconds() * 1_000_000:
        raise Invalid("since", _("A report is of three years at most."))
    return found


def _edge(field: str, words: str, now: Micros) -> Edge:
    if not words:
        return None
    if _DAY.fullmatch(words):
        try:
            day = date.fromisoformat(words)
        except ValueError:
            day = date.min
        # A day that is not over yet ends in the future, also where it ends later than here.
        if _EARLIEST <= day <= day_of(now, "UTC") + timedelta(days=400):
            return day
    elif (at := when(words, now)) is not None:
        return at
    raise Invalid(
        field, _("%(field)s is a day like 2026-11-01 or a time of ISO 8601.", field=field)
    )
