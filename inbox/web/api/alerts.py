"""``/api/v1``: what admins were told of their channels, for the tokens of admins."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, get, patch
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from inbox.alerts import alerts
from inbox.domain.public import Alert
from inbox.domain.text import scrub
from inbox.web.api.paging import Listing, limited
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN

LIMIT = 200


@get("/api/v1/alerts", opt=ADMIN)
async def alert_list(
    request: Request[Any, Any, Any],
    in_state: Annotated[Literal["open", "ended", ""], QueryParameter(name="state")] = "",
    channel: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    limit: FromQuery[int] = alerts.PAGE,
) -> Listing:
    """Alerts, the newest first.

    ``kind``: ``silent``, a channel that used to be busy and from which nothing comes; ``failing``,
    one whose webhooks are refused for a wrong or missing proof. ``state``: ``open`` or ``ended``.
    """
    found, following = await app_of(request).database.read(
        alerts.alerts_page,
        channel_id=scrub(channel),
        is_open={"open": True, "ended": False}.get(in_state),
        before=scrub(cursor),
        limit=limited(limit, LIMIT),
    )
    return Listing(found, following)


class AlertChange(msgspec.Struct):
    muted: bool


@patch("/api/v1/alerts/{alert_id:str}", opt=ADMIN)
async def change_alert(
    request: Request[Any, Any, Any], alert_id: FromPath[str], data: JSONBody[AlertChange]
) -> Alert:
    """Mute an alert, or undo that. A muted one is open still, and shown as muted."""
    at = app_of(request)
    by = me(request).name if data.muted else None
    return await at.database.write(alerts.mute, scrub(alert_id), by, at.now())


HANDLERS = [alert_list, change_alert]
