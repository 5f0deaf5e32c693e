"""``/api/v1``: the feed over plain HTTP, and the short-lived tokens for its socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, NamedTuple, TypedDict

from litestar import Request, Response, get, post
from litestar.exceptions import ClientException, NotAuthorizedException
from litestar.params import HeaderParameter, QueryParameter
from msgspec.structs import replace

from inbox.access import feed_tokens
from inbox.access.feed_tokens import Named
from inbox.access.principal import Principal
from inbox.domain.fields import Moment, says
from inbox.domain.language import _
from inbox.domain.text import JsonObject
from inbox.domain.times import iso
from inbox.feed.log import head, page_of_events
from inbox.feed.news import otherwise_since
from inbox.feed.sight import sees, unplaced
from inbox.feed.subscriber import AHEAD, TOO_OLD, Interest
from inbox.web.api.contract.frames import EventFrame
from inbox.web.api.contract.problems import FORGOTTEN_EVENTS, can_fail
from inbox.web.context import AppContext, app_of, me
from inbox.web.http.compression import STREAM, asks_for_stream
from inbox.web.http.errors import problem
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import EXAMPLE_ID, UpTo1000, gives, in_query
from inbox.web.http.scopes import READ
from inbox.web.live.admission import settled
from inbox.web.live.client_frames import subscribed
from inbox.web.live.endings import WrongSince
from inbox.web.live.event_stream import EventStreamResponse, StreamRequest
from inbox.web.live.open_feed import heard_by, seq_in

LARGEST = 2**62
"""No database counts further."""
WAIT_SECONDS = 30.0


_AS_STREAM: Final = {
    STREAM: {
        "schema": {
            "type": "string",
            "description": "Server-sent events, without an end.",
        },
        "example": "id: 1042\nevent: message:status\n"
        'data: {"type":"message:status","seq":1042,"at":"2026-01-01T12:00:00.123Z","payload":{}}'
        "\n\n",
    }
}


class EventList(TypedDict):
    """Events in their order."""

    data: Annotated[list[EventFrame], says("The events.")]
    next: Annotated[str, says("The `since` to ask with then.")]


@get(
    "/api/v1/events",
    opt=AGENT | can_fail(FORGOTTEN_EVENTS) | {"also_gives": _AS_STREAM},
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
    types: Annotated[
        str, in_query("Only events of these types, with commas between.", "message:new")
    ] = "",
    topics: Annotated[
        str,
        in_query(
            "Only what is about these, with commas between: `conversation:<id>`, `contact:<id>`.",
            f"conversation:{EXAMPLE_ID}",
        ),
    ] = "",
    last_event_id: Annotated[
        str | None,
        HeaderParameter(
            name="Last-Event-ID",
            description="Of a stream: the last `id` that came. It wins over `since`.",
            schema_extra={"examples": ["1042"]},
        ),
    ] = None,
) -> Response[Any]:
    """The events after `since`, as the socket gives them (`/asyncapi.json`).

    Only those that who asks may see: numbers have gaps. Of large ones come fewer than `limit`: ask
    again with `next`.

    With `Accept: text/event-stream` the answer goes on: server-sent events whose `id` is the `seq`,
    whose `event` is the type, and whose `data` is the whole frame of the socket. It begins after
    `Last-Event-ID`, or `since`, or without both with what comes now; `limit` and `wait` are nothing
    to it. Instead of 410 it has `feed:resync`.
    """
    at, size, principal = app_of(request), limit, me(request)
    if abs(since) > LARGEST:
        raise ClientException(_("since is a seq that came from here."))
    wanted = _wanted(principal, types, topics)
    if asks_for_stream(request.headers.get("accept", "")):
        asked = request.query_params.get("since")
        return await _stream(
            at, principal, wanted, asked if last_event_id is None else last_event_id
        )
    heard = at.hub.head
    found = await _page(at, wanted, since, size)
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
                        found = await _page(at, wanted, found.after, size)
    body = f'{{"data":[{",".join(found.frames)}],"next":"{found.after}"}}'
    return Response(body.encode(), media_type="application/json", headers={"Vary": "Accept"})


def _wanted(principal: Principal, types: str, topics: str) -> Interest:
    """What is asked for of all that they may hear of."""
    asked: JsonObject = {"types": _listed(types), "topics": _listed(topics)}
    return subscribed(heard_by(principal), asked) or heard_by(principal)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


async def _stream(
    at: AppContext, principal: Principal, wanted: Interest, since: str | None
) -> EventStreamResponse:
    """Whoever was let in is looked at once more, as of one place in the log."""
    try:
        start = seq_in(since)
    except WrongSince:
        raise ClientException(_("since is a seq that came from here.")) from None
    named = Named(principal.subject, principal.session)
    admission = await settled(at, feed_tokens.principal, named, at.now())
    if admission is None:
        raise NotAuthorizedException(_("Sign in first."))
    now = heard_by(admission.principal)
    wanted = replace(wanted, audiences=now.audiences, reach=now.reach)
    return EventStreamResponse(StreamRequest(at, admission, wanted, start))


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


async def _page(at: AppContext, wanted: Interest, since: int, limit: int) -> EventPage:
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
    opt=AGENT | READ,
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
