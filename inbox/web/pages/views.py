"""All views of the list, to go to: its own, those that are kept, and one for each channel, team and
label. Scripts make a menu of them; without scripts they are a page.
"""

from collections.abc import Iterator
from typing import NotRequired, TypedDict
from urllib.parse import parse_qsl, urlencode

from litestar import Response, get
from litestar_htmx import HTMXRequest

from inbox.conversations.listing import Search
from inbox.desk import saved_views, teams
from inbox.domain.language import _
from inbox.domain.reach import Reach
from inbox.domain.saved_views import SavedListView
from inbox.domain.teams import TeamShape
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.narrowing import query_of, search_for
from inbox.web.http.rendering import drawn, own_page
from inbox.web.pages.counts import shown_counts
from inbox.web.present.view_words import ORDER_WORDS, VIEW_WORDS, order_word, view_word

Request = HTMXRequest


class Goal(TypedDict):
    """Where one may go. ``key``: how its number is called. ``view`` and ``order``: the rest of what
    is asked stays."""

    href: str
    name: str
    key: str
    view: NotRequired[str]
    order: NotRequired[str]


class Goals(TypedDict):
    """Those of a kind; ``title`` empty: the list's own."""

    title: str
    goals: list[Goal]


@get("/views", opt=AGENT, include_in_schema=False)
async def view_choices(request: Request) -> Response[str]:
    at, who = app_of(request), me(request)
    saved, known = await at.database.read(_kept, who.id)
    channels = [one for one in at.channel_cache.all() if who.reach.has_channel(one.id)]
    groups = [
        Goals(title="", goals=[*_own()]),
        Goals(title=_("Saved"), goals=[_saved_goal(one) for one in saved]),
        Goals(
            title=_("Channels"),
            goals=[_goal("channel", one.id, one.name) for one in channels if len(channels) > 1],
        ),
        Goals(
            title=_("Teams"),
            goals=[_goal("team", one["id"], one["name"]) for one in _seen(known, who.reach)],
        ),
        Goals(
            title=_("Labels"),
            goals=[_goal("label", name, name) for name in at.label_colors.names()],
        ),
    ]
    counts = await shown_counts(request)
    groups.append(Goals(title=_("Order"), goals=[*_orders(search_for(request))]))
    shown = [group for group in groups if group["goals"]]
    return await drawn(request, own_page(request, "inbox/views.html", groups=shown, counts=counts))


def _kept(connection: Connection, user_id: str) -> tuple[list[SavedListView], list[TeamShape]]:
    return saved_views.saved_views_of(connection, user_id), teams.all_teams(connection)


def _seen(known: list[TeamShape], reach: Reach) -> Iterator[TeamShape]:
    return (one for one in known if reach.teams is None or one["id"] in reach.teams)


def _own() -> Iterator[Goal]:
    for view in VIEW_WORDS:
        yield {"href": f"/?view={view}", "name": view_word(view), "key": view, "view": view}


def _asked(search: Search) -> dict[str, str]:
    """The list from which one came, as a saved view keeps it."""
    asked = {"view": search.view, "q": search.q, **dict(parse_qsl(query_of(search)))}
    return {name: value for name, value in asked.items() if value}


def _orders(search: Search) -> Iterator[Goal]:
    asked = _asked(search)
    for order in ORDER_WORDS:
        href = f"/?{urlencode({**asked, 'sort': order})}"
        yield {"href": href, "name": order_word(order), "key": "", "order": order}


def _goal(what: str, value: str, name: str) -> Goal:
    return {"href": f"/?{urlencode({what: value})}", "name": name, "key": f"{what}:{value}"}


def _saved_goal(view: SavedListView) -> Goal:
    asked = {"view": "all", **view["filters"]}  # as the API means it, and not the page
    return {"href": f"/?{urlencode(asked)}", "name": view["name"], "key": view["id"]}


@get("/views/keep", opt=AGENT, include_in_schema=False)
async def keep_view(request: Request) -> Response[str]:
    """What is asked for, to be kept; or as it is kept already."""
    filters = _asked(search_for(request))
    saved, _known = await app_of(request).database.read(_kept, me(request).id)
    kept = next((one for one in saved if one["filters"] == filters), None)
    page = own_page(request, "inbox/keep_view.html", filters=filters, kept=kept)
    return await drawn(request, page)


HANDLERS = [view_choices, keep_view]
