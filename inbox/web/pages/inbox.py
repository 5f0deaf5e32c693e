"""The inbox: list and thread, as pages and as the parts that htmx asks for."""

from collections.abc import Callable
from typing import NamedTuple, TypedDict

from litestar import Response, get, post
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest
from msgspec.structs import replace

from inbox.conversations import drafts, listing, seen, threads
from inbox.conversations.listing import Search
from inbox.conversations.moved import raise_if_moved
from inbox.conversations.threads import ThreadPage
from inbox.desk.counts import Own, read_own_and_head
from inbox.domain.cursors import Cursor
from inbox.domain.errors import Missing
from inbox.domain.language import N_, _
from inbox.domain.outgoing.texts import TEXT_LIMIT
from inbox.domain.public import Draft, ListedConversation, Message
from inbox.domain.text import scrub
from inbox.sending import signing
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.narrowing import search_for
from inbox.web.http.rendering import drawn, own_page, rendered_page
from inbox.web.pages.counts import shown_counts
from inbox.web.pages.list_part import ListPart, around_list, list_part, place_asked

Request = HTMXRequest

HistoryOf = Callable[[Connection, str, str], ThreadPage]

NO_CONVERSATION = N_("There is no such conversation.")


class Place(NamedTuple):
    """Where to open a conversation: at a message of ours, or at one that a message quotes.

    ``whole``: the message of which nothing is cut.
    """

    message: str = ""
    quoted: str = ""
    whole: str = ""


class ThreadPart(TypedDict):
    """What the open conversation is rendered of; ``highlight``: the message that was asked for,
    ``whole``: the one of which nothing is cut; ``room``: how many characters a text may have;
    ``begun`` and ``noted``: what the agent has begun to write and to note."""

    open: ListedConversation | None
    open_id: str
    begun: Draft | None
    noted: Draft | None
    messages: list[Message]
    older: bool
    newer: bool
    highlight: str | None
    whole: str
    room: int


class WholePage(ListPart, ThreadPart):
    """``seq``: from where the page's socket goes on."""

    seq: int


def _thread(connection: Connection, user_id: str, conversation_id: str, place: Place) -> ThreadPart:
    """An open conversation; raises ``Missing`` if it, or the message, is not there."""
    found = listing.conversation_by_id(connection, user_id, conversation_id)
    if found is None:
        raise Missing(_(NO_CONVERSATION))
    message_id = place.message
    if place.quoted and not message_id:
        message_id = threads.quoted_message_id(connection, conversation_id, place.quoted)
    if message_id:
        shown = threads.around(connection, conversation_id, message_id)
    else:
        shown = threads.latest(connection, conversation_id)
    return {
        "open": found,
        "open_id": conversation_id,
        "begun": drafts.draft_here(connection, user_id, conversation_id),
        "noted": drafts.draft_here(connection, user_id, conversation_id, "note"),
        "messages": shown.messages,
        "older": shown.older,
        "newer": shown.newer,
        "highlight": message_id or None,
        "whole": place.whole,
        "room": signing.room_beside(connection, user_id, found["channel"]["id"]),
    }


_CLOSED: ThreadPart = {
    "open": None,
    "open_id": "",
    "begun": None,
    "noted": None,
    "messages": [],
    "older": False,
    "newer": False,
    "highlight": None,
    "whole": "",
    "room": TEXT_LIMIT,
}


def whole_page(
    connection: Connection,
    user_id: str,
    search: Search,
    cursor: Cursor | None,
    conversation_id: str,
    place: Place,
) -> tuple[WholePage, Own]:
    """All that the page shows, of one moment: its socket goes on from ``seq``."""
    thread = _thread(connection, user_id, conversation_id, place) if conversation_id else _CLOSED
    listed = list_part(connection, user_id, search, cursor)
    own, seq = read_own_and_head(connection, user_id, search.reach, listed["unread"])
    return {**listed, **thread, "seq": seq}, own


