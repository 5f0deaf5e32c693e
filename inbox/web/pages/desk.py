"""What the menus of the desk are made of: who and what may be chosen, and times that are typed."""

from typing import Final, TypedDict

from litestar import get
from litestar.params import FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk import labels, mentions, teams
from inbox.domain.content import Mention
from inbox.domain.language import _
from inbox.domain.teams import LabelShape, TeamShape
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso
from inbox.domain.typed_moments import LONGEST, moment_typed
from inbox.domain.zones import UTC_ZONE, is_zone
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import own_page

Request = HTMXRequest


class Choices(TypedDict):
    people: list[Mention]
    teams: list[TeamShape]
    labels: list[LabelShape]


def _choices(connection: Connection) -> Choices:
    return {
        "people": mentions.everybody(connection),
        "teams": teams.all_teams(connection),
        "labels": labels.all_labels(connection),
    }


@get("/desk/choices", opt=AGENT, include_in_schema=False)
async def choices(request: Request) -> HTMXTemplate:
    """Oneself first."""
    found = await app_of(request).database.read(_choices)
    found["people"].sort(key=lambda one: one["id"] != me(request).id)
    return own_page(
        request,
        "inbox/desk/choices.html",
        **found,
        may_label=me(request).allows("supervisor"),
    )


class Offered(TypedDict):
    """A time, and what it is called; ``at`` empty: once they write."""

    at: str
    words: str


OFFERED: Final = (
    ("3h", "today"),
    ("tomorrow", "day"),
    ("next week", "week"),
)


@get("/desk/times", opt=AGENT, include_in_schema=False)
async def times(
    request: Request, words: FromQuery[str] = "", zone: FromQuery[str] = UTC_ZONE
) -> HTMXTemplate:
    """``zone``: the reader's own. What is typed comes first, if it is a time."""
    here = zone if is_zone(zone) else UTC_ZONE
    now, typed = app_of(request).now(), scrub(words)[:LONGEST].strip()
    meant = moment_typed(typed, now, here) if typed else None
    offered = [] if typed else _offered(now, here)
    return own_page(
        request,
        "inbox/desk/times.html",
        meant=None if meant is None else iso(meant),
        typed=typed,
        offered=offered,
    )


def _offered(now: Micros, zone: str) -> list[Offered]:
    """Later today only while there is much of it left."""
    called = {
        "today": _("Later today"),
        "day": _("Tomorrow morning"),
        "week": _("Next week"),
    }
    midnight = moment_typed("tomorrow 0", now, zone) or now
    found: list[Offered] = []
    for words, name in OFFERED:
        at = moment_typed(words, now, zone)
        known = {one["at"] for one in found}
        if at is not None and iso(at) not in known and (name != "today" or at < midnight):
            found.append({"at": iso(at), "words": called[name]})
    return found


@get("/desk/transfer", opt=AGENT, include_in_schema=False)
async def transfer(request: Request) -> HTMXTemplate:
    """To whom, and what they should know."""
    found = await app_of(request).database.read(_choices)
    return own_page(request, "inbox/desk/transfer.html", **found)


@get("/desk/date", opt=AGENT, include_in_schema=False)
async def date(request: Request) -> HTMXTemplate:
    """A day and a time, chosen from a calendar."""
    return own_page(request, "inbox/desk/date.html")


@get("/desk/chosen", opt=AGENT, include_in_schema=False)
async def chosen_bar(request: Request) -> HTMXTemplate:
    """What may be done with several at once."""
    return own_page(request, "inbox/desk/chosen.html")


HANDLERS = [choices, times, transfer, date, chosen_bar]
