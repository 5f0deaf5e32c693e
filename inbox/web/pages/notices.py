"""What everybody chooses for themselves: what they are told of, when not, and in which browsers."""

from typing import Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk.telling import devices, wishes
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.language import N_
from inbox.domain.notices import NoticesWanted
from inbox.domain.reach import Reach
from inbox.domain.text import scrub
from inbox.domain.times import DAY, HOUR, Micros, iso
from inbox.domain.zones import day_of, is_zone, start_of, zone_names
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import own_page, to
from inbox.web.present.devices import told_device

Request = HTMXRequest

_PAGE: Final = "/account/notices"
MESSAGES: Final = (
    ("all", N_("All conversations")),
    ("mine_and_unassigned", N_("Mine, and those that are nobody’s")),
    ("mine", N_("Mine only")),
    ("none", N_("None")),
)
SOUNDS: Final = (
    ("chime", N_("Chime")),
    ("drop", N_("Drop")),
    ("knock", N_("Knock")),
    ("none", N_("No sound")),
)
AWAY: Final = (
    ("", N_("Until I say that I am back")),
    ("hour", N_("For an hour")),
    ("hours", N_("For four hours")),
    ("tomorrow", N_("Until tomorrow, eight o’clock")),
)
_NIGHT: Final = ("22:00", "07:00")


async def _page(request: Request, problems: dict[str, str] | None = None) -> HTMXTemplate:
    at, who = app_of(request), me(request)
    seq = at.hub.head
    chosen = await at.database.read(wishes.notice_settings, who.id, at.now())
    zone = await at.database.read(wishes.zone_of, who.id)
    found = await at.database.read(devices.devices_of, who.id, at.now())
    return own_page(
        request,
        "access/notices.html",
        422 if problems else 200,
        seq=seq,
        chosen=chosen,
        devices=[told_device(one, who.session) for one in found],
        public_key=(await at.pusher.signature()).public_key,
        channels=[one for one in at.channel_cache.all() if _shown(one, who.reach)],
        zone=zone,
        zones=zone_names(),
        night=_NIGHT,
        messages=MESSAGES,
        sounds=SOUNDS,
        away=AWAY,
        problems=problems or {},
        saved=request.query_params.get("saved", ""),
    )


def _shown(channel: Channel, reach: Reach) -> bool:
    return channel.state != "removed" and reach.has_channel(channel.id)


@get(_PAGE, opt=AGENT, include_in_schema=False)
async def notices_page(request: Request) -> HTMXTemplate:
    return await _page(request)


@post(_PAGE, opt=AGENT, status_code=200, include_in_schema=False)
async def choose_notices(request: Request) -> HTMXTemplate | Redirect:
    """The whole form; a channel that it did not show stays as it was."""
    at, form = app_of(request), await request.form()
    shown = {scrub(str(one)) for one in form.getall("channel", [])}
    heard = {scrub(str(one)) for one in form.getall("heard", [])}
    before = await at.database.read(wishes.notice_settings, me(request).id, at.now())
    muted = {*before["muted_channels"]} - shown | (shown - heard)
    start, end, zone = (scrub(str(form.get(name) or "")) for name in ("start", "end", "time_zone"))
    wanted: NoticesWanted = {
        "messages": scrub(str(form.get("messages") or "")),
        "mentions": bool(form.get("mentions")),
        "assignments": bool(form.get("assignments")),
        "preview": bool(form.get("preview")),
        "sound": scrub(str(form.get("sound") or "")),
        "muted_channels": sorted(muted),
        "quiet_hours": {"start": start, "end": end, "time_zone": zone}
        if form.get("quiet")
        else None,
    }
    return await _changed(request, wanted, "notices")


@post(f"{_PAGE}/away", opt=AGENT, status_code=200, include_in_schema=False)
async def choose_away(request: Request) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    if not form.get("away"):
        return await _changed(request, {"away": False, "away_until": None}, "away")
    zone = scrub(str(form.get("time_zone") or ""))
    until = _until(str(form.get("until") or ""), at.now(), zone if is_zone(zone) else "UTC")
    wanted: NoticesWanted = {"away": True, "away_until": None if until is None else iso(until)}
    return await _changed(request, wanted, "away")


def _until(chosen: str, now: Micros, zone: str) -> Micros | None:
    match chosen:
        case "hour":
            return now + HOUR
        case "hours":
            return now + 4 * HOUR
        case "tomorrow":
            return start_of(day_of(now + DAY, zone), zone) + 8 * HOUR
        case _:
            return None


async def _changed(request: Request, wanted: NoticesWanted, saved: str) -> HTMXTemplate | Redirect:
    at = app_of(request)
    change = wishes.change_notice_settings
    try:
        await at.database.write(change, me(request).id, wanted, at.now())
    except Invalid as wrong:
        return await _page(request, {wrong.field: str(wrong)})
    return to(f"{_PAGE}?saved={saved}#{saved}")


@post(f"{_PAGE}/devices/{{device:str}}/test", opt=AGENT, status_code=303, include_in_schema=False)
async def test_own_device(request: Request, device: FromPath[str]) -> Redirect:
    at = app_of(request)
    found = await at.database.read(devices.own_device, me(request).id, scrub(device), at.now())
    await at.pusher.test(found)
    return to(f"{_PAGE}#devices")


@post(f"{_PAGE}/devices/{{device:str}}/remove", opt=AGENT, status_code=303, include_in_schema=False)
async def remove_own_device(request: Request, device: FromPath[str]) -> Redirect:
    at = app_of(request)
    await at.database.write(devices.remove_device, me(request).id, scrub(device), at.now())
    return to(f"{_PAGE}#devices")


HANDLERS = [notices_page, choose_notices, choose_away, test_own_device, remove_own_device]
