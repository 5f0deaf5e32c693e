"""``/health``: green while every part works, red with the reason; never silence.

Redis only saves waiting, and without room for files messages come all the same. While one of them
is amiss the server is *degraded*, with the reason, and still answers 200: a load balancer that
took out every process for it would make an outage of it.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from litestar import HttpMethod, Request, Response, route

from inbox.web.context import AppContext, app_of
from inbox.web.health import advice
from inbox.web.health.report_shapes import HealthReport, Standing
from inbox.web.http.guard import UNBROWSED
from inbox.web.http.parameters import by_method, gives
from inbox.web.process.part import CheckAdvice


# Load balancers ask by HEAD: they want the status and no words.
@route(
    "/health",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    status_code=200,
    opt=UNBROWSED,
    tags=["Server"],
    operation_id=by_method("health"),
    summary="Ask how the server is",
    responses={
        200: gives(HealthReport, "Every part works that must."),
        503: gives(HealthReport, "Some part does not work."),
    },
)
async def health(request: Request[Any, Any, Any]) -> Response[Any]:
    """200 while every part works, else 503; by HEAD without words."""
    checks = await examine(app_of(request))
    status = standing(checks)
    told = {check.name: check.words for check in checks}
    content: HealthReport = {"status": status, "checks": told}

    return Response(
        None if request.method == HttpMethod.HEAD else content,
        status_code=503 if status == "failing" else 200,
    )


class Check(NamedTuple):
    """A part as it is just now. ``reason``: None, or what is wrong."""

    name: str
    advice: CheckAdvice
    reason: str | None
    spare: bool = False

    @property
    def words(self) -> str:
        if self.reason is None:
            return "ok"
        return f"degraded: {self.reason}" if self.spare else self.reason


async def examine(at: AppContext) -> list[Check]:
    """Every part by name."""
    away = await at.probe.fault()
    database = Check("database", advice.DATABASE, away or at.database.mistake)
    parts = [
        Check(part.name, part.advice, part.reason(at.supervisor), part.spare) for part in at.parts
    ]
    return sorted([database, *parts], key=lambda check: check.name)


def standing(checks: Iterable[Check]) -> Standing:
    amiss = [check for check in checks if check.reason]
    if not amiss:
        return "ok"
    return "degraded" if all(check.spare for check in amiss) else "failing"


HANDLERS = [health]
