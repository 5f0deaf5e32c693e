"""``/api/v1``: what admins were told of their channels, for the tokens of admins."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, patch
from litestar.params import JSONBody

from inbox.alerts import alerts
from inbox.domain.fields import says
from inbox.domain.public import Alert
from inbox.domain.text import scrub
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.parameters import ChannelId, IdPlace, UpTo200, in_query, path_id
from inbox.web.http.scopes import SETTINGS


class AlertList(Paged):
    """A page of alerts."""

    data: Annotated[list[Alert], says("The alerts.")]


@get(
    "/api/v1/alerts",
    opt=ADMIN,
    tags=["Alerts"],
    operation_id="listAlerts",
    summary="List alerts",
)
async def alert_list(
    request: Request[Any, Any, Any],
    in_state: Annotated[
        Literal["open", "ended", ""], in_query("Those that are so; empty: all.", name="state")
    ] = "",
    channel: ChannelId = "",
    cursor: IdPlace = "",
    limit: UpTo200 = alerts.PAGE,
) -> AlertList:
    """What admins were told, the newest first.

    `kind`: `silent`, a channel that used to be busy and from which nothing comes; `failing`, one
    whose webhooks are refused for a wrong or missing proof.
    """
    found, following = await app_of(request).database.read(
        alerts.alerts_page,
        channel_id=scrub(channel),
        is_open={"open": True, "ended": False}.get(in_state),
        before=scrub(cursor),
        limit=limit,
    )
    return AlertList(data=found, next=following)


class AlertChange(msgspec.Struct):
    """What is to be changed of an alert."""

    muted: Annotated[bool, says("Whether nobody wants to hear more of it.")]


@patch(
    "/api/v1/alerts/{alert_id:str}",
    opt=ADMIN | SETTINGS,
    tags=["Alerts"],
    operation_id="changeAlert",
    summary="Mute an alert",
)
async def change_alert(
    request: Request[Any, Any, Any],
    alert_id: Annotated[str, path_id("The alert's id.")],
    data: JSONBody[AlertChange],
) -> Alert:
    """Mute an alert, or undo that. A muted one is open still, and shown as muted."""
    at = app_of(request)
    by = me(request).name if data.muted else None
    return await at.database.write(alerts.mute, scrub(alert_id), by, at.now())


HANDLERS = [alert_list, change_alert]
