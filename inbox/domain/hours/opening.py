"""When somebody is there again, in words for who is told so."""

from datetime import timedelta
from typing import Final

from inbox.domain.formatting import clock_there
from inbox.domain.hours.week import BusinessHours, period_at
from inbox.domain.language import _
from inbox.domain.times import Micros
from inbox.domain.zones import moment_there

SOON: Final = timedelta(days=7)
"""So long a day of the week is enough to say which day is meant."""


def opens_again(hours: BusinessHours, at: Micros) -> str | None:
    """By the clock of its zone: Monday 09:00. None while it is open, or if it never opens."""
    period = period_at(hours, at)
    if period.open or period.until is None:
        return None
    moment, now = (moment_there(one, hours.zone) for one in (period.until, at))
    style = "weekday" if moment.date() - now.date() < SOON else "list"
    day, time = (clock_there(moment, one) for one in (style, "time"))
    return _("%(day)s %(time)s", day=day, time=time)
