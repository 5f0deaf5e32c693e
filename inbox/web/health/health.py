"""``/health``: green while every part works, red with the reason; never silence.

Redis only saves waiting, and without room for files messages come all the same. While one of them
is amiss the server is *degraded*, with the reason, and still answers 200: a load balancer that
took out every process for it would make an outage of it.
"""

from typing import Any

from litestar import HttpMethod, Request, Response, route

from inbox.web.context import AppContext, app_of
from inbox.web.http.guard import UNBROWSED


# Load balancers ask by HEAD: they want the status and no words.
@route(
    "/health",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    status_code=200,
    opt=UNBROWSED,
    include_in_schema=False,
)
async def health(request: Request[Any, Any, Any]) -> Response[dict[str, Any] | None]:
    at = app_of(request)
    checks = await examine(at)
    well = not any(checks.values())
    lapses = {name: reason for name, lapse in at.lapses.items() if (reason := lapse())}
    shown = dict.fromkeys(at.lapses) | {name: f"degraded: {lapses[name]}" for name in lapses}
    content = {
        "status": "failing" if not well else "degraded" if lapses else "ok",
        "checks": {name: reason or "ok" for name, reason in sorted((shown | checks).items())},
    }
    return Response(
        None if request.method == HttpMethod.HEAD else content, status_code=200 if well else 503
    )


async def examine(at: AppContext) -> dict[str, str | None]:
    """Every check by name, in order: None, or what is wrong."""
    checks = {"database": await at.probe.fault()}
    checks |= {name: check() for name, check in at.checks.items()}
    return dict(sorted(checks.items()))


HANDLERS = [health]
