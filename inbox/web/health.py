"""``/health``: green while every part works, red with the reason; never silence.

Redis only saves waiting. While it is away the server is *degraded*, with the reason, and still
answers 200: a load balancer that took out every process for it would make an outage of it.
"""

from typing import Any

from litestar import Request, Response, get

from inbox.web.guard import UNBROWSED
from inbox.web.house import House, house


@get("/health", opt=UNBROWSED, include_in_schema=False)
async def health(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    at = house(request)
    checks = await examine(at)
    well = not any(checks.values())
    lapses = {name: reason for name, lapse in at.lapses.items() if (reason := lapse())}
    shown = dict.fromkeys(at.lapses) | {name: f"degraded: {lapses[name]}" for name in lapses}
    return Response(
        {
            "status": "failing" if not well else "degraded" if lapses else "ok",
            "checks": {name: reason or "ok" for name, reason in sorted((shown | checks).items())},
        },
        status_code=200 if well else 503,
    )


async def examine(at: House) -> dict[str, str | None]:
    """Every check by name, in order: None, or what is wrong."""
    checks = {"database": await at.proof.fault()}
    checks |= {name: check() for name, check in at.checks.items()}
    return dict(sorted(checks.items()))


HANDLERS = [health]
