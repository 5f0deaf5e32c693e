"""Errors as people and programs can use them: what happened, why, what to do."""

import logging
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Response
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from litestar.response import Redirect
from litestar_htmx import HTMXRequest

from inbox.conversations.moved import Moved
from inbox.desk.notes import NotTheAuthor
from inbox.domain.cursors import WrongCursor
from inbox.domain.errors import Busy, Invalid, Missing, TooLarge, UnfitType
from inbox.domain.language import N_, _, retold
from inbox.domain.times import iso
from inbox.media.pieces import Misplaced
from inbox.sending.editing import NotEditable
from inbox.sending.meanwhile import AnsweredMeanwhile
from inbox.sending.replies import ClientIdTaken, ReplyTakenBack
from inbox.sending.taking_back import TooLate
from inbox.sending.window import WindowClosed
from inbox.storage.database import FAULTS
from inbox.storage.faults import Fault, headline
from inbox.web.context import AnyRequest, app_of, whoever
from inbox.web.http.guard import bearer_token
from inbox.web.http.headers import ALWAYS
from inbox.web.http.problem_types import (
    ANSWERED_MEANWHILE,
    BUSY,
    CLIENT_ID_TAKEN,
    MISPLACED,
    MISSING_SCOPE,
    OTHERS_NOTE,
    TAKEN_BACK,
    TOO_LATE,
    WINDOW_CLOSED,
    problem_type,
)
from inbox.web.http.quota import TooManyRequests, quota_headers
from inbox.web.http.rendering import signed_in_person
from inbox.web.http.scopes import MissingScope

log = logging.getLogger(__name__)
_unserved = Fault(log, "requests are answered 503", lasting=60.0)

PROBLEM = "application/problem+json"

_PARTS = ("/media/", "/ws")
"""What pages and programs load, and people seldom open; who takes anything is none of them."""

_GONE = "client disconnected prematurely"
"""Litestar's words for a browser that left while it was sending: no fault of ours."""

_MISSING = re.compile("Object missing required field `([^`]+)`")
"""msgspec's words; Litestar puts them under the name of the whole body."""
_ABSENT = "is missing"
_OUTSIDE = {"in_state": "state"}
"""What is called otherwise in our code, as Litestar keeps the word for itself."""

_UNFIT: dict[type[Invalid], int] = {TooLarge: 413, UnfitType: 415}
_TITLES = {
    400: N_("That request makes no sense to us"),
    401: N_("Sign in first"),
    403: N_("Not allowed"),
    404: N_("There is nothing here"),
    405: N_("This address does not do that"),
    413: N_("Too large"),
    415: N_("Not a type that is taken"),
    500: N_("Something went wrong here"),
}

_DETAILS = {
    404: N_("There is no such address. It may have been mistyped, or what was there is gone."),
    405: N_("There is something at this address, but not for a request of this kind."),
}


def on_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """Any error: problem+json for programs, a page for people, a sign-in for strangers."""
    if isinstance(error, Moved):
        return _to_where_it_is(request, error)
    status, detail = understood(error, request.method, request.scope.get("path_template", ""))
    title = headline(error) if isinstance(error, FAULTS) else title_of(status)
    more = {"title": title} | _wrong_fields(error) | _named(error)
    # What goes wrong before a route is reached does not pass by the middleware that adds these.
    headers = {**ALWAYS, "Cache-Control": "no-store"}
    headers |= {"Retry-After": "5"} if status == 503 else _own_headers(error)
    headers |= quota_headers(request)
    if _for_programs(request):
        return problem(status, detail, headers, **more)
    if status == 401:
        return _signed_out(request, headers) if _by_script(request) else _to_sign_in(request)
    return _page(request, status, more["title"], detail, headers)


