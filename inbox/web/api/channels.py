"""``/api/v1``: the connected numbers."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.exceptions import NotFoundException

from inbox.channels import health
from inbox.channels.shapes import health_shape
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.public import ChannelShape
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import ChannelPathId


class ChannelList(Paged):
    """All channels: there is one page."""

    data: Annotated[list[ChannelShape], says("The channels, oldest first.")]


@get(
    "/api/v1/channels",
    opt=AGENT,
    tags=["Channels"],
    operation_id="listChannels",
    summary="List channels",
)
async def channel_list(request: Request[Any, Any, Any]) -> ChannelList:
    """The connected numbers, paused ones as well: what each can send, and how it is."""
    at = app_of(request)
    states = {one.id: one for one in await at.database.read(health.listing)}
    known = [one for one in at.channel_cache.all() if me(request).reach.has_channel(one.id)]
    return ChannelList(
        data=[health_shape(one, states[one.id]) for one in known if one.id in states], next=None
    )


@get(
    "/api/v1/channels/{channel_id:str}",
    opt=AGENT,
    tags=["Channels"],
    operation_id="getChannel",
    summary="Get a channel",
)
async def channel(request: Request[Any, Any, Any], channel_id: ChannelPathId) -> ChannelShape:
    """One connected number as it is now, and what it can send."""
    at = app_of(request)
    found = await at.channel_cache.by_id(channel_id)
    if found is None:
        raise NotFoundException(_("There is no such channel."))
    return health_shape(found, await at.database.read(health.of, channel_id))


HANDLERS = [channel_list, channel]
