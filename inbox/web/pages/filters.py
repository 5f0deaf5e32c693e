"""Filters of the search as one sees them: chips beside the words, and what there is to choose from.

Each can be typed as well, as `from:me`, in the reader's language or in English; scripts make a chip
of it. Its value is what the address says.
"""

from collections.abc import Mapping
from typing import Any, Final, NotRequired, TypedDict
from urllib.parse import urlencode

from litestar import Request, Response, get

from inbox.access import people
from inbox.conversations.listing import Search
from inbox.conversations.question import name_behind
from inbox.domain.facets import Kind
from inbox.domain.language import N_, _
from inbox.domain.times import iso
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page

AUTHORS: Final = {
    "customer": (N_("From the customer"), "from:customer", N_("from:customer")),
    "me": (N_("From me"), "from:me", N_("from:me")),
    "colleague": (N_("From a colleague"), "from:colleague", N_("from:colleague")),
}
KINDS: Final[dict[Kind, tuple[str, str, str]]] = {
    "file": (N_("Has a file"), "has:file", N_("has:file")),
    "image": (N_("Has a photo"), "has:image", N_("has:image")),
    "video": (N_("Has a video"), "has:video", N_("has:video")),
    "audio": (N_("Has sound"), "has:audio", N_("has:audio")),
    "document": (N_("Has a document"), "has:document", N_("has:document")),
    "sticker": (N_("Has a sticker"), "has:sticker", N_("has:sticker")),
    "link": (N_("Has a link"), "has:link", N_("has:link")),
}
SINCE, BEFORE = N_("Since"), N_("Before")
DAYS: Final = {
    0: (N_("Since today"), "since:today", N_("since:today")),
    1: (N_("Since yesterday"), "since:yesterday", N_("since:yesterday")),
    7: (N_("In the last 7 days"), "since:week", N_("since:week")),
    30: (N_("In the last 30 days"), "since:month", N_("since:month")),
}


class Chip(TypedDict):
    """One filter that is set: its field and value in the address, and its words.

    ``at`` is put after them. ``without``: an address of all the others.
    """

    name: str
    value: str
    label: str
    at: NotRequired[str]
    without: NotRequired[str]


class Choice(TypedDict):
    """``typed``: the forms in which it may be written. Of `days` scripts know when they began."""

    name: str
    value: str
    label: str
    typed: list[str]


def chips_of(connection: Connection, search: Search) -> list[Chip]:
    """Those that are set. What is not there any more has no name, and can be taken away."""
    chips: list[Chip] = []
    if search.channel_id:
        seen = search.reach.has_channel(search.channel_id)
        label = name_behind(connection, "channel", search.channel_id) if seen else "?"
        chips.append({"name": "channel", "value": search.channel_id, "label": label})
    if search.wrote:
        known = AUTHORS.get(search.wrote)
        label = _(known[0]) if known else _from(name_behind(connection, "user", search.wrote))
        chips.append({"name": "from", "value": search.wrote, "label": label})
    if search.has:
        chips.append({"name": "has", "value": search.has, "label": _(KINDS[search.has][0])})
    for name, label, end in (("since", SINCE, search.since), ("until", BEFORE, search.until)):
        if end is not None:
            chips.append({"name": name, "value": iso(end), "label": _(label), "at": iso(end)})
    for chip in chips:
        chip["without"] = urlencode([(c["name"], c["value"]) for c in chips if c is not chip])
    return chips


def _from(name: str) -> str:
    return _("From %(name)s", name=name)


@get("/search/filters", opt=AGENT, include_in_schema=False)
async def filter_choices(request: Request[Any, Any, Any]) -> Response[str]:
    """All that one may choose from; scripts show what fits to what is typed."""
    at, mine = app_of(request), me(request).id
    everybody = await at.database.read(people.listing)
    choices: list[Choice] = [
        *_spelled("from", AUTHORS),
        *(
            _choice("from", one.id, _from(one.name), ("from", _("from")), one.name)
            for one in everybody
            if one.id != mine
        ),
        *_spelled("has", KINDS),
        *(
            _choice("channel", one.id, one.name, ("channel", _("channel")), one.name)
            for one in at.channel_cache.all()
            if me(request).reach.has_channel(one.id)
        ),
        *_spelled("days", DAYS),
    ]
    page = own_page(request, "inbox/filter_choices.html", choices=choices)
    return await drawn(request, page)


def _spelled(name: str, known: Mapping[Any, tuple[str, str, str]]) -> list[Choice]:
    return [
        {"name": name, "value": str(value), "label": _(label), "typed": [typed, _(own)]}
        for value, (label, typed, own) in known.items()
    ]


def _choice(name: str, value: str, label: str, keys: tuple[str, str], called: str) -> Choice:
    typed = [f"{key}:{'-'.join(called.split())}" for key in keys]
    return {"name": name, "value": value, "label": label, "typed": typed}


HANDLERS = [filter_choices]
