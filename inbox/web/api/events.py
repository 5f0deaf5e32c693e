"""``/api/v1``: the feed over plain HTTP, and the short-lived tokens for its socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.exceptions import ClientException
from litestar.params import FromQuery

from inbox.access.principal import Principal
from inbox.domain.times import iso
from inbox.feed.log import head, page_of_events
from inbox.feed.news import shut_out_since
from inbox.feed.subscriber import Interest, audiences
from inbox.web.api.paging import limited
from inbox.web.context import AppContext, app_of, me
from inbox.web.http.errors import problem
from inbox.web.http.guard import AGENT

LIMIT = 1000
LARGEST = 2**62
"""No database counts further."""
WAIT_SECONDS = 30.0


@get("/api/v1/events", opt=AGENT)
async def event_list(
    request: Request[Any, Any, Any],
    since: FromQuery[int] = 0,
    limit: FromQuery[int] = 100,
    wait: FromQuery[float] = 0.0,
) -> Response[Any]:
    """The events after ``since``, as the socket gives them.

    ``next`` is the ``since`` to ask with then. With ``wait``, up to 30 seconds for the first one.
    410: ``since`` is older than what is kept; read the state anew and go on from ``head``.
    """
    at, size, principal = app_of(request), limited(limit, LIMIT), me(request)
    if abs(since) > LARGEST:
        raise ClientException("since is a seq that came from here.")
    heard = at.hub.head
    found = await _page(at, principal, since, size)
    if found.lowest > since:
        newest = await at.database.read(head)
        return problem(410, "since is older than what is kept: read the state anew.", head=newest)
    if not found.frames and wait > 0:
        with contextlib.suppress(TimeoutError):
            async with _patience(at, wait):
                while not found.frames and not _shut_out(at, principal, heard):
                    if at.hub.head <= found.after:
                        await at.hub.moved()
                    else:
                        found = await _page(at, principal, found.after, size)
    body = f'{{"data":[{",".join(found.frames)}],"next":"{found.after}"}}'
    return Response(body.encode(), media_type="application/json")


@contextlib.asynccontextmanager
async def _patience(at: AppContext, seconds: float) -> AsyncIterator[None]:
    """Raises TimeoutError then, or when the server stops."""
    most = 0.0 if at.leaving.is_set() else min(seconds, WAIT_SECONDS)
    async with asyncio.timeout(most) as patience:
        at.polls.add(patience)
        try:
            yield
        finally:
            at.polls.discard(patience)


class EventPage(NamedTuple):
    """Frames of what this reader may see.

    ``after``: the seq up to which the log was read for them; ``lowest``: the one up to which it is
    no longer kept.
    """

    frames: list[str]
    after: int
    lowest: int


async def _page(at: AppContext, principal: Principal, since: int, limit: int) -> EventPage:
    user = principal.id if principal.kind == "user" else None
    wanted = Interest(audiences(user, principal.role))
    lowest, events = await at.database.read(page_of_events, since, limit)
    frames = [event.frame for event in events if wanted.takes(event)]
    return EventPage(frames, events[-1].seq if events else since, lowest)


def _shut_out(at: AppContext, principal: Principal, heard: int) -> bool:
    """Whether this reader may no longer listen: their next question is answered anew."""
    return shut_out_since(at.hub.ring, heard, principal.kind, principal.id, principal.session)


@post("/api/v1/feed-tokens", opt=AGENT, status_code=201)
async def feed_token(request: Request[Any, Any, Any]) -> dict[str, str]:
    """A token for ``/ws?token=``: it lives five minutes, as addresses end in logs."""
    at = app_of(request)
    token, expires_at = at.feed_tokens.issue(me(request), at.now())
    return {"token": token, "expires_at": iso(expires_at)}


HANDLERS = [event_list, feed_token]
