"""Times, durations, sizes and lists as people of the language that is spoken write them.

Numbers are ``language.number``. What is asked for with every row of a list is remembered: CLDR's
patterns are read for each call otherwise.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, Literal

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

from inbox.domain.language import _, cldr, language, number

_TO_THE_MINUTE: Final = 16
"""Characters of an ISO 8601 time."""
_SECONDS: Final = frozenset({"exact"})

TimeFormat = Literal["auto", "24h", "12h"]
_times: ContextVar[TimeFormat] = ContextVar("times", default="auto")
_SKELETONS: Final = {"24h": ("Hm", "Hms"), "12h": ("hm", "hms")}


def show_clock(times: TimeFormat) -> None:
    """From now on, in what is being answered; ``auto``: as usual in the language."""
    _times.set(times)


def clock_shown() -> TimeFormat:
    return _times.get()


def clock(value: str, style: str) -> str:
    """An ISO 8601 time in UTC, for a page without scripts: times.js puts in the reader's zone.

    ``style``: ``time``, ``day``, ``weekday``, ``list``, ``moment``, ``exact`` or ``full``.
    """
    if value.endswith("Z") and style not in _SECONDS:
        value = f"{value[:_TO_THE_MINUTE]}Z"  # the messages of a minute are one
    return _clock(value, style, language().locale, _times.get())


def clock_there(moment: datetime, style: str) -> str:
    """An aware time as clocks show it where it is meant: of something that is in one place."""
    locale = language().locale
    pattern = _patterns(locale, _times.get())[style]
    return format_datetime(moment, pattern, locale=cldr(locale))


@lru_cache(maxsize=8192)
def _clock(value: str, style: str, locale: str, times: TimeFormat) -> str:
    at = datetime.fromisoformat(value).astimezone(UTC)
    return format_datetime(at, _patterns(locale, times)[style], locale=cldr(locale))


@lru_cache
def _patterns(locale: str, times: TimeFormat) -> dict[str, str]:
    place = cldr(locale)
    if times == "auto":
        time, seconds = (place.time_formats[name].pattern for name in ("short", "medium"))
    else:
        time, seconds = (_skeleton(place, name) for name in _SKELETONS[times])
    day, dated = (_skeleton(place, name) for name in ("MMMd", "yMMMd"))
    # Babel's own form of "{1}, {0}", whose names no type knows.
    joined = str(place.datetime_formats["medium"])
    return {
        "time": time,
        "day": place.date_formats["full"].pattern,
        "weekday": "EEEE",
        "list": day,
        "moment": _join(joined, day, time),
        "exact": _join(joined, day, seconds),
        "full": _join(joined, dated, f"{time} 'UTC'"),
    }


def _skeleton(place: Locale, name: str) -> str:
    return str(place.datetime_skeletons[name].pattern)


def calendar_day(value: str) -> str:
    """A day as ``2026-11-30``, which is the same in every zone."""
    place = cldr(language().locale)
    return format_date(date.fromisoformat(value), _skeleton(place, "yMMMd"), locale=place)


def quantity(value: float) -> str:
    """A number that somebody noted, with all of its digits."""
    return format_decimal(value, "#,##0.###############", cldr(language().locale))


def _join(form: str, date: str, time: str) -> str:
    return form.replace("{1}", date).replace("{0}", time)


def lasting(seconds: float) -> str:
    """How long: 4 s, 12 min, 3 h 5 min, 2 d 4 h."""
    whole = int(seconds)
    if whole < 60:
        return _("%(number)s s", number=number(whole))
    days, hours, minutes = whole // 86400, whole // 3600 % 24, whole // 60 % 60
    said = [
        _("%(number)s d", number=number(days)) if days else "",
        _("%(number)s h", number=number(hours)) if hours else "",
        _("%(number)s min", number=number(minutes)) if minutes else "",
    ]
    return " ".join([part for part in said if part][:2])


def millis(duration: float) -> str:
    """How long something took, from milliseconds: 0.4 ms, 12 ms, 3.2 s."""
    if duration < 1000:
        digits = 1 if duration < 10 else 0
        return _("%(number)s ms", number=number(duration, digits))
    return _("%(number)s s", number=number(duration / 1000, 1))


def size(count: int) -> str:
    """Bytes as people say them: 812 bytes, 3 KB, 1.2 MB."""
    if count < 1000:
        return _("%(number)s bytes", number=number(count))
    if count < 1_000_000:
        return _("%(number)s KB", number=number(round(count / 1000)))
    return _("%(number)s MB", number=number(count / 1_000_000, 1))


def enumerated(items: Iterable[str]) -> str:
    """Several things in a row: a, b and c."""
    return format_list(list(items), locale=cldr(language().locale))
