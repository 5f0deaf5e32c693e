"""A time to come, as people type it: "tomorrow 9", "in 3 hours", "fri", "next monday 14:00", "30m".

In their own zone, and in the language that is spoken: English is always understood as well.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from msgspec import Struct

from inbox.domain.language import N_, cldr, language, retold
from inbox.domain.times import DAY, HOUR, MINUTE, Micros, micros
from inbox.domain.zones import moment_there

FARTHEST: Final = 366 * DAY
LONGEST: Final = 60
"""Characters that are looked at."""
MORNING: Final = time(9)
"""When a day begins of which no time is said."""

# Words that mean the same stand between bars; a language may have any number of them.
_UNITS: Final = {
    MINUTE: N_("m|min|mins|minute|minutes"),
    HOUR: N_("h|hr|hrs|hour|hours"),
}
_LONG_UNITS: Final = {
    1: N_("d|day|days"),
    7: N_("w|wk|week|weeks"),
}
_DAYS: Final = {0: N_("today|tonight"), 1: N_("tomorrow|tmrw|tmr")}
_HOURS: Final = {
    9: N_("morning"),
    12: N_("noon|midday"),
    14: N_("afternoon"),
    18: N_("evening|tonight"),
}
_FILLERS: Final = N_("in|at|on|the|a|an|this")
_NEXT: Final = N_("next")
_WEEK: Final = N_("week")
_MONTH: Final = N_("month")

_SPAN: Final = re.compile(r"(\d{1,4})([^\W\d_]+)")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm|h)?")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class _Said(Struct):
    """What was understood as yet."""

    today: date
    now: time
    day: date | None = None
    hour: time | None = None
    next: bool = False
    weekday: int | None = None


def moment_typed(words: str, now: Micros, zone: str) -> Micros | None:
    """When that is; None: it is no time, is over, or is further than a year away."""
    tokens = [one for one in re.split(r"[\s,]+", words[:LONGEST].casefold()) if one]
    tokens = [one.rstrip(".") for one in tokens if one not in _meaning(_FILLERS)]
    if not tokens:
        return None
    local = moment_there(now, zone)
    found: Micros | None = None
    with suppress(ValueError, OverflowError):  # no day of the calendar, no hour of the day
        found = _span(tokens, now, local) or _day_and_hour(tokens, local)
    return found if found is not None and now < found <= now + FARTHEST else None


def _span(tokens: list[str], now: Micros, local: datetime) -> Micros | None:
    """ "3 hours", "30m", "2 days": from now on; of days, in the morning."""
    parts = tokens
    if len(tokens) == 1:
        found = _SPAN.fullmatch(tokens[0])
        parts = [*found.groups()] if found else ["1", *tokens]
    if len(parts) != 2 or not parts[0].isascii() or not parts[0].isdigit():
        return None
    count, unit = int(parts[0]), parts[1]
    for length, known in _UNITS.items():
        if unit in _meaning(known):
            return now + count * length
    for days, known in _LONG_UNITS.items():
        if unit in _meaning(known):
            return _at(local.date() + timedelta(days * count), MORNING, local)
    return None


def _day_and_hour(tokens: list[str], local: datetime) -> Micros | None:
    said = _Said(local.date(), local.time())
    left = list(tokens)
    while left:
        if not (_names_day(left, said) or _names_hour(left, said)):
            return None
    day, hour = _day(said), said.hour or MORNING
    if day is None:
        day = said.today if hour > said.now else said.today + timedelta(1)
    return _at(day, hour, local)


def _day(said: _Said) -> date | None:
    if said.weekday is None:
        return said.day
    ahead = (said.weekday - said.today.weekday()) % 7
    if said.next:
        monday = said.today + timedelta(7 - said.today.weekday())
        return monday + timedelta(said.weekday)
    over = said.hour is None or said.hour <= said.now
    return said.today + timedelta(ahead or (7 if over else 0))


def _names_day(left: list[str], said: _Said) -> bool:
    """Take what names a day from the front; whether there was something."""
    if said.day is not None or said.weekday is not None:
        return False
    word = left[0]
    if word in _meaning(_NEXT) and not said.next and len(left) > 1:
        return _names_next(left, said)
    for days, known in _DAYS.items():
        if word in _meaning(known):
            said.day = said.today + timedelta(days)
            if word not in _meaning(_HOURS[18]):
                left.pop(0)
            elif said.hour is None:
                left.pop(0)
                said.hour = time(18)
            return True
    if word in _weekdays():
        said.weekday = _weekdays()[left.pop(0)]
        return True
    return _names_date(left, said)


def _names_next(left: list[str], said: _Said) -> bool:
    following = left[1]
    if following in _meaning(_WEEK):
        said.day = said.today + timedelta(7 - said.today.weekday())
    elif following in _meaning(_MONTH):
        said.day = (said.today.replace(day=1) + timedelta(32)).replace(day=1)
    elif following in _weekdays():
        said.next, said.weekday = True, _weekdays()[following]
    else:
        return False
    del left[:2]
    return True


def _names_date(left: list[str], said: _Said) -> bool:
    if found := _ISO.fullmatch(left[0]):
        said.day = date(*map(int, found.groups()))
        del left[0]
        return True
    if len(left) < 2:
        return False
    for number, name in ((left[0], left[1]), (left[1], left[0])):
        if number.isascii() and number.isdigit() and len(number) <= 2 and name in _months():
            day = date(said.today.year, _months()[name], int(number))
            said.day = day if day >= said.today else day.replace(year=day.year + 1)
            del left[:2]
            return True
    return False


def _names_hour(left: list[str], said: _Said) -> bool:
    if said.hour is not None:
        return False
    word = left[0]
    for hour, known in _HOURS.items():
        if word in _meaning(known):
            said.hour = time(hour)
            del left[0]
            return True
    if len(left) > 1 and left[1] in ("am", "pm"):
        word += left.pop(1)
    found = _CLOCK.fullmatch(word)
    if found is None:
        return False
    said.hour = _hour(int(found[1]), int(found[2] or 0), found[3] or "")
    del left[0]
    return True


def _hour(hour: int, minute: int, half: str) -> time:
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def _at(day: date, hour: time, local: datetime) -> Micros:
    return micros(datetime.combine(day, hour, local.tzinfo))


def _meaning(known: str) -> frozenset[str]:
    """The words that mean it, in English and in what is spoken."""
    return _split(known) | _split(retold(known))


@cache
def _split(known: str) -> frozenset[str]:
    return frozenset(known.casefold().split("|"))


def _weekdays() -> dict[str, int]:
    return _calendar("en", "days") | _calendar(language().locale, "days")


def _months() -> dict[str, int]:
    return _calendar("en", "months") | _calendar(language().locale, "months")


@cache
def _calendar(locale: str, kind: str) -> dict[str, int]:
    return dict(_names(locale, kind))


def _names(locale: str, kind: str) -> Iterator[tuple[str, int]]:
    place = cldr(locale)
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated", "short"):
            for number, name in getattr(place, kind)[form].get(width, {}).items():
                yield name.casefold().rstrip("."), number
