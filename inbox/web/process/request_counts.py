"""Every request, counted by route and status, and the slow ones told.

By the route and never the path: a path may hold a webhook's key or a one-time link.
"""

import logging
from time import perf_counter
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from inbox.domain.tally import Histogram

log = logging.getLogger(__name__)

SLOW_SECONDS: Final = 1.0
QUIET_SECONDS: Final = 10.0
"""Slow requests of one route are told once in so long."""
PATIENT: Final = frozenset({"/api/v1/events", "/internal/commands"})
"""Routes where waiting is what one asked for."""

UNMATCHED: Final = "unmatched"
WEBHOOKS: Final = frozenset({"/webhooks", "/api/webhook"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """How many answers there were and how long each took to begin, by method, route and status.

    One look-up and one addition for each: who asks for the numbers does the sums.
    """

    def __init__(self) -> None:
        self._tallies: dict[tuple[Any, str, int], tuple[str, Histogram]] = {}
        self._quiet_until: dict[str, float] = {}

    def note(self, scope: HTTPScope, status: int, seconds: float) -> None:
        key = (scope.get("route_handler"), scope["method"], status)
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = (_route(scope), Histogram())
        tally[1].observe(seconds)
        if seconds >= SLOW_SECONDS or status >= 400:
            self._tell(tally[0], key[1], status, seconds)

    def _tell(self, route: str, method: str, status: int, seconds: float) -> None:
        facts = {"method": method, "route": route, "status": status}
        if status >= 400:
            log.debug("refused", extra=facts)
        now = perf_counter()
        # One line for many: an overloaded server must not write its log full as well.
        if seconds < SLOW_SECONDS or route in PATIENT or now < self._quiet_until.get(route, 0.0):
            return
        self._quiet_until[route] = now + QUIET_SECONDS
        log.warning("slow request", extra=facts | {"seconds": round(seconds, 3)})

    def answers(self) -> dict[tuple[str, str, str], Histogram]:
        """Seconds until the answer began, by method, route and status."""
        found: dict[tuple[str, str, str], Histogram] = {}
        for (_, method, status), (route, seconds) in self._tallies.items():
            known = method if method in _METHODS else "other"
            found.setdefault((known, route, str(status)), Histogram()).add(seconds)
        return found

    def acknowledged(self) -> Histogram:
        """Seconds to the 200 of webhooks that are on disk."""
        found = Histogram()
        for (method, route, status), seconds in self.answers().items():
            if (method, status) == ("POST", "200") and route in WEBHOOKS:
                found.add(seconds)
        return found


def counted(app: ASGIApp, requests: Requests) -> ASGIApp:
    """``app``, with every answer noted: also those from before a route is found."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        began = perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                requests.note(scope, message["status"], perf_counter() - began)
            await send(message)

        await app(scope, receive, noting)

    return handle


def _route(scope: HTTPScope) -> str:
    """The route as declared; what is mounted has no template but its prefix."""
    template: str = scope.get("path_template") or ""
    if template or "route_handler" not in scope:
        return template or UNMATCHED
    return min(scope["route_handler"].paths)
