"""``/api/v1``: whether a channel gives its new conversations to who is there, in turn."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, put
from litestar.params import JSONBody

from inbox.desk import lanes
from inbox.domain.errors import Missing
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.teams import ChannelTurns
from inbox.domain.text import scrub
from inbox.web.api.contract.problems import UNFIT_TEAM, can_fail
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT, SUPERVISOR
from inbox.web.http.parameters import ChannelPathId
from inbox.web.http.scopes import SETTINGS


@get(
    "/api/v1/channels/{channel_id:str}/turns",
    opt=AGENT,
    tags=["Channels"],
    operation_id="getTurns",
    summary="Get whether a channel gives in turn",
)
async def turns(request: Request[Any, Any, Any], channel_id: ChannelPathId) -> ChannelTurns:
    """A team that gives in turn does so for its own conversations, whatever is said here."""
    if not me(request).reach.has_channel(channel_id):
        raise Missing(_("There is no such channel."))
    return await app_of(request).database.read(lanes.channel_turns, scrub(channel_id))


class NewTurns(msgspec.Struct):
    """All of it: what is left out is taken away."""

    in_turn: Annotated[
        bool, says("Whether who is there is given its new conversations, one after another.")
    ] = False
    capacity: Annotated[
        int | None,
        says("Up to how many open conversations each is given in turn; null: any number."),
    ] = None


@put(
    "/api/v1/channels/{channel_id:str}/turns",
    opt=SUPERVISOR | SETTINGS | can_fail(UNFIT_TEAM),
    tags=["Channels"],
    operation_id="setTurns",
    summary="Set whether a channel gives in turn",
)
async def replace_turns(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, data: JSONBody[NewTurns]
) -> ChannelTurns:
    """To all who have a page open; where the conversation is with a team, to those of it."""
    at = app_of(request)
    if not me(request).reach.has_channel(channel_id):
        raise Missing(_("There is no such channel."))
    wanted: ChannelTurns = {"in_turn": data.in_turn, "capacity": data.capacity}
    about = scrub(channel_id), wanted, at.now()
    return await at.database.write(lanes.set_channel_turns, *about)


HANDLERS = [turns, replace_turns]
