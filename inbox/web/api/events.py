"""``/api/v1``: the feed over plain HTTP, and the short-lived tokens for its socket."""

import asyncio
import contextlib
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from inbox.domain.times import iso
from inbox.feed.log import head, oldest, read
from inbox.feed.subscriber import Wanted, audiences
from inbox.web.api.paging import limited
from inbox.web.errors import problem
from inbox.web.guard import AGENT
from inbox.web.house import House, house, me

LIMIT = 1000
WAIT_SECONDS = 30.0


@get("/api/v1/events", opt=AGENT)
async def event_list(
    request: Request[Any, Any, Any],
    since: FromQuery[int] = 0,
    limit: FromQuery[int] = 100,
    wait: FromQuery[float] = 0.0,
) -> Response[Any]:
    """The events after ``since``, as the socket gives them. ``next`` is the ``since`` to ask

    with then. With ``wait``, up to 30 seconds for the first one. 410: ``since`` is older than
    what is kept; read the state anew and go on from ``head``.
    """
    at, size = house(request), limited(limit, LIMIT)
    if await at.database.read(oldest) > since + 1:
        newest = await at.database.read(head)
        return problem(410, "since is older than what is kept: read the state anew.", head=newest)
    frames, after = await _events(at, request, since, size)
    if not frames and wait > 0:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(wait, WAIT_SECONDS)):
                while not frames:
                    if at.hub.head <= after:
                        await at.hub.moved()
                    frames, after = await _events(at, request, after, size)
    body = f'{{"data":[{",".join(frames)}],"next":"{after}"}}'
    return Response(body.encode(), media_type="application/json")


async def _events(
    at: House, request: Request[Any, Any, Any], since: int, limit: int
) -> tuple[list[str], int]:
    """Frames of what this reader may see, and the seq up to which the log was read."""
    principal = me(request)
    user = principal.id if principal.kind == "user" else None
    wanted = Wanted(audiences(user, principal.role))
    found = await at.database.read(read, since, limit)
    frames = [event.frame for event in found if wanted.takes(event)]
    return frames, found[-1].seq if found else since


@post("/api/v1/feed-tokens", opt=AGENT, status_code=201)
async def feed_token(request: Request[Any, Any, Any]) -> dict[str, str]:
    """A token for ``/ws?token=``: it lives five minutes, as addresses end in logs."""
    at = house(request)
    token, expires_at = at.feed_tokens.issue(me(request), at.now())
    return {"token": token, "expires_at": iso(expires_at)}


HANDLERS = [event_list, feed_token]
