"""Settings: when a channel's team is there, and what the channel says by itself."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Final, TypedDict, cast

from litestar import get, post
from litestar.datastructures import FormMultiDict
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.channels import store
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.hours.given import (
    DAY_NAMES,
    DAYS,
    LONGEST_SILENCE,
    NAME_LIMIT,
    hours_given,
    kept_hours,
)
from inbox.domain.hours.opening import opens_again
from inbox.domain.hours.shape import HolidayShape, KeptHours, OpeningShape, WeekShape
from inbox.domain.hours.week import BusinessHours, period_at
from inbox.domain.language import _
from inbox.domain.outgoing.texts import TEXT_LIMIT
from inbox.domain.placeholders import BY_ITSELF, fill
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.domain.zones import zone_names
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, rendered_page, to
from inbox.web.present.hours import DayView, open_words, week_view

Request = HTMXRequest

_PAGE: Final = "/settings/channels/{channel_id:str}/hours"
_WEEKDAYS: Final = DAYS[:5]
_USUAL: Final[OpeningShape] = {"opens": "09:00", "closes": "18:00"}
"""What who wants hours begins with on weekdays."""
_SILENCES: Final = (7, 14, 30, 90, 180, LONGEST_SILENCE)
_NO_HOLIDAY: Final[HolidayShape] = {"name": "", "first": ""}


class TypedHours(TypedDict):
    """The form: all as it was typed."""

    kind: str
    time_zone: str
    week: dict[str, list[OpeningShape]]
    holidays: list[HolidayShape]
    away: str
    greeting: str
    after_days: str


class HoursPreview(TypedDict):
    """What comes of the form. ``unsaid``: the away message is never said by these hours."""

    now: str
    open: bool
    week: list[DayView]
    away: list[tuple[str, str]]
    greeting: list[tuple[str, str]]
    unsaid: bool


@get(_PAGE, opt=ADMIN, include_in_schema=False)
async def hours_page(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    channel = await _channel(request, channel_id)
    return _form(request, channel, _kept(channel))


async def _channel(request: Request, channel_id: str) -> Channel:
    at = app_of(request)
    found = await at.database.read(store.by_id, at.sealer, channel_id)
    if found is None or found.state == "removed":
        raise NotFoundException(_("There is no such channel."))
    return found


def _form(
    request: Request,
    channel: Channel,
    typed: TypedHours,
    problems: Mapping[str, str] | None = None,
    add: str = "",
) -> HTMXTemplate:
    return own_page(
        request,
        "settings/hours.html",
        422 if problems else 200,
        channel=channel,
        typed=typed,
        problems=problems or {},
        added=add,
        unset=channel.hours == BusinessHours() and not channel.automatic,
        preview=_preview(channel, typed, app_of(request).now()),
        days=DAY_NAMES,
        zones=zone_names(),
        silences=sorted({*_SILENCES, int(typed["after_days"] or _SILENCES[0])}),
        variables=BY_ITSELF,
        limits={"text": TEXT_LIMIT, "name": NAME_LIMIT},
        saved=request.query_params.get("saved", ""),
    )


def _kept(channel: Channel) -> TypedHours:
    kept = kept_hours(channel.hours, channel.automatic)
    week = kept.get("week")
    usual = {day: [_USUAL] if day in _WEEKDAYS else [] for day in DAYS}
    days: dict[str, list[OpeningShape]] = {**week} if week else usual  # type: ignore[dict-item]  # its keys are the days
    return {
        "kind": "week" if week else "always",
        "time_zone": channel.hours.zone,
        "week": days,
        "holidays": kept.get("holidays", []),
        "away": channel.automatic.away,
        "greeting": channel.automatic.greeting,
        "after_days": str(channel.automatic.after_days or ""),
    }


@post(_PAGE, opt=ADMIN, status_code=200, include_in_schema=False)
async def save_hours(request: Request, channel_id: FromPath[str]) -> HTMXTemplate | Redirect:
    """``add``: another line for a day or the holidays, where no script makes it."""
    at, channel = app_of(request), await _channel(request, channel_id)
    form = await request.form()
    typed, add = _typed(form), str(form.get("add") or "")
    if add in typed["week"]:
        typed["week"][add].append({"opens": "", "closes": ""})
        return _form(request, channel, {**typed, "kind": "week"}, add=add)
    if add == "holidays":
        typed["holidays"].append(_NO_HOLIDAY)
        return _form(request, channel, typed, add=add)
    try:
        given = hours_given(_given(typed))
    except Invalid as wrong:
        return _form(request, channel, typed, {wrong.field: str(wrong)})
    await at.database.write(store.set_hours, at.sealer, channel_id, given, at.now())
    await at.channel_cache.load()
    return to(f"/settings/channels/{channel_id}/hours?saved=1")


@post(f"{_PAGE}/preview", opt=ADMIN, status_code=200, include_in_schema=False)
async def preview_hours(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    """What comes of the form as it is typed so far."""
    channel = await _channel(request, channel_id)
    preview = _preview(channel, _typed(await request.form()), app_of(request).now())
    return rendered_page("settings/_hours_preview.html", preview=preview, channel=channel)


def _typed(form: FormMultiDict) -> TypedHours:
    one = {name: scrub(str(form.get(name) or "")) for name in _SINGLE}
    return {
        "kind": one["kind"],
        "time_zone": one["time_zone"].strip(),
        "week": {
            day: [
                {"opens": opens, "closes": closes}
                for opens, closes in _lines(form, f"{day}-opens", f"{day}-closes")
            ]
            for day in DAYS
        },
        "holidays": [
            {"name": name, "first": first, "last": last, "yearly": bool(yearly)}
            for name, first, last, yearly in _lines(form, *_HOLIDAY, but=1)
        ],
        "away": one["away"],
        "greeting": one["greeting"],
        "after_days": one["after_days"] if one["after_days"].isdecimal() else "",
    }


_SINGLE: Final = ("kind", "time_zone", "away", "greeting", "after_days")
_HOLIDAY: Final = ("holiday-name", "holiday-first", "holiday-last", "holiday-yearly")


def _lines(form: FormMultiDict, *names: str, but: int = 0) -> list[tuple[str, ...]]:
    """Those in which anything stands; ``but``: so many at their end always have something."""
    columns = [[scrub(str(one)).strip() for one in form.getall(name, [])] for name in names]
    lines = zip_longest(*columns, fillvalue="")
    return [line for line in lines if any(line[: len(line) - but])]


def _given(typed: TypedHours) -> KeptHours:
    after = typed["after_days"]
    given: KeptHours = {
        "time_zone": typed["time_zone"],
        "holidays": typed["holidays"],
        "away": {"text": typed["away"]},
        "greeting": {"text": typed["greeting"], "after_days": int(after) if after else None},
    }
    if typed["kind"] == "week":
        given["week"] = cast("WeekShape", typed["week"])
    return given


def _preview(channel: Channel, typed: TypedHours, at: Micros) -> HoursPreview | str:
    """Or why there is none."""
    try:
        hours, texts = hours_given(_given(typed))
    except Invalid as wrong:
        day = DAY_NAMES.get(wrong.field)
        return _("%(day)s: %(problem)s", day=_(day), problem=wrong) if day else str(wrong)
    return {
        "now": open_words(hours, at),
        "open": period_at(hours, at).open,
        "week": week_view(hours, at),
        "away": _read_by(channel, texts.away, _next_opening(hours, at)),
        "greeting": _read_by(channel, texts.greeting),
        "unsaid": bool(texts.away) and hours.week is None and not hours.holidays,
    }


def _next_opening(hours: BusinessHours, at: Micros) -> str | None:
    """As who writes next while it is closed is told."""
    period = period_at(hours, at)
    return opens_again(hours, period.until if period.open and period.until else at)


def _read_by(channel: Channel, text: str, opens: str | None = None) -> list[tuple[str, str]]:
    """What two customers read: one whose name is known, and one of whom nothing is."""
    if not text:
        return []
    known = {
        "contact.name": "Amara Okafor",
        "contact.first_name": "Amara",
        "contact.phone": "+1 202-555-0142",
        "channel.name": channel.name,
        "channel.opens": opens,
    }
    named = fill(text, known).text
    nameless = fill(text, {**known, "contact.name": None, "contact.first_name": None}).text
    read = [(_("To Amara Okafor"), named)]
    return read if nameless == named else [*read, (_("To somebody without a name"), nameless)]


HANDLERS = [hours_page, save_hours, preview_hours]