@get("/", opt=AGENT, include_in_schema=False)
async def inbox(
    request: Request, cursor: FromQuery[str] = "", before: FromQuery[str] = ""
) -> Response[str]:
    search = search_for(request)
    return await inbox_page(request, search, "", Place(), place_asked(cursor, before))


@get("/conversations/{conversation_id:str}", opt=AGENT, include_in_schema=False)
async def conversation(
    request: Request,
    conversation_id: FromPath[str],
    message: FromQuery[str] = "",
    quoted: FromQuery[str] = "",
    whole: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> Response[str]:
    """The whole page, or for htmx the thread alone. ``whole``: nothing of ``message`` is cut."""
    place = Place(message, scrub(quoted), message if whole else "")
    search = search_for(request)
    if not request.htmx:
        from_row = place_asked(cursor, "")
        return await inbox_page(request, search, conversation_id, place, from_row)
    at = app_of(request)
    seq = at.hub.head  # before what is read, which is as new at least
    found = await at.database.read(_thread, me(request).id, conversation_id, place)
    page = own_page(request, "inbox/_thread.html", seq=seq, **found, **around_list(request, search))
    return await drawn(request, page)


async def inbox_page(
    request: Request,
    search: Search,
    conversation_id: str,
    place: Place,
    cursor: Cursor | None = None,
    status: int = 200,
    **more: str,
) -> Response[str]:
    who = me(request)
    seen = replace(search, reach=who.reach)  # whatever was asked for, and whoever asked for it
    found, own = await app_of(request).database.read(
        whole_page, who.id, seen, cursor, conversation_id, place
    )
    counts = await shown_counts(request, own)
    beside = {**found, **more, **around_list(request, search), "counts": counts}
    page = own_page(request, "inbox.html", status, **beside)
    return await drawn(request, page)


@get("/conversations/{conversation_id:str}/messages", opt=AGENT, include_in_schema=False)
async def history(
    request: Request,
    conversation_id: FromPath[str],
    before: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """More of the thread, on the side that was asked for."""
    if not before and not after:
        raise ClientException(_("Say which side: before or after a message."))
    read, anchor = (threads.before, before) if before else (threads.after, after)
    found = await app_of(request).database.read(_history, read, conversation_id, anchor)
    page = own_page(
        request,
        "inbox/_history.html",
        messages=found.messages,
        older=found.older if before else False,
        newer=found.newer if after else False,
        open={"id": conversation_id},
    )
    return await drawn(request, page)


@get("/messages/{message_id:str}", opt=AGENT, include_in_schema=False)
async def whole_message(request: Request, message_id: FromPath[str]) -> Response[str]:
    """A message of which the page has only the beginning."""
    message = await app_of(request).database.read(threads.message_by_id, message_id)
    if message is None:
        raise Missing(_("There is no such message."))
    page = rendered_page("inbox/_message.html", message=message, whole=message_id)
    return await drawn(request, page)


def _history(
    connection: Connection, read: HistoryOf, conversation_id: str, anchor: str
) -> ThreadPage:
    try:
        return read(connection, conversation_id, anchor)
    except Missing:
        raise_if_moved(connection, conversation_id)
        raise


@post(
    "/conversations/{conversation_id:str}/seen", opt=AGENT, status_code=204, include_in_schema=False
)
async def mark_seen(request: Request, conversation_id: FromPath[str]) -> Response[None]:
    at, form = app_of(request), await request.form()
    count = str(form.get("count") or "0")
    if not (count.isascii() and count.isdigit() and len(count) < 10):
        raise ClientException(_("count is the number of messages that were seen."))
    if await at.database.write(seen.see, me(request).id, conversation_id, int(count), at.now()):
        at.marker.wake()
    return Response(None, status_code=204)


HANDLERS = [
    inbox,
    conversation,
    history,
    whole_message,
    mark_seen,
]
