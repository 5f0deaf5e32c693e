"""What narrows a search, in the query of an address: who wrote, what is in it, from when to when.

A program is told what it got wrong. A page leaves it out: an address may be old, or cut off.
"""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlencode

from litestar.params import QueryParameter

from inbox.conversations.listing import VIEWS, Search, View
from inbox.domain.facets import KINDS, Kind
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.text import scrub
from inbox.domain.times import iso, moment_of
from inbox.web.http.moments import moment_asked
from inbox.web.http.parameters import in_query

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

PARTS: Final = ("channel", "from", "has", "since", "until")
"""What the query of a page may have beside its view and its words."""


def search_asked(
    q: str,
    wrote: str = "",
    has: Kind | None = None,
    since: str = "",
    until: str = "",
    *,
    view: View = "all",
    channel_id: str = "",
    reach: Reach = EVERYTHING,
) -> Search:
    """Raises ``Invalid`` for what is no time."""
    return Search(
        view=view,
        q=q,
        channel_id=channel_id,
        wrote=scrub(wrote).strip(),
        has=has,
        since=moment_asked(since or None, "since"),
        until=moment_asked(until or None, "until"),
        reach=reach,
    )


def search_of(query: Mapping[str, str], reach: Reach) -> Search:
    """What a page is asked for."""
    asked = {name: scrub(query.get(name) or "").strip() for name in ("view", "q", *PARTS)}
    view: View = next((name for name in VIEWS if name == asked["view"]), "all")
    has: Kind | None = next((kind for kind in KINDS if kind == asked["has"]), None)
    return Search(
        view=view,
        q=asked["q"][:QUERY_LIMIT],
        channel_id=asked["channel"],
        wrote=asked["from"],
        has=has,
        since=moment_of(asked["since"]),
        until=moment_of(asked["until"]),
        reach=reach,
    )


def query_of(search: Search) -> str:
    """The same again, for the next address: all but its view and its words."""
    ends = {"since": search.since, "until": search.until}
    asked = {"channel": search.channel_id, "from": search.wrote, "has": search.has or ""}
    asked |= {name: iso(end) for name, end in ends.items() if end is not None}
    return urlencode({name: value for name, value in asked.items() if value})
