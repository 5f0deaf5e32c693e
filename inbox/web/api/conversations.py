"""``/api/v1``: conversations and their messages."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, FromQuery, JSONBody

from inbox.conversations import listing, search, threads
from inbox.conversations.listing import Search, View
from inbox.domain.cursors import Cursor
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.shapes import Shape
from inbox.domain.text import scrub
from inbox.sending import replies
from inbox.sending.replies import Reply
from inbox.web.api.paging import Listing, limited
from inbox.web.context import AnyRequest, app_of, me
from inbox.web.http.guard import AGENT

NOT_THERE = "There is no such conversation."


def _reader(request: AnyRequest) -> str | None:
    """Whose unread counts: a user's own; a program sees what no agent has read."""
    principal = me(request)
    return principal.id if principal.kind == "user" else None


@get("/api/v1/conversations", opt=AGENT)
async def conversation_list(
    request: Request[Any, Any, Any],
    view: FromQuery[View] = "all",
    q: FromQuery[str] = "",
    channel: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    limit: FromQuery[int] = listing.PAGE,
) -> Listing:
    """Conversations, the newest arrival first.

    With ``q`` people of that name or number come first, and each conversation has a ``match``: the
    message that was found, with a snippet, or null.
    """
    asked = scrub(q).strip()
    if len(asked) > QUERY_LIMIT:
        raise ClientException(f"q has at most {QUERY_LIMIT} characters.")
    found, following = await app_of(request).database.read(
        search.search_page if asked else listing.list_page,
        _reader(request),
        Search(view=view, q=asked, channel_id=channel),
        Cursor.read(cursor) if cursor else None,
        limited(limit, listing.PAGE_LIMIT),
    )
    return Listing(data=found, next=following)


@get("/api/v1/conversations/{conversation_id:str}", opt=AGENT)
async def conversation(request: Request[Any, Any, Any], conversation_id: FromPath[str]) -> Shape:
    found = await app_of(request).database.read(
        listing.conversation_by_id, _reader(request), conversation_id
    )
    if found is None:
        raise NotFoundException(NOT_THERE)
    return found


@get("/api/v1/conversations/{conversation_id:str}/messages", opt=AGENT)
async def thread(
    request: Request[Any, Any, Any],
    conversation_id: FromPath[str],
    before: FromQuery[str] = "",
    after: FromQuery[str] = "",
    around: FromQuery[str] = "",
    limit: FromQuery[int] = threads.PAGE,
) -> Listing:
    """The latest messages, oldest first, or those next to a message.

    ``next``: the message to give as ``before`` (or ``after``) for more on that side.
    """
    at, size = app_of(request), limited(limit, threads.PAGE_LIMIT)
    if await at.database.read(listing.conversation_by_id, None, conversation_id) is None:
        raise NotFoundException(NOT_THERE)
    if before:
        found = await at.database.read(threads.before, conversation_id, before, size)
    elif after:
        found = await at.database.read(threads.after, conversation_id, after, size)
    elif around:
        found = await at.database.read(threads.around, conversation_id, around, size)
    else:
        found = await at.database.read(threads.latest, conversation_id, size)
    if after:
        return Listing(found.messages, found.messages[-1]["id"] if found.newer else None)
    return Listing(found.messages, found.messages[0]["id"] if found.older else None)


class NewMessage(msgspec.Struct):
    """A text to send. ``client_id`` makes it one message however often it is posted.

    ``quoted_id``: the id of the message that it answers.
    """

    text: Annotated[str, msgspec.Meta(min_length=1)]
    client_id: str = ""
    quoted_id: str = ""
    type: str = "text"


@post("/api/v1/conversations/{conversation_id:str}/messages", opt=AGENT, status_code=201)
async def send(
    request: Request[Any, Any, Any], conversation_id: FromPath[str], data: JSONBody[NewMessage]
) -> Response[Any]:
    at, sender = app_of(request), me(request)
    if data.type != "text":
        raise ClientException("Only type text can be sent.")
    reply = Reply(
        conversation_id=conversation_id,
        text=scrub(data.text),
        client_id=scrub(data.client_id),
        quoted_id=scrub(data.quoted_id),
        sender_id=sender.id if sender.kind == "user" else None,
        sender_name=sender.name,
    )
    message = await at.database.write(replies.enqueue, reply, at.now())
    at.outbox.wake()
    return Response(message, status_code=201)


HANDLERS = [conversation_list, conversation, thread, send]
