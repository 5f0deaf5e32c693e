"""``/api/v1``: what messages cost, the rate card, and how channels are billed."""

from typing import Annotated, Any, TypedDict

import msgspec
from litestar import MediaType, Request, Response, delete, get, patch, post
from litestar.params import JSONBody

from inbox.channels import rates
from inbox.channels.billing import set_billing
from inbox.domain.errors import Invalid, Missing
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.public import Billing, CostRow, RateShape
from inbox.domain.rate_card import OTHERS, Rate, RateKey, checked_rate
from inbox.domain.text import scrub
from inbox.reports.cost import By, cost_report
from inbox.reports.periods import period
from inbox.reports.service import billing
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import (
    NO_SUCH_RATE,
    UNFIT_BILLING,
    UNFIT_RATES,
    UNFIT_REPORT,
    can_fail,
)
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN, SUPERVISOR
from inbox.web.http.parameters import ChannelId, ChannelPathId, gives, in_query
from inbox.web.http.scopes import SETTINGS
from inbox.web.present.costs import csv_of

Since = Annotated[
    str,
    in_query(
        "From then on: a day, as it begins in each channel's zone, or a time of ISO 8601. Empty:"
        " the first of this month.",
        "2026-11-01",
    ),
]
Until = Annotated[str, in_query("Before then, written alike; empty: now.", "2026-12-01")]
Way = Annotated[By, in_query("What each row is about.", "category")]


class CostReport(TypedDict):
    """What messages of a time cost."""

    data: Annotated[
        list[CostRow], says("By days and months in their order, else what costs most first.")
    ]


class RateList(TypedDict):
    """The rate card."""

    data: Annotated[list[RateShape], says("Its lines, by currency, country, category and day.")]


class NewRates(msgspec.Struct):
    """Lines for the rate card."""

    rates: Annotated[
        list[RateShape], says("Where there is a line for the same, its price is changed.")
    ]


class NewBilling(msgspec.Struct):
    """How an account is billed; what is left out stays."""

    currency: Annotated[str | None, says("ISO 4217; empty: not known.")] = None
    time_zone: Annotated[str | None, says("As `Europe/Berlin`.")] = None


@get(
    "/api/v1/reports/cost",
    opt=SUPERVISOR | can_fail(UNFIT_REPORT),
    tags=["Costs"],
    operation_id="reportCost",
    summary="Report what messages cost",
)
async def cost(
    request: Request[Any, Any, Any],
    since: Since = "",
    until: Until = "",
    by: Way = "category",
    channel: ChannelId = "",
) -> CostReport:
    """Messages of which the provider told the price, also such as were sent from elsewhere by the
    same number. What failed is not in it, nor what was billed by conversations. Money is by the
    rate card, and each row is of one currency.
    """
    return {"data": await _rows(request, since, until, by, channel)}


@get(
    "/api/v1/reports/cost.csv",
    opt=SUPERVISOR | can_fail(UNFIT_REPORT),
    tags=["Costs"],
    operation_id="reportCostAsCsv",
    summary="Report what messages cost, for spreadsheets",
    media_type=MediaType.TEXT,
    responses={
        200: gives(str, "The rows, under a line with the names of the columns.", "text/csv")
    },
)
async def cost_csv(
    request: Request[Any, Any, Any],
    since: Since = "",
    until: Until = "",
    by: Way = "category",
    channel: ChannelId = "",
) -> Response[str]:
    """The same rows as CSV. What would begin a formula has an apostrophe before it."""
    rows = await _rows(request, since, until, by, channel)
    return csv_of(rows, by)


async def _rows(
    request: Request[Any, Any, Any], since: str, until: str, by: By, channel: str
) -> list[CostRow]:
    at = app_of(request)
    now = at.now()
    asked = period(scrub(since), scrub(until), now)
    return await at.database.read(cost_report, asked, by, scrub(channel), now)


