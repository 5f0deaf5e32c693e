"""``/api/v1``: the browsers that somebody is signed in with; everybody's own."""

from typing import Annotated, Any, Final, TypedDict

from litestar import Request, delete, get
from litestar.params import PathParameter

from inbox.access import sessions, tokens
from inbox.access.principal import Principal
from inbox.access.sessions import SignedInBrowser
from inbox.domain.errors import Missing
from inbox.domain.fields import Moment, says
from inbox.domain.language import _
from inbox.domain.times import Micros, iso
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.scopes import SETTINGS
from inbox.web.present.browsers import browser_name

EXAMPLE: Final = "0f" * 32


SessionId = Annotated[
    str, PathParameter(description="The session's id.", schema_extra={"examples": [EXAMPLE]})
]


class Session(TypedDict):
    """A browser that is signed in."""

    id: Annotated[str, says("Its id, which opens nothing.")]
    browser: Annotated[str | None, says("What kind of browser; null where it did not say.")]
    created_at: Annotated[Moment, says("When it signed in.")]
    used_at: Annotated[Moment, says("When it was last seen, true to the day.")]
    current: Annotated[bool, says("Whether it is the one that asks.")]


class SessionList(TypedDict):
    """Where somebody is signed in."""

    data: Annotated[list[Session], says("All of them, the latest first.")]


@get(
    "/api/v1/sessions",
    opt=AGENT,
    tags=["Access"],
    operation_id="listSessions",
    summary="List where you are signed in",
)
async def session_list(request: Request[Any, Any, Any]) -> SessionList:
    """The sessions of who asks; with a token those of its owner, none where it has none."""
    at, who = app_of(request), me(request)
    return {"data": [_shape(one, who) for one in await at.database.read(_own, who, at.now())]}


@get(
    "/api/v1/sessions/{session_id:str}",
    opt=AGENT,
    tags=["Access"],
    operation_id="getSession",
    summary="Get where you are signed in",
)
async def one_session(request: Request[Any, Any, Any], session_id: SessionId) -> Session:
    """One of the list: nobody else's."""
    at, who = app_of(request), me(request)
    return _shape(await at.database.read(_one, who, session_id, at.now()), who)


@delete(
    "/api/v1/sessions/{session_id:str}",
    opt=AGENT | SETTINGS,
    status_code=200,
    tags=["Access"],
    operation_id="endSession",
    summary="Sign out somewhere",
)
async def end(request: Request[Any, Any, Any], session_id: SessionId) -> Session:
    """Signs that browser out and closes its sockets at once; the answer is what it was."""
    at, who = app_of(request), me(request)
    return _shape(await at.database.write(_end, who, session_id, at.now()), who)


def _own(connection: Connection, who: Principal, now: Micros) -> list[SignedInBrowser]:
    user_id = who.id if who.kind == "user" else tokens.owner_of(connection, who.id)
    return sessions.listing(connection, user_id, now) if user_id else []


def _one(connection: Connection, who: Principal, session_id: str, now: Micros) -> SignedInBrowser:
    for one in _own(connection, who, now):
        if one.id == session_id:
            return one
    raise Missing(_("You have no such session."))


def _end(connection: Connection, who: Principal, session_id: str, now: Micros) -> SignedInBrowser:
    ended = _one(connection, who, session_id, now)
    sessions.end_session(connection, ended.id, now)
    return ended


def _shape(session: SignedInBrowser, who: Principal) -> Session:
    return {
        "id": session.id,
        "browser": browser_name(session.user_agent) or None,
        "created_at": iso(session.created_at),
        "used_at": iso(session.used_at),
        "current": session.id == who.session,
    }


HANDLERS = [session_list, one_session, end]
