"""Business hours in words and as a picture: what is open now, and the week at a glance."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from inbox.domain.formatting import clock_there
from inbox.domain.hours.given import DAY_NAMES, clock_of
from inbox.domain.hours.opening import SOON
from inbox.domain.hours.week import DAY_MINUTES, BusinessHours, Opening, period_at
from inbox.domain.language import _
from inbox.domain.times import Micros
from inbox.domain.zones import moment_there


def open_words(hours: BusinessHours, at: Micros) -> str:
    """Whether it is open, and until when, by the clocks of its zone."""
    period = period_at(hours, at)
    if period.until is None:
        if not period.open:
            return _("Closed now, and no time is set at which it opens")
        return _("Always open") if period.since is None else _("Open now")
    moment, now = (moment_there(one, hours.zone) for one in (period.until, at))
    time, away = clock_there(moment, "time"), moment.date() - now.date()
    if not away:
        sentence = _("Open now, closes at %(time)s", time=time)
        return sentence if period.open else _("Closed now, opens at %(time)s", time=time)
    day = clock_there(moment, "weekday" if away < SOON else "list")
    if period.open:
        return _("Open now, closes on %(day)s at %(time)s", day=day, time=time)
    return _("Closed now, opens on %(day)s at %(time)s", day=day, time=time)


class DayView(NamedTuple):
    """A line of the week: ``today`` is where it is now."""

    name: str
    words: str
    bar: Markup
    today: bool


def week_view(hours: BusinessHours, at: Micros) -> list[DayView]:
    """As it is without holidays; empty where all days are alike."""
    week = hours.week
    if week is None:
        return []
    now = moment_there(at, hours.zone)
    return [
        DayView(
            _(name),
            _spans_in_words(week[number]),
            _bar(week[number], week[number - 1]),
            now.weekday() == number,
        )
        for number, name in enumerate(DAY_NAMES.values())
    ]


def _spans_in_words(openings: Sequence[Opening]) -> str:
    if not openings:
        return _("Closed")
    if openings[0].last - openings[0].start == DAY_MINUTES:
        return _("All day")
    return ", ".join(f"{clock_of(one.start)} – {clock_of(one.end)}" for one in openings)


def _bar(today: Sequence[Opening], before: Sequence[Opening]) -> Markup:
    """The day from midnight to midnight, with what is left of the night before."""
    left = [Opening(0, one.last - DAY_MINUTES) for one in before if one.last > DAY_MINUTES]
    rects = Markup("").join(
        Markup('<rect x="{}" width="{}" height="8"/>').format(
            one.start, min(one.last, DAY_MINUTES) - one.start
        )
        for one in (*left, *today)
    )
    return Markup(
        '<svg class="day-bar" viewBox="0 0 {} 8" preserveAspectRatio="none"'
        ' aria-hidden="true">{}</svg>'
    ).format(DAY_MINUTES, rects)