@get(
    "/api/v1/rates",
    opt=ADMIN,
    tags=["Costs"],
    operation_id="listRates",
    summary="Get the rate card",
)
async def rate_list(
    request: Request[Any, Any, Any],
    currency: Annotated[str, in_query("Only lines of it; empty: all.", "EUR")] = "",
    country: Annotated[
        str, in_query("Only lines of it, `*` those of none; empty: all.", "GB", "*")
    ] = "",
    category: Annotated[str, in_query("Only lines of it; empty: all.", "utility")] = "",
    from_day: Annotated[str, in_query("Only lines from it; empty: all.", "2026-10-01")] = "",
) -> RateList:
    """All of it, or one line by all four. It has what your team entered: Inbox fetches no prices,
    and brings none.
    """
    wanted = RateKey(scrub(currency), scrub(country), scrub(category), scrub(from_day))
    found = await app_of(request).database.read(rates.matching_rates, wanted)
    return {"data": [_shape(rate) for rate in found]}


@post(
    "/api/v1/rates",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_RATES),
    status_code=200,
    tags=["Costs"],
    operation_id="enterRates",
    summary="Enter rates",
)
async def enter_rates(request: Request[Any, Any, Any], data: JSONBody[NewRates]) -> RateList:
    """Adds lines or changes their prices: all of them, or none if one is wrong."""
    given = [_checked(place, one) for place, one in enumerate(data.rates)]
    await app_of(request).database.write(rates.keep_rates, given)
    return {"data": [_shape(rate) for rate in given]}


@delete(
    "/api/v1/rates",
    opt=ADMIN | SETTINGS | can_fail(NO_SUCH_RATE),
    status_code=200,
    tags=["Costs"],
    operation_id="dropRate",
    summary="Take a line off the rate card",
)
async def drop_rate(
    request: Request[Any, Any, Any],
    currency: Annotated[str, in_query("The line's.", "EUR")] = "",
    country: Annotated[str, in_query("The line's; empty or `*` if it has none.", "GB")] = "",
    category: Annotated[str, in_query("The line's.", "utility")] = "",
    from_day: Annotated[str, in_query("The line's.", "2026-10-01")] = "",
) -> RateList:
    """The answer is what was taken off."""
    named = (scrub(currency), scrub(country).replace(OTHERS, ""), scrub(category), scrub(from_day))
    dropped = await app_of(request).database.write(_dropped, RateKey(*named))
    return {"data": [_shape(dropped)]}


def _dropped(connection: Connection, key: RateKey) -> Rate:
    gone = rates.drop_rates(connection, [key])
    if not gone:
        raise Missing(_("There is no such rate."))
    return gone[0]


@get(
    "/api/v1/channels/{channel_id:str}/billing",
    opt=ADMIN,
    tags=["Costs"],
    operation_id="getBilling",
    summary="Get how a channel is billed",
)
async def channel_billing(request: Request[Any, Any, Any], channel_id: ChannelPathId) -> Billing:
    """Its currency and zone, and how many of this month's free messages it has used."""
    at = app_of(request)
    return await at.database.read(billing, scrub(channel_id), at.now())


@patch(
    "/api/v1/channels/{channel_id:str}/billing",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_BILLING),
    tags=["Costs"],
    operation_id="changeBilling",
    summary="Change how a channel is billed",
)
async def change_billing(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, data: JSONBody[NewBilling]
) -> Billing:
    """Say in which currency and time zone the provider bills the channel's account."""
    at, known = app_of(request), scrub(channel_id)
    facts = {"currency": data.currency, "time_zone": data.time_zone}
    await at.database.write(set_billing, known, **facts)
    return await at.database.read(billing, known, at.now())


def _checked(place: int, given: RateShape) -> Rate:
    try:
        return checked_rate(**{name: scrub(str(said)) for name, said in given.items()})
    except Invalid as wrong:
        raise Invalid(f"rates[{place}].{wrong.field}", str(wrong)) from wrong


def _shape(rate: Rate) -> RateShape:
    return {
        "currency": rate.currency,
        "country": rate.country,
        "category": rate.category,
        "from_day": rate.from_day,
        "price": rate.price,
    }


HANDLERS = [cost, cost_csv, rate_list, enter_rates, drop_rate, channel_billing, change_billing]