def understood(error: Exception, method: str, route: str) -> tuple[int, str]:
    """The status and what to say; what is our fault is in the log.

    By the route, not the path: that may hold a webhook's key or a one-time link.
    """
    status, detail = _meant(error)
    if isinstance(error, FAULTS):
        _unserved.met(error)
    elif status >= 500 and not isinstance(error, Busy):
        facts = {"method": method, "route": route, "status": status}
        log.error("request failed", exc_info=error, extra=facts)
    return status, detail


def _meant(error: Exception) -> tuple[int, str]:
    match error:
        case ValidationException():
            wrong = " ".join(_sentence(*fault) for fault in _faults(error))
            return 400, wrong or str(error.detail)
        case InternalServerException() if error.detail == _GONE:
            return 400, _("The rest of the request never came.")
        case HTTPException():
            return error.status_code, retold(_said(error))
        case WrongCursor():
            return 400, str(error)
        case Misplaced():
            return 409, _("Go on at byte %(offset)s.", offset=error.offset)
        case Invalid():
            return _UNFIT.get(type(error), 422), str(error)
        case NotTheAuthor():
            return 403, str(error)
        case Missing():
            return 404, str(error)
        case WindowClosed() | AnsweredMeanwhile() | ClientIdTaken() | ReplyTakenBack() | TooLate():
            return 409, str(error)
        case Busy():
            return 503, str(error)
        case RecursionError():
            # Nothing of ours calls itself as deep as a stranger's JSON may go.
            return 400, _("The body is nested too deeply.")
        case _ if isinstance(error, FAULTS):
            return 503, _("Nothing is lost. Try again in a moment.")
    return 500, _("It was written to the server's log. Try again; if it stays, tell your admin.")


def _said(error: HTTPException) -> str:
    """In our words where the framework only names the status."""
    if error.detail != HTTPStatus(error.status_code).phrase:
        return error.detail
    return _DETAILS.get(error.status_code, error.detail)


def _own_headers(error: Exception) -> dict[str, str]:
    """What belongs to the answer itself: a 405 says which methods there are."""
    return dict(error.headers or {}) if isinstance(error, HTTPException) else {}


def _wrong_fields(error: Exception) -> dict[str, Any]:
    """For programs: the first field that is wrong, and all of them with the reason."""
    if isinstance(error, Invalid):
        return {"field": error.field}
    if not isinstance(error, ValidationException):
        return {}
    faults = [(field, words) for field, words in _faults(error) if field]
    if not faults:
        return {}
    errors = [{"field": field, "detail": words} for field, words in faults]
    return {"field": faults[0][0], "errors": errors}


def _named(error: Exception) -> dict[str, Any]:
    """For programs: the name of what is wrong, if it has one, and what they want to know of it."""
    match error:
        case WindowClosed():
            ended = None if error.ended_at is None else iso(error.ended_at)
            title = _("The 24-hour window is closed")
            return {"type": WINDOW_CLOSED, "title": title, "window_expires_at": ended}
        case AnsweredMeanwhile():
            title = _("A colleague has answered meanwhile")
            return {"type": ANSWERED_MEANWHILE, "title": title, "messages": error.messages}
        case ClientIdTaken():
            title = _("This client_id is taken")
            return {"type": CLIENT_ID_TAKEN, "title": title, "message_id": error.message_id}
        case ReplyTakenBack():
            return {"type": TAKEN_BACK, "title": _("This reply was taken back")}
        case Misplaced():
            title = _("This piece is not the next")
            return {"type": MISPLACED, "title": title, "offset": error.offset}
        case NotTheAuthor():
            return {"type": OTHERS_NOTE}
        case Busy():
            return {"type": BUSY}
        case MissingScope():
            title = _("This token is not for that")
            return {"type": MISSING_SCOPE, "title": title, "scope": error.scope}
        case TooManyRequests():
            return {"type": problem_type(429), "title": _("Too many requests")}
        case NotEditable():
            return {"type": TOO_LATE, "title": _("It cannot be changed any more")}
        case TooLate():
            return {"type": TOO_LATE, "title": _("It cannot be taken back")}
    return {}


