"""The list on the left of the inbox: what it is rendered of, and its parts by themselves."""

from typing import Final, TypedDict

from litestar import Response, get
from litestar.params import FromQuery
from litestar_htmx import HTMXRequest

from inbox.conversations import listing, unread
from inbox.conversations import search as find
from inbox.conversations.listing import Search
from inbox.conversations.reader_rows import list_rows
from inbox.conversations.views import Order, View
from inbox.domain.abilities import Ability
from inbox.domain.cursors import Cursor
from inbox.domain.public import ChannelRef, ListedConversation
from inbox.domain.reach import Reach
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.providers.registry import abilities_of
from inbox.storage.database import Connection
from inbox.storage.tables import conversations
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.narrowing import query_of, search_for
from inbox.web.http.rendering import drawn, own_page
from inbox.web.pages.filters import Chip, chips_of
from inbox.web.present.view_words import view_word

Request = HTMXRequest

ASKED_LIMIT: Final = 100
"""So many rows at once."""


class ListPart(TypedDict):
    """What the list on the left is rendered of; ``previous_cursor``: empty is its beginning.

    ``filters``: what narrows the search, as an address says it. ``there_are``: conversations,
    though none may be open.
    """

    conversations: list[ListedConversation]
    previous_cursor: str | None
    next_cursor: str | None
    view: View
    q: str
    filters: str
    chips: list[Chip]
    unread: dict[str, int]
    there_are: bool


def list_part(
    connection: Connection, user_id: str, search: Search, cursor: Cursor | None
) -> ListPart:
    page_of = find.search_page if search.asks else listing.list_page
    found, following = page_of(connection, user_id, search, cursor)
    previous, following = _beside(found, cursor, following)
    return {
        "conversations": found,
        "previous_cursor": previous,
        "next_cursor": following,
        "view": search.view,
        "q": search.q,
        "filters": query_of(search),
        "chips": chips_of(connection, search),
        "unread": unread.some(connection, user_id, reach=search.reach),
        "there_are": bool(found) or _there_are(connection, search.reach),
    }


def _there_are(connection: Connection, reach: Reach) -> bool:
    query = listing.rows(None, Search(reach=reach)).limit(1)
    return connection.execute(query).first() is not None


def _beside(
    found: list[ListedConversation], cursor: Cursor | None, following: str | None
) -> tuple[str | None, str | None]:
    """What is above the page and below it; whence one came there is always something."""
    if cursor is None:
        return None, following
    if cursor.up:
        return following, str(find.place_of(found[-1]["sort"]) if found else cursor)
    return str(find.place_of(found[0]["sort"])) if found else "", following


def place_asked(cursor: str, before: str) -> Cursor | None:
    """From where the list is to be read: down from a row, or up from one."""
    if before:
        return Cursor.read(before, up=True)
    return Cursor.read(cursor) if cursor else None


class AroundList(TypedDict):
    """What a list is rendered with that no database need be asked for.

    ``channels``: the connected numbers, and ``abilities`` what each can send, by its id. ``asked``:
    what a row has to be, as rows say it. ``searched``: by what is said in them. ``title``: what the
    view is called.
    """

    channels: list[ChannelRef]
    abilities: dict[str, frozenset[Ability]]
    asked: dict[str, str]
    order: Order
    searched: bool
    title: str


def around_list(request: Request, search: Search) -> AroundList:
    reach = me(request).reach
    known = [one for one in app_of(request).channel_cache.all() if reach.has_channel(one.id)]
    return {
        "channels": [
            {
                "id": channel.id,
                "name": channel.name,
                "provider": channel.provider,
                "state": channel.state,
            }
            for channel in known
        ],
        "abilities": {channel.id: abilities_of(channel) for channel in known},
        "asked": _facts_asked(request, search),
        "order": "newest" if search.asks else search.order,
        "searched": search.asks,
        "title": view_word(search.view),
    }


def _facts_asked(request: Request, search: Search) -> dict[str, str]:
    """By their names in a row; what of time is asked of messages no row knows."""
    assignee = me(request).id if search.assignee == "me" else search.assignee
    asked = {
        "channel": search.channel_id,
        "label": search.label and app_of(request).label_colors.name_of(search.label),
        "assignee": assignee,
        "team": search.team,
        "status": search.status or "",
        "priority": search.priority or "",
    }
    if not search.asks:
        asked |= {"since": _digits(search.since), "until": _digits(search.until)}
    return {name: value for name, value in asked.items() if value}


def _digits(at: Micros | None) -> str:
    return "" if at is None else f"{at:016d}"


@get("/conversations", opt=AGENT, include_in_schema=False)
async def conversation_list(
    request: Request, cursor: FromQuery[str] = "", before: FromQuery[str] = ""
) -> Response[str]:
    place, search = place_asked(cursor, before), search_for(request)
    found = await app_of(request).database.read(list_part, me(request).id, search, place)
    around = around_list(request, search)
    return await drawn(request, own_page(request, "inbox/_list.html", **found, **around, open=None))


def _rows_by_id(
    connection: Connection, user_id: str, ids: list[str], reach: Reach
) -> list[ListedConversation]:
    query = listing.rows(user_id, Search(reach=reach)).where(conversations.c.id.in_(ids))
    return list_rows(connection, connection.execute(query).all())


@get("/conversations/rows", opt=AGENT, include_in_schema=False)
async def listed_rows(request: Request, ids: FromQuery[str] = "") -> Response[str]:
    """Rows by their ids, as this reader sees them, wherever the list has them."""
    asked, who = scrub(ids).split(",")[:ASKED_LIMIT], me(request)
    found = await app_of(request).database.read(_rows_by_id, who.id, asked, who.reach)
    return await drawn(request, own_page(request, "inbox/rows.html", conversations=found))


HANDLERS = [conversation_list, listed_rows]
