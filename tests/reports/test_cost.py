"""What messages cost, counted by one thing or another: the same sums whichever it is."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Connection, insert, update

from inbox.channels.rates import keep_rates
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.ids import new_id
from inbox.domain.public import CostRow
from inbox.domain.rate_card import Rate
from inbox.domain.times import DAY, HOUR, Micros
from inbox.domain.zones import start_of
from inbox.reports.cost import WAYS, By, cost_report
from inbox.reports.periods import Period, period
from inbox.reports.service import FREE, billing, forecast
from inbox.storage.database import Database
from inbox.storage.tables import channels, charges, messages
from tests.conversations.conftest import AddChannel
from tests.conversations.test_apply import AMARA, tell, text, told

BERLIN = "Europe/Berlin"
NOVEMBER = start_of(date(2026, 11, 1), BERLIN)
NOW = NOVEMBER + 20 * DAY
ALL = Period(date(2026, 10, 1), date(2026, 12, 1))


def charged(
    connection: Connection, channel: Channel, at: Micros, number: int = 1, **facts: object
) -> None:
    kept = {"category": "service", "billable": True, "country": "GB", **facts}
    rows = [
        {"channel_id": channel.id, "provider_message_id": new_id(at), "at": at + n, **kept}
        for n in range(number)
    ]
    connection.execute(insert(charges), rows)


def billed_in(connection: Connection, channel: Channel, currency: str, zone: str = BERLIN) -> None:
    theirs = update(channels).where(channels.c.id == channel.id)
    connection.execute(theirs.values(currency=currency, time_zone=zone))


@pytest.fixture
async def year(database: Database, channel: Channel) -> Channel:
    """A little of everything, about the end of October and a change of rates."""

    def fill(connection: Connection) -> None:
        billed_in(connection, channel, "EUR")
        keep_rates(connection, [Rate("EUR", "", "service", "2026-01-01", "0.10")])
        keep_rates(connection, [Rate("EUR", "GB", "service", "2026-11-01", "0.0442")])
        charged(connection, channel, NOVEMBER - HOUR, 2)
        charged(connection, channel, NOVEMBER, 3)
        charged(connection, channel, NOVEMBER + 2 * DAY, 1, country="US")
        charged(connection, channel, NOVEMBER + 2 * DAY, 5, billable=False)
        charged(connection, channel, NOVEMBER + 2 * DAY, 7, category="marketing")
        charged(connection, channel, NOVEMBER + 3 * DAY, 9, undelivered=True)
        charged(connection, channel, NOVEMBER + 3 * DAY, 9, model="cbp")

    await database.write(fill)
    return channel


async def report(database: Database, by: By, channel_id: str = "") -> dict[str, CostRow]:
    rows = await database.read(cost_report, ALL, by, channel_id, NOW)
    return {row["key"]: row for row in rows}


@pytest.mark.parametrize("by", WAYS)
async def test_the_sums_are_the_same_whatever_it_is_counted_by(
    database: Database, year: Channel, by: By
) -> None:
    rows = (await report(database, by)).values()
    assert sum(row["messages"] for row in rows) == 18
    assert sum(row["billed"] for row in rows) == 13
    assert sum(row["unpriced"] for row in rows) == 7, "of marketing the card knows nothing"
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal("0.4326")
    assert {row["currency"] for row in rows} == {"EUR"}


async def test_days_and_months_begin_in_the_zone_of_the_channel(
    database: Database, year: Channel
) -> None:
    days = await report(database, "day")
    assert {key: row["billed"] for key, row in days.items()} == {
        "2026-10-31": 2,
        "2026-11-01": 3,
        "2026-11-03": 8,
    }
    months = await report(database, "month")
    assert {key: row["amount"] for key, row in months.items()} == {
        "2026-10": "0.2",
        "2026-11": "0.2326",
    }
    await database.write(billed_in, year, "EUR", "America/Sao_Paulo")
    assert set(await report(database, "day")) == {"2026-10-31", "2026-11-02"}


async def test_a_rate_holds_from_its_day_and_for_its_country(
    database: Database, year: Channel
) -> None:
    countries = await report(database, "country")
    assert (countries["GB"]["amount"], countries["US"]["amount"]) == ("0.3326", "0.1")
    assert countries["GB"]["name"] == "United Kingdom"


async def test_currencies_are_never_added_up(
    database: Database, year: Channel, add_channel: AddChannel
) -> None:
    other = await add_channel()
    await database.write(charged, other, NOVEMBER, 4)
    rows = await database.read(cost_report, ALL, "category", "", NOW)
    told_of = [(row["key"], row["currency"], row["amount"], row["unpriced"]) for row in rows]
    assert ("service", "EUR", "0.4326", 0) in told_of
    assert ("service", None, "0", 4) in told_of
    assert set(await report(database, "channel", year.id)) == {year.id}


async def test_who_wrote_it_and_by_which_template_is_looked_up(
    database: Database, channel: Channel
) -> None:
    await database.write(charged, channel, NOVEMBER, 1, provider_message_id="elsewhere")
    sent = told("echo", "sent", pricing={"billable": True, "category": "utility"}, recipient=AMARA)
    await tell(database, channel, [text("echo", direction="out"), sent])
    ours = update(messages).values(
        sender_name="Nightly", content='{"template": {"name": "parcel_sent"}}'
    )
    await database.write(lambda c: c.execute(ours) and None)
    await database.write(lambda c: c.execute(update(charges).values(at=NOVEMBER)) and None)
    agents, templates = await report(database, "agent"), await report(database, "template")
    assert {key: row["name"] for key, row in agents.items()} == {"Nightly": "Nightly", "": ""}
    assert {key: row["billed"] for key, row in templates.items()} == {"parcel_sent": 1, "": 1}


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("yesterday", "", "since"),
        ("", "2026-13-01", "until"),
        ("2026-11-02", "2026-11-01", "until"),
        ("2020-01-01", "", "since"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(since: str, until: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        period(since, until, NOW)
    assert refused.value.field == field


def test_nothing_said_is_this_month_in_the_zone_of_the_channel() -> None:
    assert period("", "", NOW).within(BERLIN, NOW) == (NOVEMBER, NOW + 1)


# The free ones of a month ----------------------------------------------------------------------


async def test_a_months_messages_of_service_are_counted(database: Database, year: Channel) -> None:
    await database.write(charged, year, NOVEMBER + 4 * DAY, 2, kind="free_entry_point")
    month = (await database.read(billing, year.id, NOW))["month"]
    assert (month["month"], month["sent"], month["free"]) == ("2026-11", 9, FREE)
    assert (month["used_up_at"], month["expected_at"]) == (None, None)


async def test_the_last_free_one_is_known_once_it_went(database: Database, year: Channel) -> None:
    await database.write(charged, year, NOVEMBER + 4 * DAY, FREE)
    month = (await database.read(billing, year.id, NOW))["month"]
    assert month["sent"] == FREE + 9
    assert month["used_up_at"] == "2026-11-04T23:00:00.000Z"


def test_the_rest_of_a_month_is_taken_to_be_as_its_days_so_far() -> None:
    end = NOVEMBER + 30 * DAY
    assert forecast(500, NOVEMBER, end, NOVEMBER + 10 * DAY) == NOVEMBER + 20 * DAY
    assert forecast(100, NOVEMBER, end, NOVEMBER + 10 * DAY) is None
    assert forecast(0, NOVEMBER, end, NOVEMBER + 10 * DAY) is None
    early = forecast(100, NOVEMBER, end, NOVEMBER + HOUR)
    assert early is not None and early > NOVEMBER + 9 * DAY, "an hour is no ground for a guess"