def _faults(error: ValidationException) -> list[tuple[str, str]]:
    """Each field with what is wrong with it; without a name it is the body as a whole."""
    found = []
    for item in error.extra or []:
        if isinstance(item, dict):
            field, words = str(item.get("key", "")), str(item.get("message", ""))
            field = _OUTSIDE.get(field, field)
            missing = _MISSING.match(words)
            if missing:
                field, words = missing[1], _ABSENT
            found.append(("" if field == "data" else field, words))
    return found


def _sentence(field: str, words: str) -> str:
    between = " " if words == _ABSENT else ": " if field else ""
    return f"{field}{between}{words.removesuffix('.')}."


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response[dict[str, Any]]:
    """RFC 9457; ``more`` has further members, or another title."""
    content = {
        "type": problem_type(status),
        "title": title_of(status),
        "status": status,
        "detail": detail,
    }
    challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return Response(
        content | more,
        status_code=status,
        media_type=PROBLEM,
        headers=(headers or {}) | challenge,
    )


def title_of(status: int) -> str:
    known = _TITLES.get(status)
    return _(known) if known else HTTPStatus(status).phrase


def _for_programs(request: AnyRequest) -> bool:
    """By the address, by a token, which no browser sends, or by what it takes."""
    path, accepted = request.url.path, request.headers.get("accept", "*/*")
    if path.startswith(("/api/", "/internal/")) or bearer_token(request) is not None:
        return True
    if path.startswith(_PARTS) and request.method in ("GET", "HEAD"):
        return "text/html" not in accepted
    return "text/html" not in accepted.replace("*/*", "text/html")


def _to_where_it_is(request: AnyRequest, moved: Moved) -> Response[Any]:
    """The same address with the id of the conversation that this one went into."""
    asked = request.url
    target = asked.path.replace(quote(moved.gone, safe=""), moved.into)
    target += f"?{asked.query}" if asked.query else ""
    return Redirect(target, status_code=301, headers={"Cache-Control": "no-store"})


def _by_script(request: AnyRequest) -> bool:
    """Whether a page asks for a part of itself, and not a person for a page.

    A script follows a redirect without seeing it, and takes the sign-in page for its answer.
    Browsers do not say on plain http who asks; a form that is sent says that it takes HTML.
    """
    if isinstance(request, HTMXRequest) and request.htmx:
        return True
    mode = request.headers.get("sec-fetch-mode")
    if mode is not None:
        return mode != "navigate"
    takes_html = "text/html" in request.headers.get("accept", "")
    return request.method not in ("GET", "HEAD") and not takes_html


def _signed_out(request: AnyRequest, headers: dict[str, str]) -> Response[str]:
    """For a script: nothing was done, and nothing is lost that the page still holds."""
    html = app_of(request).pages.get_template("access/signed_out.html").render()
    return Response(html, status_code=401, media_type="text/html", headers=headers)


def _to_sign_in(request: AnyRequest) -> Response[Any]:
    """Back to where they wanted to go, once they are in; with a form, to the page that it is on."""
    wanted = request.url.path if request.method == "GET" else _form_page(request)
    target = f"/sign-in?next={quote(wanted)}" if wanted != "/" else "/sign-in"
    return Redirect(target, status_code=303)


def _form_page(request: AnyRequest) -> str:
    """Where a form stands that was sent, if it is a page of ours: there its text is kept."""
    try:
        said = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    if said.netloc != request.headers.get("host"):
        return "/"
    return said.path + (f"?{said.query}" if said.query else "") or "/"


def _page(
    request: AnyRequest, status: int, title: str, detail: str, headers: dict[str, str]
) -> Response[str]:
    who = signed_in_person(request) if whoever(request) else None
    page = app_of(request).pages.get_template("error.html")
    html = page.render(status=status, title=title, detail=detail, me=who)
    return Response(html, status_code=status, media_type="text/html", headers=headers)
