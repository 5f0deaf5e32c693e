"""Settings: how the server is, live; the same for programs at ``/api/v1/status``."""

from litestar import get
from litestar.params import FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.domain.language import N_, _
from inbox.web.context import AnyRequest, app_of
from inbox.web.health.report import report, series
from inbox.web.health.report_shapes import StatusReport
from inbox.web.http.forwarding import unbelieved
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page

Request = HTMXRequest

_UNBELIEVED = N_(
    "You come by a proxy that is not believed, so everybody seems to have its address: limits "
    "count for all at once. Set INBOX_TRUST_PROXY to its address, %(address)s."
)


@get("/settings/status", opt=ADMIN, include_in_schema=False)
async def status_page(request: Request, part: FromQuery[str] = "") -> HTMXTemplate:
    """``part=live``: only what the page asks for again while somebody looks at it."""
    at = app_of(request)
    name = "settings/_status.html" if part == "live" else "settings/status.html"
    now = await report(at, _warnings(request))
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
    return await report(app_of(request), _warnings(request))


def _warnings(request: AnyRequest) -> list[str]:
    """Seen by the request itself, so that no stranger can have an admin warned."""
    return (
        [_(_UNBELIEVED, address=request.client.host if request.client else "?")]
        if unbelieved(request)
        else []
    )


HANDLERS = [status_page, status]
