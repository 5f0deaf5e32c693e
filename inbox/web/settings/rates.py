"""Settings: the rate card, and in which currency and time zone each channel is billed."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from litestar import get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.channels import rates
from inbox.channels.billing import set_billing
from inbox.domain.countries import countries
from inbox.domain.errors import Invalid
from inbox.domain.language import _, ngettext
from inbox.domain.money import currencies
from inbox.domain.rate_card import KNOWN_CATEGORIES, Rate, RateKey, checked_rate
from inbox.domain.rate_lines import COLUMNS, FaultyLine, read_lines
from inbox.domain.text import scrub
from inbox.domain.zones import day_of, zone_names
from inbox.reports.cost import Account, accounts
from inbox.storage.database import Connection
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to

Request = HTMXRequest

MOST_SHOWN: Final = 1_500
_PARTS: Final = ("currency", "country", "category", "from_day", "price")
_PRICE: Final = "price|"
_EXAMPLE: Final = "EUR"


class Shown(NamedTuple):
    """What a page shows again of a form that could not be saved."""

    problems: Mapping[str, str] = {}
    values: Mapping[str, str] = {}
    typed: Mapping[str, str] = {}
    wrong: str = ""
    faults: Sequence[FaultyLine] = ()
    lines: str = ""


@get("/settings/costs/rates", opt=ADMIN, include_in_schema=False)
async def rate_card(request: Request) -> HTMXTemplate:
    return await _page(request, Shown())


async def _page(request: Request, shown: Shown) -> HTMXTemplate:
    at = app_of(request)
    card, channels = await at.database.read(_card)
    used = sorted({rate.currency for rate in card})
    currency = scrub(request.query_params.get("currency", ""))
    chosen = [rate for rate in card if currency in (rate.currency, "")]
    return own_page(
        request,
        "settings/rates.html",
        422 if shown.problems or shown.faults else 200,
        **shown._asdict(),
        rates=chosen[:MOST_SHOWN],
        cut=len(chosen) > MOST_SHOWN,
        channels=channels,
        currencies_used=used,
        shown_currency=currency,
        saved=_said(request.query_params.get("saved", "")),
        today=day_of(at.now(), "UTC").isoformat(),
        currency_codes=sorted(currencies()),
        country_codes=countries(),
        known_categories=KNOWN_CATEGORIES,
        zone_names=zone_names(),
        columns=",".join(COLUMNS),
        example=_EXAMPLE,
    )


def _card(connection: Connection) -> tuple[list[Rate], list[Account]]:
    return rates.all_rates(connection), accounts(connection)


def _said(saved: str) -> str:
    """What was done, by the address that a form leads to."""
    if saved.isdecimal() and len(saved) < 6:
        return ngettext("%(num)s rate is saved.", "%(num)s rates are saved.", int(saved))
    return {"account": _("Saved"), "removed": _("The rate is removed.")}.get(saved, "")


@post("/settings/costs/rates", opt=ADMIN, status_code=200, include_in_schema=False)
async def change_prices(request: Request) -> HTMXTemplate | Redirect:
    """The table as a whole, or the line whose button was pressed."""
    at, form = app_of(request), await request.form()
    if "remove" in form:
        dropped = RateKey(*_key(str(form["remove"])))
        await at.database.write(rates.drop_rates, [dropped])
        return to("/settings/costs/rates?saved=removed#card")
    typed = {name: scrub(str(said)) for name, said in form.items() if name.startswith(_PRICE)}
    given = []
    for name, said in typed.items():
        key = name.removeprefix(_PRICE)
        try:
            given.append(checked_rate(*_key(key), said))
        except Invalid as wrong:
            return await _page(request, Shown({"price": str(wrong)}, typed=typed, wrong=key))
    await at.database.write(rates.keep_rates, given)
    return to(f"/settings/costs/rates?saved={len(given)}#card")


def _key(words: str) -> tuple[str, str, str, str]:
    parts = scrub(words).split("|")
    if len(parts) != len(RateKey._fields):
        raise Invalid("rates", _("There is no such rate."))
    return parts[0], parts[1], parts[2], parts[3]


@post("/settings/costs/rates/add", opt=ADMIN, status_code=200, include_in_schema=False)
async def add_rate(request: Request) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    values = {name: scrub(str(form.get(name) or "")) for name in _PARTS}
    try:
        rate = checked_rate(**values)
    except Invalid as wrong:
        return await _page(request, Shown({wrong.field: str(wrong)}, values=values))
    await at.database.write(rates.keep_rates, [rate])
    return to("/settings/costs/rates?saved=1#card")


@post("/settings/costs/rates/import", opt=ADMIN, status_code=200, include_in_schema=False)
async def import_rates(request: Request) -> HTMXTemplate | Redirect:
    """All lines, or none while one of them is wrong."""
    at, form = app_of(request), await request.form()
    lines = await _lines(form)
    try:
        read = await asyncio.to_thread(read_lines, lines)
    except Invalid as wrong:
        return await _page(request, Shown({wrong.field: str(wrong)}, lines=lines))
    if read.faults:
        return await _page(request, Shown(faults=read.faults, lines=lines))
    await at.database.write(rates.keep_rates, read.rates)
    return to(f"/settings/costs/rates?saved={len(read.rates)}#card")


async def _lines(form: FormMultiDict) -> str:
    """A file that was chosen, else what was pasted."""
    file = form.get("file")
    if isinstance(file, UploadFile) and (raw := await file.read()):
        return scrub(raw.decode("utf-8-sig", "replace"))
    return scrub(str(form.get("lines") or ""))


@post(
    "/settings/costs/channels/{channel_id:str}",
    opt=ADMIN,
    status_code=200,
    include_in_schema=False,
)
async def change_account(request: Request, channel_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    facts = {name: scrub(str(form.get(name) or "")) for name in ("currency", "time_zone")}
    try:
        await at.database.write(set_billing, scrub(channel_id), **facts)
    except Invalid as wrong:
        return await _page(request, Shown({"account": str(wrong)}))
    return to("/settings/costs/rates?saved=account")


HANDLERS = [rate_card, change_prices, add_rate, import_rates, change_account]
