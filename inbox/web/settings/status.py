"""Settings: how the server is, live; the same for programs at ``/api/v1/status``."""

from litestar import get
from litestar.params import FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.web.context import app_of
from inbox.web.health.report import report, series
from inbox.web.health.report_shapes import StatusReport
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page

Request = HTMXRequest


@get("/settings/status", opt=ADMIN, include_in_schema=False)
async def status_page(request: Request, part: FromQuery[str] = "") -> HTMXTemplate:
    """``part=live``: only what the page asks for again while somebody looks at it."""
    at = app_of(request)
    name = "settings/_status.html" if part == "live" else "settings/status.html"
    now = await report(at)
    return own_page(request, name, now=now, series=series(at), seq=at.hub.head)


@get(
    "/api/v1/status",
    opt=ADMIN,
    tags=["Server"],
    operation_id="getStatus",
    summary="Ask how everything is",
)
async def status(request: Request) -> StatusReport:
    """Checks, what waits and what failed, channels, and the process that answers."""
    return await report(app_of(request))


HANDLERS = [status_page, status]
