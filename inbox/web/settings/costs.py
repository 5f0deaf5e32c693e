"""Settings: what messages cost, as a report."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from litestar import Response, get
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _, number
from inbox.domain.public import CostRow
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.domain.zones import day_of, month_of
from inbox.reports.cost import WAYS, Account, By, accounts, cost_report
from inbox.reports.periods import Period, period
from inbox.storage.database import Connection
from inbox.web.context import app_of
from inbox.web.http.guard import SUPERVISOR
from inbox.web.http.rendering import own_page
from inbox.web.present.bars import Bar, bars
from inbox.web.present.costs import csv_of, row_name

Request = HTMXRequest

LABELS: Final[dict[By, str]] = {
    "category": N_("Category"),
    "channel": N_("Channel"),
    "country": N_("Country"),
    "agent": N_("Agent"),
    "template": N_("Template"),
    "day": N_("Day"),
    "month": N_("Month"),
}
"""By what a page counts, in the order in which it is offered."""
MOST_ROWS: Final = 500
MOST_DAYS: Final = 92
"""Of more a chart would be hair."""


class Total(NamedTuple):
    """What all of it comes to in one currency."""

    currency: str | None
    amount: str


class CostFilter(NamedTuple):
    """The filter; ``last`` is the last day that belongs to it."""

    first: str
    last: str
    by: By
    channel: str


class Found(NamedTuple):
    rows: list[CostRow]
    days: list[CostRow]
    channels: list[Account]


@get("/settings/costs", opt=SUPERVISOR, include_in_schema=False)
async def costs(request: Request) -> HTMXTemplate:
    at = app_of(request)
    now = at.now()
    asked = _asked(request, now)
    try:
        time = _period(asked, now)
        found = await at.database.read(_found, time, asked, now)
        problem = ""
    except (Invalid, ValueError) as wrong:
        found = Found([], [], await at.database.read(accounts))
        problem = str(wrong) if isinstance(wrong, Invalid) else _("That is no day.")
    return own_page(
        request,
        "settings/costs.html",
        422 if problem else 200,
        given=asked,
        problem=problem,
        ways=LABELS,
        rows=[{**row, "name": row_name(asked.by, row)} for row in found.rows[:MOST_ROWS]],
        more=len(found.rows) > MOST_ROWS,
        channels=found.channels,
        billed=sum(row["billed"] for row in found.rows),
        free=sum(row["free"] for row in found.rows),
        unpriced=sum(row["unpriced"] for row in found.rows),
        totals=_totals(found.rows),
        chart=_chart(found.days, asked),
    )


def _asked(request: Request, now: Micros) -> CostFilter:
    query = {name: scrub(value) for name, value in request.query_params.items()}
    first, following = month_of(day_of(now, "UTC"))
    by: By = next((way for way in WAYS if way == query.get("by")), "category")
    last = query.get("last") or min(following - timedelta(days=1), day_of(now, "UTC")).isoformat()
    return CostFilter(query.get("first") or first.isoformat(), last, by, query.get("channel", ""))


def _period(asked: CostFilter, now: Micros) -> Period:
    """Raises ``Invalid`` or, for what is no day at all, ``ValueError``."""
    following = date.fromisoformat(asked.last) + timedelta(days=1)
    return period(date.fromisoformat(asked.first).isoformat(), following.isoformat(), now)


def _found(connection: Connection, time: Period, asked: CostFilter, now: Micros) -> Found:
    rows = cost_report(connection, time, asked.by, asked.channel, now)
    days = rows
    if asked.by != "day":
        days = cost_report(connection, time, "day", asked.channel, now)
    return Found(rows, days, accounts(connection))


def _totals(rows: Sequence[CostRow]) -> list[Total]:
    """By currencies; one that is unknown has no amount."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row["currency"] and row["billed"] > row["unpriced"]:
            sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + Decimal(row["amount"])
    return [Total(currency, str(amount)) for currency, amount in sorted(sums.items())]


def _chart(days: Sequence[CostRow], asked: CostFilter) -> object:
    """A bar for each day, also for those on which nothing was sent."""
    if not days:
        return None
    first, last = date.fromisoformat(asked.first), date.fromisoformat(asked.last)
    if (last - first).days >= MOST_DAYS:
        return None
    counted = {
        (first + timedelta(days=n)).isoformat(): [0, 0] for n in range((last - first).days + 1)
    }
    for row in days:
        sums = counted.setdefault(row["key"], [0, 0])
        sums[0] += row["billed"]
        sums[1] += row["free"]
    shown = [
        Bar(billed, free, _words(day, billed, free))
        for day, (billed, free) in sorted(counted.items())
    ]
    return bars(shown, _("Messages of each day, billed and free"))


def _words(day: str, billed: int, free: int) -> str:
    return _(
        "%(day)s: %(billed)s billed, %(free)s free",
        day=day,
        billed=number(billed),
        free=number(free),
    )


@get("/settings/costs.csv", opt=SUPERVISOR, include_in_schema=False)
async def costs_csv(request: Request) -> Response[str]:
    """All rows of what the page shows."""
    at = app_of(request)
    now = at.now()
    asked = _asked(request, now)
    try:
        time = _period(asked, now)
    except ValueError as wrong:
        raise Invalid("first", _("That is no day.")) from wrong
    return csv_of(await at.database.read(cost_report, time, asked.by, asked.channel, now), asked.by)


HANDLERS = [costs, costs_csv]
