"""What narrows the list, in the query of an address: where a conversation stands, who wrote, what
is in it, from when to when; and in which order it is.

A program is told what it got wrong. A page leaves it out: an address may be old, or cut off.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, TypeVar
from urllib.parse import urlencode

from litestar.params import QueryParameter
from msgspec.structs import replace

from inbox.conversations.listing import Search
from inbox.conversations.views import FORMER, ORDERS, VIEWS, order_named, view_named
from inbox.domain.errors import Invalid
from inbox.domain.facets import KINDS, Kind
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import _
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.standing import PRIORITIES, STATUSES
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso, moment_of
from inbox.web.context import AnyRequest, app_of, me
from inbox.web.http.moments import moment_asked
from inbox.web.http.parameters import EXAMPLE_ID, in_query

Wrote = Annotated[
    str,
    in_query(
        "Only messages of the `customer`, of a `colleague`, of `me`, or of the user of this id.",
        "customer",
        name="from",
    ),
]
Has = Annotated[
    Kind | None,
    QueryParameter(description="Only messages with a file, with one of this kind, or with a link."),
]
_EXAMPLE: Final = "2026-01-01T12:00:00+01:00"
Since = Annotated[str, in_query("Not before then: a time with its zone.", _EXAMPLE)]
Until = Annotated[str, in_query("Before then: a time with its zone.", _EXAMPLE)]

Label = Annotated[str, in_query("Only with the label of this name or id.", "VIP")]
Assignee = Annotated[
    str, in_query("Only those of the user of this id, of `me`, or of nobody: `none`.", "me")
]
OfTeam = Annotated[
    str, in_query("Only those of the team of this id, or of none: `none`.", EXAMPLE_ID)
]
InStatus = Annotated[str, in_query("`open`, `pending`, `snoozed` or `resolved`.", "pending")]
OfPriority = Annotated[str, in_query("`low`, `normal`, `high` or `urgent`.", "urgent")]
Sorted = Annotated[
    str,
    in_query(
        "`newest` or `oldest` arrival first; `longest_waiting`: who waits, since the longest first;"
        " `window`: who waits and whose 24 hours end next. Then the rest, the oldest first.",
        "longest_waiting",
    ),
]

STANDING: Final = ("channel", "label", "assignee", "team", "status", "priority")
PARTS: Final = (*STANDING, "from", "has", "since", "until", "sort")
"""What the query of a page may have beside its view and its words."""

T = TypeVar("T", bound=str)


def search_asked(asked: Mapping[str, str], now: Micros, reach: Reach = EVERYTHING) -> Search:
    """What a program asks for; raises ``Invalid`` with what is wrong."""
    view = view_named(asked.get("view") or "all")
    if view is None:
        raise _unknown("view", (*VIEWS, *FORMER))
    order = order_named(asked.get("sort") or "newest")
    if order is None:
        raise _unknown("sort", ORDERS)
    for name, known in (("status", STATUSES), ("priority", PRIORITIES), ("has", KINDS)):
        if asked.get(name) and asked[name] not in known:
            raise _unknown(name, known)
    for name in ("since", "until"):
        moment_asked(asked.get(name) or None, name)
    return _search_of({**asked, "view": view}, now, reach)


def known_filters(asked: Mapping[str, str], field: str) -> dict[str, str]:
    """What says something; raises ``Invalid`` of ``field`` where the list has no such filter."""
    if unknown := next((name for name in asked if name not in ("view", "q", *PARTS)), None):
        words = _("The list has no filter %(name)s.", name=scrub(unknown)[:50])
        raise Invalid(field, words)
    told = {name: scrub(value).strip() for name, value in asked.items()}
    return {name: value for name, value in told.items() if value}


def _unknown(field: str, known: Iterable[str]) -> Invalid:
    words = _("%(field)s is one of %(known)s.", field=field, known=", ".join(known))
    return Invalid(field, words)


def search_for(request: AnyRequest) -> Search:
    """What a page is asked for: what is to be done, where it does not say. Words and what is in
    messages are looked for everywhere."""
    search = _search_of(request.query_params, app_of(request).now(), me(request).reach)
    if view_named(request.query_params.get("view") or ""):
        return search
    return replace(search, view="all" if search.asks else "open")


def _search_of(query: Mapping[str, str], now: Micros, reach: Reach) -> Search:
    asked = {name: scrub(query.get(name) or "").strip() for name in ("view", "q", *PARTS)}
    return Search(
        view=view_named(asked["view"]) or "all",
        order=order_named(asked["sort"]) or "newest",
        q=asked["q"][:QUERY_LIMIT],
        channel_id=asked["channel"],
        label=asked["label"],
        assignee=asked["assignee"],
        team=asked["team"],
        status=_one_of(STATUSES, asked["status"]),
        priority=_one_of(PRIORITIES, asked["priority"]),
        wrote=asked["from"],
        has=_one_of(KINDS, asked["has"]),
        since=moment_of(asked["since"]),
        until=moment_of(asked["until"]),
        now=now,
        reach=reach,
    )


def _one_of(known: Iterable[T], asked: str) -> T | None:
    return next((one for one in known if one == asked), None)


def query_of(search: Search) -> str:
    """The same again, for the next address: all but its view and its words."""
    asked = {
        "channel": search.channel_id,
        "label": search.label,
        "assignee": search.assignee,
        "team": search.team,
        "status": search.status or "",
        "priority": search.priority or "",
        "from": search.wrote,
        "has": search.has or "",
        "sort": "" if search.order == "newest" else search.order,
    }
    ends = {"since": search.since, "until": search.until}
    asked |= {name: iso(end) for name, end in ends.items() if end is not None}
    return urlencode({name: value for name, value in asked.items() if value})
