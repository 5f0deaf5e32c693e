"""Settings: whether a channel gives its new conversations in turn."""

from typing import Final

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk import lanes
from inbox.desk.teams import CAPACITY_LIMIT
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.teams import ChannelTurns
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to
from inbox.web.settings.teams import capacity_asked

Request = HTMXRequest

_TURNS: Final = "/settings/channels/{channel_id:str}/turns"


async def _turns_page(
    request: Request,
    channel_id: str,
    turns: ChannelTurns,
    *,
    saved: bool = False,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    channel = await app_of(request).channel_cache.by_id(channel_id)
    if channel is None:
        raise Missing(_("There is no such channel."))
    return own_page(
        request,
        "settings/turns.html",
        422 if problems else 200,
        channel=channel,
        turns=turns,
        saved=saved,
        problems=problems or {},
        most=CAPACITY_LIMIT,
    )


@get(_TURNS, opt=ADMIN, include_in_schema=False)
async def edit_turns(
    request: Request, channel_id: FromPath[str], saved: FromQuery[str] = ""
) -> HTMXTemplate:
    found = await app_of(request).database.read(lanes.channel_turns, channel_id)
    return await _turns_page(request, channel_id, found, saved=bool(saved))


@post(_TURNS, opt=ADMIN, status_code=200, include_in_schema=False)
async def save_turns(request: Request, channel_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    wanted: ChannelTurns = {
        "in_turn": bool(form.get("in_turn")),
        "capacity": capacity_asked(str(form.get("capacity") or "")),
    }
    try:
        await at.database.write(lanes.set_channel_turns, channel_id, wanted, at.now())
    except Invalid as wrong:
        problems = {wrong.field: str(wrong)}
        return await _turns_page(request, channel_id, wanted, problems=problems)
    return to(f"/settings/channels/{channel_id}/turns?saved=1")


HANDLERS = [edit_turns, save_turns]
