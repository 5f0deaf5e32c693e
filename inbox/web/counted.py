"""Every request, counted by route and status, and the slow ones told.

By the route and never the path: a path may hold a webhook's key or a one-time link.
"""

import logging
from time import perf_counter
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from inbox.domain.tally import Histogram

log = logging.getLogger(__name__)

SLOW_SECONDS: Final = 1.0
QUIET_SECONDS: Final = 10.0
"""Slow requests of one route are told once in so long."""
PATIENT: Final = frozenset({"/api/v1/events"})
"""Routes where waiting is what one asked for."""

UNMATCHED: Final = "unmatched"
WEBHOOKS: Final = frozenset({"/webhooks", "/api/webhook"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """``seconds``, by method and route, runs until the answer begins."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str, int], int] = {}
        self.seconds: dict[tuple[str, str], Histogram] = {}
        self.acknowledged = Histogram()
        """Seconds to the 200 of webhooks that are on disk."""

        self._slow: dict[str, tuple[float, int]] = {}
        """By route: until when nothing is told, and how many came meanwhile."""

    def _tell_slow(self, facts: dict[str, object], seconds: float) -> None:
        """One line for many: an overloaded server must not write its log full as well."""
        now, route = perf_counter(), str(facts["route"])
        quiet_until, unsaid = self._slow.get(route, (0.0, 0))
        if now < quiet_until:
            self._slow[route] = (quiet_until, unsaid + 1)
            return
        self._slow[route] = (now + QUIET_SECONDS, 0)
        more = {"and_before": unsaid} if unsaid else {}
        log.warning("slow request", extra=facts | {"seconds": round(seconds, 3)} | more)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        answer = (method, route, status)
        self.answers[answer] = self.answers.get(answer, 0) + 1
        durations = self.seconds.get((method, route))
        if durations is None:
            durations = self.seconds[method, route] = Histogram()
        durations.observe(seconds)
        if status == 200 and method == "POST" and route in WEBHOOKS:
            self.acknowledged.observe(seconds)
        if seconds >= SLOW_SECONDS and route not in PATIENT:
            self._tell_slow({"method": method, "route": route, "status": status}, seconds)
        if status >= 400:
            log.debug("refused", extra={"method": method, "route": route, "status": status})


def counted(app: ASGIApp, requests: Requests) -> ASGIApp:
    """``app``, with every answer noted: also those from before a route is found."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        began = perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = perf_counter() - began
                requests.note(scope["method"], _route(scope), message["status"], seconds)
            await send(message)

        await app(scope, receive, noting)

    return handle


def _route(scope: Scope) -> str:
    """The route as declared; what is mounted has no template but its prefix."""
    template: str = scope.get("path_template") or ""
    if template or "route_handler" not in scope:
        return template or UNMATCHED
    return min(scope["route_handler"].paths)
