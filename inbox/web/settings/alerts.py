"""Settings: an admin wants to hear no more of an alert, or again."""

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest

from inbox.alerts import alerts
from inbox.domain.text import scrub
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import to

Request = HTMXRequest
Answer = Response[None] | Redirect


@post("/settings/alerts/{alert_id:str}/mute", opt=ADMIN, status_code=200, include_in_schema=False)
async def mute(request: Request, alert_id: FromPath[str]) -> Answer:
    """Its line goes from the pages of all admins; it stays open, and is shown as muted."""
    return await _mute(request, alert_id, me(request).name)


@post("/settings/alerts/{alert_id:str}/unmute", opt=ADMIN, status_code=200, include_in_schema=False)
async def unmute(request: Request, alert_id: FromPath[str]) -> Answer:
    return await _mute(request, alert_id, None)


async def _mute(request: Request, alert_id: str, by: str | None) -> Answer:
    at = app_of(request)
    alert = await at.database.write(alerts.mute, scrub(alert_id), by, at.now())
    if request.htmx:  # the feed brings the change, to this page as to all others
        return Response(None, status_code=204)
    if alert["kind"] == "switched_off":
        return to(f"/settings/webhooks/{alert['endpoint']['id']}")
    return to(f"/settings/channels/{alert['channel']['id']}#told")


HANDLERS = [mute, unmute]
