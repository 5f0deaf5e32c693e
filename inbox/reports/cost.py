"""What messages cost: charges counted by one thing, turned into money by the rate card.

Money is worked out of decimals, and never across currencies: a row is of one. A message counts
in the currency and the time zone in which the account of its channel is billed.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    literal_column,
    select,
)

from inbox.channels.rates import all_rates
from inbox.domain.money import country_name
from inbox.domain.public import CostRow
from inbox.domain.rate_card import Rate, plain, price_of
from inbox.domain.times import DAY, Micros
from inbox.domain.zones import Span, day_of, month_of, numbered, spans, start_of
from inbox.reports.periods import Period
from inbox.storage.dialect import json_text
from inbox.storage.tables import channels, charges, messages

By = Literal["day", "month", "channel", "agent", "category", "country", "template"]
WAYS: Final[tuple[By, ...]] = get_args(By)

BY_CONVERSATION: Final = "cbp"
"""How all was billed until July 2025: not by the message, so nothing can be said of one."""


class Account(NamedTuple):
    """A channel as it is billed."""

    id: str
    name: str
    currency: str
    zone: str


class _Group(NamedTuple):
    """Messages that cost the same: ``key`` and ``name`` of the row to which they belong."""

    key: str
    name: str
    day: date
    category: str
    country: str
    billable: bool
    number: int


class _Sums:
    """A row while it is added up."""

    def __init__(self, name: str) -> None:
        self.name, self.billed, self.free, self.unpriced = name, 0, 0, 0
        self.amount = Decimal(0)

    def add(self, group: _Group, price: Decimal | None) -> None:
        if not group.billable:
            self.free += group.number
            return
        self.billed += group.number
        if price is None:
            self.unpriced += group.number
        else:
            self.amount += price * group.number


def cost_report(
    connection: Connection, period: Period, by: By, channel_id: str, now: Micros
) -> list[CostRow]:
    """Rows of that time, by days and months in their order, else what costs most first."""
    rows: dict[tuple[str, str], _Sums] = {}
    cards: dict[str, list[Rate]] = {}
    for account in accounts(connection, channel_id):
        currency = account.currency
        if currency not in cards:
            cards[currency] = all_rates(connection, currency) if currency else []
        prices = _Prices(cards[currency])
        for group in _groups(connection, account, period.within(account.zone, now), by, prices):
            sums = rows.setdefault((group.key, currency), _Sums(group.name))
            sums.add(group, prices.of(group) if group.billable else None)
    found = [_row(key, currency, sums) for (key, currency), sums in rows.items()]
    if by in ("day", "month"):
        return sorted(found, key=lambda row: (row["key"], row["currency"] or ""))
    return sorted(found, key=_most, reverse=True)


def accounts(connection: Connection, channel_id: str = "") -> list[Account]:
    """All channels, also removed ones: what they sent was billed."""
    query = select(channels.c.id, channels.c.name, channels.c.currency, channels.c.time_zone)
    if channel_id:
        query = query.where(channels.c.id == channel_id)
    return [Account(*row) for row in connection.execute(query.order_by(channels.c.created_at))]


class _Prices:
    """The rates of one currency, so kept that most groups cost one look."""

    def __init__(self, rates: Sequence[Rate]) -> None:
        self.days = sorted({date.fromisoformat(rate.from_day) for rate in rates})
        self._by_category: dict[str, list[Rate]] = {}
        for rate in rates:
            self._by_category.setdefault(rate.category, []).append(rate)
        self._known: dict[tuple[str, str, date], Decimal | None] = {}

    def of(self, group: _Group) -> Decimal | None:
        rates = self._by_category.get(group.category, [])
        key = (group.country, group.category, group.day)
        if key not in self._known:
            self._known[key] = price_of(rates, group.country, group.category, group.day)
        return self._known[key]


def _groups(
    connection: Connection,
    account: Account,
    time: tuple[Micros, Micros],
    by: By,
    prices: _Prices,
) -> Iterator[_Group]:
    if by == "day":
        for span in spans(*time, account.zone):
            for row in connection.execute(_count(connection, account.id, span, by)):
                day = numbered(row.key)
                yield _Group(day.isoformat(), day.isoformat(), day, *row[2:])
        return
    for span in _periods(time, account.zone, by, prices.days):
        day = day_of(span.start, account.zone)
        for row in connection.execute(_count(connection, account.id, span, by)):
            yield _Group(*_told(by, row, account, day), day, *row[2:])


def _periods(
    time: tuple[Micros, Micros], zone: str, by: By, days: Sequence[date]
) -> Iterator[Span]:
    """Within each of these no rate changes, and no month ends if it is by months."""
    start, end = time
    cuts = {start_of(day, zone) for day in days}
    first, last = day_of(start, zone), day_of(end - 1, zone)
    while by == "month" and first <= last:
        first = month_of(first)[1]
        cuts.add(start_of(first, zone))
    edges = [start, *sorted(cut for cut in cuts if start < cut < end), end]
    for before, after in pairwise(edges):
        yield Span(before, after, 0)


def _count(connection: Connection, channel_id: str, span: Span, by: By) -> Select[Any]:
    key, name = _key(connection, span, by)
    what = (charges.c.category, charges.c.country, charges.c.billable)
    query = select(key.label("key"), name.label("name"), *what, func.count())
    if by in ("agent", "template"):
        query = query.outerjoin_from(
            charges,
            messages,
            and_(
                messages.c.channel_id == charges.c.channel_id,
                messages.c.provider_message_id == charges.c.provider_message_id,
            ),
        )
    return query.where(
        charges.c.channel_id == channel_id,
        charges.c.at >= span.start,
        charges.c.at < span.end,
        charges.c.undelivered.is_(False),
        charges.c.model != BY_CONVERSATION,
    ).group_by(literal_column("key"), *what)


def _key(
    connection: Connection, span: Span, by: By
) -> tuple[ColumnElement[Any], ColumnElement[str]]:
    nothing = literal("")
    match by:
        case "day":
            return (charges.c.at + span.offset) // DAY, nothing
        case "agent":
            whose = func.coalesce(messages.c.sender_id, messages.c.sender_name, "")
            return whose, func.max(func.coalesce(messages.c.sender_name, ""))
        case "template":
            name = json_text(connection, messages.c.content, "template", "name")
            return func.coalesce(name, ""), nothing
        case "category":
            return charges.c.category, nothing
        case "country":
            return charges.c.country, nothing
        case "month" | "channel":
            return nothing, nothing


def _told(by: By, row: Any, account: Account, day: date) -> tuple[str, str]:
    match by:
        case "month":
            month = f"{day:%Y-%m}"
            return month, month
        case "channel":
            return account.id, account.name
        case "agent":
            return row.key, row.name
        case "country":
            return row.key, country_name(row.key) if row.key else ""
        case _:
            return row.key, row.key


def _row(key: str, currency: str, sums: _Sums) -> CostRow:
    return {
        "key": key,
        "name": sums.name,
        "currency": currency or None,
        "messages": sums.billed + sums.free,
        "billed": sums.billed,
        "free": sums.free,
        "unpriced": sums.unpriced,
        "amount": plain(sums.amount),
    }


def _most(row: CostRow) -> tuple[Decimal, int, int, str]:
    return Decimal(row["amount"]), row["billed"], row["messages"], row["key"]


def days_of(period: Period, now: Micros) -> list[date]:
    """Every day of it, for a chart that has no holes; by UTC, as it is of several channels."""
    start, end = period.within("UTC", now)
    first, last = day_of(start, "UTC"), day_of(end - 1, "UTC")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
