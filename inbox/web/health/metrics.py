"""``/metrics`` for Prometheus: for monitors on this machine, and elsewhere with an admin's token.

Nothing is kept for it: a scrape reads the counters of the objects that do the work. With several
processes it reads those of the one that answers; the gauges of the database are common to all.
"""

import asyncio
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from litestar import Request, Response, get

from inbox.receiving.backlog import Standing, backlog
from inbox.storage.database import FAULTS
from inbox.storage.probe import PATIENCE_SECONDS
from inbox.web.context import AnyRequest, AppContext, app_of
from inbox.web.health.health import examine
from inbox.web.http.errors import PROBLEM, problem
from inbox.web.http.guard import UNBROWSED, bearer_token, by_token
from inbox.web.http.parameters import gives
from inbox.web.http.problem_shapes import ProblemDetails
from inbox.web.http.problem_types import MISSING_SCOPE
from inbox.web.http.scopes import MissingScope

FORWARDED: Final = ("x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded", "via")


@get(
    "/metrics",
    opt=UNBROWSED,
    tags=["Server"],
    operation_id="getMetrics",
    summary="Measure the server",
    responses={
        200: gives(str, "The measures.", media_type="text/plain"),
        401: gives(ProblemDetails, "From elsewhere without a token.", media_type=PROBLEM),
        403: gives(ProblemDetails, "The token is no admin's, or may not read.", media_type=PROBLEM),
    },
)
async def metrics(request: Request[Any, Any, Any]) -> Response[Any]:
    """For Prometheus: open to this machine, and elsewhere to the token of an admin."""
    at = app_of(request)
    refused = None if _from_here(request) else await _refusal(request)
    if refused is not None:
        return refused
    checks, facts = await examine(at), await _standing(at)
    # With Prometheus' own library, that most never ask for.
    from inbox.web.health.measures import scraped  # noqa: PLC0415 - see above

    body, media_type = scraped(request.headers.get("accept", ""), at, checks, facts)
    # Litestar would name the charset a second time.
    return Response(body, media_type=media_type.removesuffix("; charset=utf-8"))


async def _standing(at: AppContext) -> Standing | None:
    """None while the database is away: what is in memory is worth the more then."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await at.database.read(backlog)
    except FAULTS:
        return None


def _from_here(request: AnyRequest) -> bool:
    """Whether the peer is this very machine, and asks for itself.

    A reverse proxy on this machine is a peer from here that asks for anybody. Its headers can
    be made up, but to have one only ever takes a right away.
    """
    if any(name in request.headers for name in FORWARDED) or request.client is None:
        return False
    try:
        peer = ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped is not None:
        return peer.ipv4_mapped.is_loopback
    return peer.is_loopback


async def _refusal(request: AnyRequest) -> Response[Any] | None:
    token = bearer_token(request)
    principal = await by_token(app_of(request), token) if token else None
    if principal is None:
        return problem(401, "From elsewhere, metrics need the API token of an admin.")
    if not principal.allows("admin"):
        return problem(403, "Metrics are for tokens with the role admin.")
    if not principal.has("read"):
        missing = MissingScope("read")
        return problem(403, missing.detail, type=MISSING_SCOPE)
    return None


HANDLERS = [metrics]
