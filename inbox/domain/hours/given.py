"""Business hours as people and programs write them, checked; and the same back again."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final, cast, get_type_hints

from msgspec import Struct

from inbox.domain.errors import Invalid
from inbox.domain.hours.shape import (
    ChannelHours,
    HolidayShape,
    KeptHours,
    OpeningShape,
    OpenState,
    WeekShape,
)
from inbox.domain.hours.week import (
    DAY_MINUTES,
    BusinessHours,
    Holiday,
    Opening,
    OpenPeriod,
    period_at,
)
from inbox.domain.language import N_, _
from inbox.domain.outgoing.texts import TEXT_LIMIT
from inbox.domain.placeholders import BY_ITSELF, check_placeholders, names_in
from inbox.domain.text import clip, scrub
from inbox.domain.times import Micros, iso
from inbox.domain.zones import UTC_ZONE, is_zone

DAYS: Final = tuple(get_type_hints(WeekShape))
"""As the shape calls them, from Monday."""
DAY_NAMES: Final = {
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
    "saturday": N_("Saturday"),
    "sunday": N_("Sunday"),
}
MOST_OPENINGS: Final = 6
MOST_HOLIDAYS: Final = 200
NAME_LIMIT: Final = 80
LONGEST_SILENCE: Final = 365

_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9])", re.ASCII)
_NOBODY: Final = ("agent.name", "agent.first_name")
"""Variables of whoever sends it: here it is nobody."""


class AutomaticTexts(Struct, frozen=True):
    """What a channel says by itself; empty: nothing. ``after_days``: see ``shape.Greeting``."""

    away: str = ""
    greeting: str = ""
    after_days: int | None = None

    def __bool__(self) -> bool:
        return bool(self.away or self.greeting)


SILENT: Final = AutomaticTexts()


def hours_given(given: Mapping[str, Any]) -> tuple[BusinessHours, AutomaticTexts]:
    """Of what has the fields of ``KeptHours``, each of its type; raises ``Invalid``."""
    zone = scrub(given.get("time_zone") or UTC_ZONE).strip()
    if not is_zone(zone):
        raise Invalid(
            "time_zone",
            _("“%(said)s” is no time zone: write one like Europe/Berlin.", said=clip(zone, 40)),
        )
    week = given.get("week")
    days = None if week is None else tuple(_day(day, week.get(day) or ()) for day in DAYS)
    hours = BusinessHours(zone, days, _holidays(given.get("holidays") or ()))
    greeting = given.get("greeting") or {}
    return hours, AutomaticTexts(
        _text("away", given.get("away") or {}),
        _text("greeting", greeting),
        _after(greeting.get("after_days")),
    )


def _day(day: str, given: Sequence[OpeningShape]) -> tuple[Opening, ...]:
    if len(given) > MOST_OPENINGS:
        raise Invalid(day, _("A day has at most %(most)s spans.", most=MOST_OPENINGS))
    found = sorted(_opening(day, one) for one in given)
    for one, following in pairwise(found):
        if following.start < one.last:
            words = _(
                "%(first)s and %(second)s overlap.",
                first=opening_words(one),
                second=opening_words(following),
            )
            raise Invalid(day, words)
    return tuple(found)


def _opening(day: str, given: OpeningShape) -> Opening:
    start, end = (_minute(day, written) for written in (given["opens"], given["closes"]))
    if start == DAY_MINUTES:
        start = 0
    end = end or DAY_MINUTES  # midnight, when a day ends
    if start == end:
        raise Invalid(
            day, _("It closes when it opens. All day is 00:00 to 24:00; closed is no time at all.")
        )
    return Opening(start, end)


def _minute(day: str, written: str) -> int:
    found = _CLOCK.fullmatch(written.strip())
    minute = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if minute > DAY_MINUTES:
        words = _("“%(said)s” is no time: write one like 09:30.", said=clip(written, 20))
        raise Invalid(day, words)
    return minute


def _holidays(given: Sequence[HolidayShape]) -> tuple[Holiday, ...]:
    if len(given) > MOST_HOLIDAYS:
        words = _("There are at most %(most)s holidays.", most=MOST_HOLIDAYS)
        raise Invalid("holidays", words)
    found = [_holiday(number, one) for number, one in enumerate(given)]
    return tuple(sorted(found, key=lambda one: (one.first, one.last, one.name)))


def _holiday(number: int, given: HolidayShape) -> Holiday:
    field = f"holidays.{number}"
    name = scrub(given.get("name", "")).strip()
    if len(name) > NAME_LIMIT:
        words = _("A holiday's name has at most %(limit)s characters.", limit=NAME_LIMIT)
        raise Invalid(field, words)
    first = _date(field, given.get("first", ""))
    last = _date(field, given.get("last") or first.isoformat())
    if last < first:
        raise Invalid(field, _("It ends before it begins."))
    if (last - first).days > 366:
        raise Invalid(field, _("A holiday lasts a year at most."))
    return Holiday(name, first, last, bool(given.get("yearly")))


def _date(field: str, written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        words = _("“%(said)s” is no day: write one like 2026-12-24.", said=clip(written, 20))
        raise Invalid(field, words) from None


def _text(field: str, given: Mapping[str, Any]) -> str:
    text = scrub(given.get("text") or "").replace("\r\n", "\n").strip()
    if len(text) > TEXT_LIMIT:
        words = _("It has at most %(limit)s characters.", limit=TEXT_LIMIT)
        raise Invalid(field, words)
    if any(name in _NOBODY for name in names_in(text)):
        words = _("No agent writes this, so there is no agent’s name to put in.")
        raise Invalid(field, words)
    check_placeholders(text, field, BY_ITSELF.keys())
    return text


def _after(days: int | None) -> int | None:
    if days is None or 1 <= days <= LONGEST_SILENCE:
        return days
    words = _("A silence lasts 1 to %(most)s days.", most=LONGEST_SILENCE)
    raise Invalid("after_days", words)


def clock_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def opening_words(opening: Opening) -> str:
    """As people write it, from its start to its end."""
    return f"{clock_of(opening.start)}–{clock_of(opening.end)}"


def hours_shape(hours: BusinessHours, texts: AutomaticTexts, at: Micros) -> ChannelHours:
    kept = kept_hours(hours, texts)
    return {
        "time_zone": hours.zone,
        "week": kept.get("week"),
        "holidays": kept.get("holidays", []),
        "away": kept.get("away"),
        "greeting": kept.get("greeting"),
        "now": state_shape(period_at(hours, at)),
    }


def state_shape(period: OpenPeriod) -> OpenState:
    since, until = (None if at is None else iso(at) for at in period[1:])
    return {"open": period.open, "since": since, "until": until}


def kept_hours(hours: BusinessHours, texts: AutomaticTexts) -> KeptHours:
    kept: KeptHours = {}
    if hours.zone != UTC_ZONE:
        kept["time_zone"] = hours.zone
    if hours.week is not None:
        week = {day: _shapes(openings) for day, openings in zip(DAYS, hours.week, strict=True)}
        kept["week"] = cast("WeekShape", week)
    if hours.holidays:
        kept["holidays"] = [_holiday_shape(one) for one in hours.holidays]
    if texts.away:
        kept["away"] = {"text": texts.away}
    if texts.greeting:
        kept["greeting"] = {"text": texts.greeting, "after_days": texts.after_days}
    return kept


def _shapes(openings: Sequence[Opening]) -> list[OpeningShape]:
    return [{"opens": clock_of(one.start), "closes": clock_of(one.end)} for one in openings]


def _holiday_shape(one: Holiday) -> HolidayShape:
    return {
        "name": one.name,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "yearly": one.yearly,
    }
