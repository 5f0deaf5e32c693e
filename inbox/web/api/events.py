"""``/api/v1``: the feed over plain HTTP, and the short-lived tokens for its socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Any, NamedTuple, TypedDict

from litestar import Request, Response, get, post
from litestar.exceptions import ClientException
from litestar.params import QueryParameter

from inbox.access.principal import Principal
from inbox.domain.fields import Moment, says
from inbox.domain.language import _
from inbox.domain.times import iso
from inbox.feed.log import head, page_of_events
from inbox.feed.news import otherwise_since
from inbox.feed.sight import sees, unplaced
from inbox.feed.subscriber import AHEAD, TOO_OLD, interest_of
from inbox.web.api.contract.frames import EventFrame
from inbox.web.api.contract.problems import FORGOTTEN_EVENTS, can_fail
from inbox.web.context import AppContext, app_of, me
from inbox.web.http.errors import problem
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import UpTo1000, gives

LARGEST = 2**62
"""No database counts further."""
WAIT_SECONDS = 30.0


class EventList(TypedDict):
    """Events in their order."""

    data: Annotated[list[EventFrame], says("The events.")]
    next: Annotated[str, says("The `since` to ask with then.")]


@get(
    "/api/v1/events",
    opt=AGENT | can_fail(FORGOTTEN_EVENTS),
    tags=["Feed"],
    operation_id="listEvents",
    summary="List events",
    responses={200: gives(EventList, "Events in their order.")},
)
async def event_list(
    request: Request[Any, Any, Any],
    since: Annotated[
        int, QueryParameter(description="The last `seq` that was dealt with; 0: from the first.")
    ] = 0,
    limit: UpTo1000 = 100,
    wait: Annotated[
        float,
        QueryParameter(description="So many seconds to wait for the first one, up to 30."),
    ] = 0.0,
) -> Response[Any]:
    """The events after `since`, as the socket gives them (`/asyncapi.json`).

    Only those that who asks may see: numbers have gaps. Of large ones come fewer than `limit`: ask
    again with `next`.
    """
    at, size, principal = app_of(request), limit, me(request)
    if abs(since) > LARGEST:
        raise ClientException(_("since is a seq that came from here."))
    heard = at.hub.head
    found = await _page(at, principal, since, size)
    if found.lowest > since:
        newest = await at.database.read(head)
        return problem(410, f"{TOO_OLD}: read the state anew.", head=newest)
    if found.after == since > at.hub.head and since > (newest := await at.database.read(head)):
        return problem(410, f"{AHEAD}: read the state anew.", head=newest)
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
    wanted = interest_of(user, principal.role, principal.reach)
    lowest, events = await at.database.read(page_of_events, since, limit)
    while missing := unplaced(wanted.reach, events, at.hub.places):
        await at.hub.places.learn(at.database, missing)
    seen = [event for event in events if sees(wanted.reach, event, at.hub.places)]
    frames = [event.frame for event in seen if wanted.takes(event)]
    return EventPage(frames, events[-1].seq if events else since, lowest)


def _shut_out(at: AppContext, principal: Principal, heard: int) -> bool:
    """Whether this reader may no longer listen: their next question is answered anew."""
    return otherwise_since(at.hub.ring, heard, principal.kind, principal.id, principal.session)


class FeedToken(TypedDict):
    """A token for ``/ws?token=``."""

    token: Annotated[str, says("A JWT.")]
    expires_at: Annotated[Moment, says("Five minutes from now.")]


@post(
    "/api/v1/feed-tokens",
    opt=AGENT,
    status_code=201,
    tags=["Feed"],
    operation_id="makeFeedToken",
    summary="Get a token for the socket",
)
async def feed_token(request: Request[Any, Any, Any]) -> FeedToken:
    """A token for `/ws?token=`: it lives five minutes, as addresses end in logs."""
    at = app_of(request)
    token, expires_at = at.feed_tokens.issue(me(request), at.now())
    return FeedToken(token=token, expires_at=iso(expires_at))


HANDLERS = [event_list, feed_token]
