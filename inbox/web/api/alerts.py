"""``/api/v1``: what admins were told of channels and endpoints, for the tokens of admins."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, patch
from litestar.params import JSONBody

from inbox.alerts import alerts, listing
from inbox.alerts.listing import AnyAlert
from inbox.domain.errors import Missing
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.public import Alert
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.domain.webhooks import EndpointAlert
from inbox.storage.database import Connection
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.parameters import ChannelId, IdPlace, UpTo200, in_query, path_id
from inbox.web.http.scopes import SETTINGS, WEBHOOKS

AlertId = Annotated[str, path_id("The alert's id.")]


class AlertList(Paged):
    """A page of alerts of channels."""

    data: Annotated[list[Alert], says("The alerts.")]


class EndpointAlertList(Paged):
    """A page of alerts of endpoints."""

    data: Annotated[list[EndpointAlert], says("The alerts.")]


InState = Annotated[
    Literal["open", "ended", ""], in_query("Those that are so; empty: all.", name="state")
]


@get(
    "/api/v1/alerts",
    opt=ADMIN,
    tags=["Alerts"],
    operation_id="listAlerts",
    summary="List alerts",
)
async def alert_list(
    request: Request[Any, Any, Any],
    in_state: InState = "",
    channel: ChannelId = "",
    cursor: IdPlace = "",
    limit: UpTo200 = listing.PAGE,
) -> AlertList:
    """What admins were told of channels, the newest first.

    `kind`: `silent`, a channel that used to be busy and from which nothing comes; `failing`, one
    whose webhooks are refused for a wrong or missing proof.
    """
    found, following = await app_of(request).database.read(
        listing.alerts_page,
        channel_id=scrub(channel),
        is_open=_is_open(in_state),
        before=scrub(cursor),
        limit=limit,
    )
    return AlertList(data=found, next=following)


@get(
    "/api/v1/webhooks/alerts",
    opt=ADMIN | WEBHOOKS,
    tags=["Outgoing webhooks"],
    operation_id="listWebhookAlerts",
    summary="List alerts of endpoints",
)
async def endpoint_alert_list(
    request: Request[Any, Any, Any],
    in_state: InState = "",
    cursor: IdPlace = "",
    limit: UpTo200 = listing.PAGE,
) -> EndpointAlertList:
    """Endpoints that were switched off by themselves, the newest first.

    One is over when its endpoint is switched on again, or removed.
    """
    found, following = await app_of(request).database.read(
        listing.endpoint_alerts_page,
        is_open=_is_open(in_state),
        before=scrub(cursor),
        limit=limit,
    )
    return EndpointAlertList(data=found, next=following)


@get(
    "/api/v1/alerts/{alert_id:str}",
    opt=ADMIN,
    tags=["Alerts"],
    operation_id="getAlert",
    summary="Get an alert",
)
async def one_alert(request: Request[Any, Any, Any], alert_id: AlertId) -> Alert:
    """As in the list, also after it ended."""
    database = app_of(request).database
    return _of_channel(await database.read(listing.alert_by_id, scrub(alert_id)))


@get(
    "/api/v1/webhooks/alerts/{alert_id:str}",
    opt=ADMIN | WEBHOOKS,
    tags=["Outgoing webhooks"],
    operation_id="getWebhookAlert",
    summary="Get an alert of an endpoint",
)
async def one_endpoint_alert(request: Request[Any, Any, Any], alert_id: AlertId) -> EndpointAlert:
    """As in the list, also after it ended."""
    database = app_of(request).database
    return _of_endpoint(await database.read(listing.alert_by_id, scrub(alert_id)))


def _is_open(in_state: str) -> bool | None:
    return {"open": True, "ended": False}.get(in_state)


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
    alert_id: AlertId,
    data: JSONBody[AlertChange],
) -> Alert:
    """Mute an alert, or undo that. A muted one is open still, and shown as muted."""
    at = app_of(request)
    by = me(request).name if data.muted else None
    return await at.database.write(_mute_of_channel, scrub(alert_id), by, at.now())


@patch(
    "/api/v1/webhooks/alerts/{alert_id:str}",
    opt=ADMIN | WEBHOOKS,
    tags=["Outgoing webhooks"],
    operation_id="changeWebhookAlert",
    summary="Mute an alert of an endpoint",
)
async def change_endpoint_alert(
    request: Request[Any, Any, Any],
    alert_id: AlertId,
    data: JSONBody[AlertChange],
) -> EndpointAlert:
    """Mute it, or undo that. A muted one is open still, and shown as muted."""
    at = app_of(request)
    by = me(request).name if data.muted else None
    return await at.database.write(_mute_of_endpoint, scrub(alert_id), by, at.now())


def _mute_of_channel(connection: Connection, alert_id: str, by: str | None, now: Micros) -> Alert:
    return _of_channel(alerts.mute(connection, alert_id, by, now))


def _mute_of_endpoint(
    connection: Connection, alert_id: str, by: str | None, now: Micros
) -> EndpointAlert:
    return _of_endpoint(alerts.mute(connection, alert_id, by, now))


def _of_channel(alert: AnyAlert) -> Alert:
    if alert["kind"] == "switched_off":
        raise Missing(_("There is no such alert."))
    return alert


def _of_endpoint(alert: AnyAlert) -> EndpointAlert:
    if alert["kind"] != "switched_off":
        raise Missing(_("There is no such alert."))
    return alert


HANDLERS = [
    alert_list,
    endpoint_alert_list,
    one_alert,
    one_endpoint_alert,
    change_alert,
    change_endpoint_alert,
]
