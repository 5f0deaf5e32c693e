"""What everybody may do with their own account: choose a password, see and end their sessions."""

from typing import TypedDict

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import password_work, people, sessions
from inbox.access.changing import UserChange, change_user
from inbox.access.own_keys import keep_keys, read_keys
from inbox.access.people import User
from inbox.access.preferences import choose, preferences
from inbox.access.sessions import SignedInBrowser
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import N_, _
from inbox.domain.text import scrub
from inbox.domain.times import iso
from inbox.languages.choosing import language_choices
from inbox.web.context import app_of, me
from inbox.web.http import session_cookie
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import own_page, to
from inbox.web.pages.sign_in import asked_from, let_in, too_many_tries
from inbox.web.present.browsers import browser_name

Request = HTMXRequest

_WRONG = N_("This is not your present password.")


class ShownSession(TypedDict):
    id: str
    browser: str
    created_at: str
    used_at: str
    is_this: bool


def _shape(session: SignedInBrowser, own: str | None) -> ShownSession:
    return {
        "id": session.id,
        "browser": browser_name(session.user_agent) or _("A browser"),
        "created_at": iso(session.created_at),
        "used_at": iso(session.used_at),
        "is_this": session.id == own,
    }


async def _page(request: Request, problems: dict[str, str] | None = None) -> HTMXTemplate:
    at, who = app_of(request), me(request)
    found = await at.database.read(sessions.listing, who.id, at.now())
    user = await at.database.read(people.by_id, who.id)
    likes = preferences(user.preferences if user else None)
    return own_page(
        request,
        "access/account.html",
        422 if problems else 200,
        sessions=[_shape(session, who.session) for session in found],
        likes=likes,
        languages=language_choices(likes["language"]),
        read_by_answers=user is not None and user.read_by_answers,
        alias=(user and user.alias) or "",
        undoes_sends=user is not None and user.undoes_sends,
        problems=problems or {},
        saved=request.query_params.get("saved", ""),
    )


@get("/account", opt=AGENT, include_in_schema=False)
async def account_page(request: Request) -> HTMXTemplate:
    return await _page(request)


@post("/account/password", opt=AGENT, status_code=200, include_in_schema=False)
async def change_password(request: Request) -> HTMXTemplate | Redirect:
    """Signs out every other browser: who knows the old password may be in one of them."""
    at, form = app_of(request), await request.form()
    present, wanted = (scrub(str(form.get(name) or "")) for name in ("present", "password"))
    user = await at.database.read(people.by_id, me(request).id)
    if user is None:
        raise Missing(_("There is no such user."))
    if problems := await _problems(request, user, present, wanted):
        return await _page(request, problems)
    hashed = await password_work.hashed(wanted)
    await at.database.write(people.set_password, user.id, hashed, at.now())
    return await let_in(request, user, "/account?saved=password")


async def _problems(request: Request, user: User, present: str, wanted: str) -> dict[str, str]:
    if wrong := await _password_problem(request, user, present):
        return {"present": wrong}
    weak = await password_work.weakness(wanted, email=user.email, name=user.name)
    return {"password": weak} if weak else {}


async def _password_problem(request: Request, user: User, present: str) -> str:
    """Whoever found an open page may not guess the password there either."""
    at, asker = app_of(request), (user.email, asked_from(request))
    device = at.devices.known(session_cookie.read_device(request), user.email, at.now())
    wait = await at.throttle.attempt(*asker, device)
    if wait > 0:
        return too_many_tries(wait)
    if not await password_work.matches(user.password_hash, present):
        return _(_WRONG)
    await at.throttle.succeeded(*asker, device)
    return ""


@post("/account/profile", opt=AGENT, status_code=200, include_in_schema=False)
async def change_profile(request: Request) -> HTMXTemplate | Redirect:
    """With another address one is signed in anew, here alone: who knows only the old one is out."""
    at, form, who = app_of(request), await request.form(), me(request)
    name, email, present = (
        scrub(str(form.get(field) or "")) for field in ("name", "email", "present_for_email")
    )
    user = await at.database.read(people.by_id, who.id)
    if user is None:
        raise Missing(_("There is no such user."))
    moves = people.normal_email(email) != user.email
    if moves and (wrong := await _password_problem(request, user, present)):
        return await _page(request, {"present_for_email": wrong})
    change = UserChange(name=name, email=email if moves else None)
    try:
        await at.database.write(change_user, user.id, change, at.now())
    except Invalid as invalid:
        return await _page(request, {invalid.field: str(invalid)})
    if not moves:
        return to("/account?saved=profile#profile")
    return await let_in(request, user, "/account?saved=profile#profile")


@post("/account/sessions/{session:str}/end", opt=AGENT, status_code=303, include_in_schema=False)
async def end_own_session(request: Request, session: FromPath[str]) -> Redirect:
    at = app_of(request)
    await at.database.write(sessions.end_session, session, at.now(), me(request).id)
    return to("/account#sessions")


@post("/account/sessions/end-others", opt=AGENT, status_code=303, include_in_schema=False)
async def end_other_sessions(request: Request) -> Redirect:
    at, who = app_of(request), me(request)
    await at.database.write(sessions.end_others, who.id, who.session or "", at.now())
    return to("/account#sessions")


@post("/account/likes", opt=AGENT, status_code=303, include_in_schema=False)
async def choose_likes(request: Request) -> Redirect:
    at, form = app_of(request), await request.form()
    chosen = {name: str(form[name]) for name in preferences(None) if name in form}
    await at.database.write(choose, me(request).id, chosen)
    return to("/account?saved=likes#likes")


@post("/account/reading", opt=AGENT, status_code=303, include_in_schema=False)
async def choose_reading(request: Request) -> Redirect:
    at, form = app_of(request), await request.form()
    wanted = bool(form.get("read_by_answers"))
    await at.database.write(people.set_read_by_answers, me(request).id, wanted)
    return to("/account?saved=reading#reading")


@post("/account/alias", opt=AGENT, status_code=200, include_in_schema=False)
async def choose_alias(request: Request) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    try:
        alias = str(form.get("alias") or "")
        await at.database.write(people.set_alias, me(request).id, alias)
    except Invalid as wrong:
        return await _page(request, {wrong.field: str(wrong)})
    return to("/account?saved=alias#alias")


@post("/account/sending", opt=AGENT, status_code=303, include_in_schema=False)
async def choose_sending(request: Request) -> Redirect:
    at, form = app_of(request), await request.form()
    wanted = bool(form.get("undoes_sends"))
    await at.database.write(people.set_undoes_sends, me(request).id, wanted)
    return to("/account?saved=sending#sending")


@post("/account/keys", opt=AGENT, status_code=204, include_in_schema=False)
async def choose_keys(request: Request) -> Response[None]:
    """From the help of the keys, as soon as one is chosen."""
    at, form = app_of(request), await request.form()
    keys = read_keys(str(form.get("keys") or ""))
    await at.database.write(keep_keys, me(request).id, keys)
    return Response(None, status_code=204)


HANDLERS = [
    account_page,
    change_password,
    change_profile,
    end_own_session,
    end_other_sessions,
    choose_likes,
    choose_reading,
    choose_alias,
    choose_sending,
    choose_keys,
]
