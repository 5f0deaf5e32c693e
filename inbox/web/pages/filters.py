"""Filters of the search as one sees them: chips beside the words, and what there is to choose from.

Each can be typed as well, as `from:me`, in the reader's language or in English; scripts make a chip
of it. Its value is what the address says.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, NotRequired, TypedDict
from urllib.parse import urlencode

from litestar import Request, Response, get

from inbox.access import people
from inbox.access.people import User
from inbox.conversations.listing import Search
from inbox.conversations.question import name_behind
from inbox.desk.labels import all_labels
from inbox.desk.teams import all_teams
from inbox.domain.facets import Kind
from inbox.domain.language import N_, _
from inbox.domain.standing import PRIORITIES, STATUSES
from inbox.domain.teams import LabelShape, TeamShape
from inbox.domain.times import iso
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import drawn, own_page
from inbox.web.present.standing import priority_word, status_word

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
TURNS: Final = {
    ("assignee", "me"): N_("Mine"),
    ("assignee", "none"): N_("Nobody’s"),
    ("team", "none"): N_("No team’s"),
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
    chips += _standing(connection, search)
    for name, label, end in (("since", SINCE, search.since), ("until", BEFORE, search.until)):
        if end is not None:
            chips.append({"name": name, "value": iso(end), "label": _(label), "at": iso(end)})
    order = [] if search.order == "newest" else [("sort", search.order)]
    for chip in chips:
        others = [(one["name"], one["value"]) for one in chips if one is not chip]
        chip["without"] = urlencode([*others, *order])
    return chips


class Choosable(NamedTuple):
    """What there is to choose from."""

    people: list[User]
    labels: list[LabelShape]
    teams: list[TeamShape]


def _standing(connection: Connection, search: Search) -> Iterator[Chip]:
    """Where a conversation stands: its labels, whose it is, how far and how urgent."""
    if search.label:
        yield {"name": "label", "value": search.label, "label": _labelled(search.label)}
    for name, what in (("assignee", "user"), ("team", "team")):
        if value := getattr(search, name):
            known = TURNS.get((name, value))
            called = "" if known else name_behind(connection, what, value)
            label = _(known) if known else _with(called) if what == "user" else called
            yield {"name": name, "value": value, "label": label}
    if search.status:
        yield {"name": "status", "value": search.status, "label": status_word(search.status)}
    if search.priority:
        label = priority_word(search.priority)
        yield {"name": "priority", "value": search.priority, "label": label}


def _with(name: str) -> str:
    return _("Assigned to %(name)s", name=name)


def _labelled(name: str) -> str:
    return _("Label: %(name)s", name=name)


def _standing_choices(desk: Choosable) -> Iterator[Choice]:
    for label in desk.labels:
        keys = ("label", _("label"))
        yield _choice("label", label["name"], _labelled(label["name"]), keys, label["name"])
    for (name, value), words in TURNS.items():
        yield _choice(name, value, _(words), (name, name), value)
    for one in desk.people:
        keys = ("assignee", _("assignee"))
        yield _choice("assignee", one.id, _with(one.name), keys, one.name)
    for team in desk.teams:
        yield _choice("team", team["id"], team["name"], ("team", _("team")), team["name"])
    for status in STATUSES:
        yield _worded("status", status, status_word(status), _("status"))
    for priority in PRIORITIES:
        yield _worded("priority", priority, priority_word(priority), _("priority"))


def _worded(name: str, value: str, word: str, key: str) -> Choice:
    """Also by its word."""
    typed = [f"{name}:{value}", f"{key}:{'-'.join(word.lower().split())}"]
    return {"name": name, "value": value, "label": word, "typed": typed}


def _desk(connection: Connection) -> Choosable:
    return Choosable(people.listing(connection), all_labels(connection), all_teams(connection))


def _from(name: str) -> str:
    return _("From %(name)s", name=name)


@get("/search/filters", opt=AGENT, include_in_schema=False)
async def filter_choices(request: Request[Any, Any, Any]) -> Response[str]:
    """All that one may choose from; scripts show what fits to what is typed."""
    at, mine = app_of(request), me(request).id
    desk = await at.database.read(_desk)
    choices: list[Choice] = [
        *_spelled("from", AUTHORS),
        *(
            _choice("from", one.id, _from(one.name), ("from", _("from")), one.name)
            for one in desk.people
            if one.id != mine
        ),
        *_spelled("has", KINDS),
        *(
            _choice("channel", one.id, one.name, ("channel", _("channel")), one.name)
            for one in at.channel_cache.all()
            if me(request).reach.has_channel(one.id)
        ),
        *_standing_choices(desk),
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
