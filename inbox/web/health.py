"""``/health``: green while every part works, red with the reason; never silence."""

import asyncio
from typing import Any

from litestar import Request, Response, get

from inbox.storage.database import ping
from inbox.web.guard import UNBROWSED
from inbox.web.house import House, house

PATIENCE_SECONDS = 2


@get("/health", opt=UNBROWSED, include_in_schema=False)
async def health(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    checks = await examine(house(request))
    well = not any(checks.values())
    return Response(
        {
            "status": "ok" if well else "failing",
            "checks": {name: reason or "ok" for name, reason in checks.items()},
        },
        status_code=200 if well else 503,
    )


async def examine(at: House) -> dict[str, str | None]:
    """Every check by name, in order: None, or what is wrong."""
    checks = {name: check() for name, check in at.checks.items()}
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await at.database.read(ping)
        checks["database"] = None
    except Exception as fault:
        checks["database"] = f"cannot be reached: {type(fault).__name__}"
    return dict(sorted(checks.items()))


HANDLERS = [health]
