"""``/api/v1``: when a channel's team is there, and what the channel says by itself."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, put
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody

from inbox.channels import store
from inbox.domain.fields import says
from inbox.domain.hours.given import hours_given, hours_shape
from inbox.domain.hours.shape import AwayMessage, ChannelHours, Greeting, HolidayShape, WeekShape
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.web.api.contract.problems import UNFIT_HOURS, can_fail
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN, AGENT
from inbox.web.http.parameters import ChannelPathId
from inbox.web.http.scopes import SETTINGS


class NewHours(msgspec.Struct):
    """All of it: what is left out is taken away."""

    time_zone: Annotated[str, says("In which the times are meant, as `Europe/Berlin`.")] = "UTC"
    week: Annotated[WeekShape | None, says("Null: always open, but for holidays.")] = None
    holidays: Annotated[list[HolidayShape], says("Days on which nobody comes.")] = []
    away: Annotated[AwayMessage | None, says("Null: nothing is answered.")] = None
    greeting: Annotated[Greeting | None, says("Null: nobody is greeted.")] = None


@get(
    "/api/v1/channels/{channel_id:str}/hours",
    opt=AGENT,
    tags=["Channels"],
    operation_id="getHours",
    summary="Get a channel's business hours",
)
async def hours(request: Request[Any, Any, Any], channel_id: ChannelPathId) -> ChannelHours:
    """When its team is there, whether it is now, and what the channel says by itself."""
    at = app_of(request)
    found = await at.database.read(store.by_id, at.sealer, scrub(channel_id))
    if found is None or found.state == "removed" or not me(request).reach.has_channel(channel_id):
        raise NotFoundException(_("There is no such channel."))
    return hours_shape(found.hours, found.automatic, at.now())


@put(
    "/api/v1/channels/{channel_id:str}/hours",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_HOURS),
    tags=["Channels"],
    operation_id="setHours",
    summary="Set a channel's business hours",
)
async def replace_hours(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, data: JSONBody[NewHours]
) -> ChannelHours:
    """Who writes while it is closed gets the `away` message: once until it opens, within
    WhatsApp's 24 hours, and not while a colleague has just answered. Who writes first, or after a
    silence, gets the `greeting`, unless there is an `away` message for them. Neither counts as an
    answer: the conversation still needs a reply.
    """
    at = app_of(request)
    given = hours_given(msgspec.structs.asdict(data))
    changed = await at.database.write(
        store.set_hours, at.sealer, scrub(channel_id), given, at.now()
    )
    return hours_shape(changed.hours, changed.automatic, at.now())


HANDLERS = [hours, replace_hours]
