"""Signing in and out, and the one-time links that name the first admin or invite a user."""

from math import ceil

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import links, password_work, people, sessions
from inbox.access.people import User
from inbox.channels import store
from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.storage.secrets import token_digest
from inbox.web.context import AppContext, app_of, me
from inbox.web.http import session_cookie
from inbox.web.http.guard import AGENT, PUBLIC
from inbox.web.http.rendering import rendered_page, to

Request = HTMXRequest

_WRONG = N_("This e-mail and password do not go together.")


async def _field(request: Request, name: str) -> str:
    return scrub(str((await request.form()).get(name) or ""))


def _within(path: str) -> str:
    """A page of ours to go to next; never another site."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else "/"


@get("/sign-in", opt=PUBLIC, include_in_schema=False)
async def sign_in_page(request: Request) -> HTMXTemplate:
    following = _within(request.query_params.get("next", "/"))
    nobody = not await app_of(request).database.read(people.anyone)
    return _sign_in_page(request, 200, email="", problem=None, next=following, nobody=nobody)


@post("/sign-in", opt=PUBLIC, status_code=200, include_in_schema=False)
async def sign_in(request: Request) -> HTMXTemplate | Redirect:
    at = app_of(request)
    email, password = await _field(request, "email"), await _field(request, "password")
    following = _within(await _field(request, "next") or "/")
    device = at.devices.known(session_cookie.read_device(request), email, at.now())
    wait = await at.throttle.attempt(email, asked_from(request), device)
    if wait > 0:
        problem = too_many_tries(wait)
        return _sign_in_page(request, 429, email=email, problem=problem, next=following)
    user = await at.database.read(people.by_email, email)
    # The same work for a stranger as for a user: the time taken tells nothing.
    known = user.password_hash if user else None
    right = await password_work.matches(known, password)
    if user is None or not right or user.disabled_at is not None:
        return _sign_in_page(request, 422, email=email, problem=_WRONG, next=following)
    await at.throttle.succeeded(email, asked_from(request), device)
    return await let_in(request, user, following)


def _sign_in_page(request: Request, status: int, **context: str | bool | None) -> HTMXTemplate:
    public_url = app_of(request).public_url
    elsewhere = public_url if session_cookie.is_lost(request) else None
    return rendered_page("access/sign_in.html", status, elsewhere=elsewhere, **context)


def asked_from(request: Request) -> str:
    return request.client.host if request.client else ""


def too_many_tries(wait: float) -> str:
    return _("Too many tries. Wait %(ceil)s seconds and try again.", ceil=ceil(wait))


async def let_in(request: Request, user: User, following: str) -> Redirect:
    """A new session, which takes the place of the one that the browser came with."""
    at = app_of(request)
    agent, former = request.headers.get("user-agent", ""), session_cookie.read(request)
    token = await at.database.write(_replaced, user.id, agent, former, at.now())
    answer = to(following)
    session_cookie.give(request, answer, token, at.devices.issue(user.email, at.now()))
    return answer


def _replaced(
    connection: Connection, user_id: str, agent: str, former: str | None, now: Micros
) -> str:
    if former:
        sessions.end_session(connection, token_digest(former), now)
    return sessions.start(connection, user_id, agent, now)


@post("/sign-out", opt=AGENT, status_code=303, include_in_schema=False)
async def sign_out(request: Request) -> Redirect:
    at, who = app_of(request), me(request)
    await at.database.write(sessions.end_session, who.session or "", at.now())
    answer = to("/sign-in")
    session_cookie.take_back(request, answer)
    return answer


# The first admin -----------------------------------------------------------------------


@get("/setup/{token:str}", opt=PUBLIC, include_in_schema=False)
async def set_up_page(request: Request, token: FromPath[str]) -> HTMXTemplate:
    at = app_of(request)
    if await at.database.read(links.peek, token, "setup", at.now()) is None:
        return rendered_page("access/link_gone.html", 410, purpose="setup")
    return rendered_page("access/set_up.html", values={"sandbox": True}, problems={})


@post("/setup/{token:str}", opt=PUBLIC, status_code=200, include_in_schema=False)
async def set_up(request: Request, token: FromPath[str]) -> HTMXTemplate | Redirect:
    at = app_of(request)
    if await at.database.read(links.peek, token, "setup", at.now()) is None:
        return rendered_page("access/link_gone.html", 410, purpose="setup")
    form = await request.form()
    values = {name: scrub(str(form.get(name) or "")) for name in ("name", "email", "password")}
    sandbox = bool(form.get("sandbox"))
    problem = await _problem(request, token, **values)
    problems = {"password": problem} if problem else {}
    if not problems:
        hashed = await password_work.hashed(values["password"])
        try:
            user = await at.database.write(
                _first_admin, token, values["email"], values["name"], hashed, at.now()
            )
        except Invalid as wrong:
            problems = {wrong.field: str(wrong)}
        else:
            if user is None:
                return rendered_page("access/link_gone.html", 410, purpose="setup")
            await at.throttle.succeeded(f"link {token}", asked_from(request))
            if sandbox:
                await _add_sandbox(at)
            return await let_in(request, user, "/")
    values.pop("password")
    return rendered_page(
        "access/set_up.html", 422, values=values | {"sandbox": sandbox}, problems=problems
    )


async def _problem(
    request: Request, token: str, *, password: str, email: str, name: str
) -> str | None:
    """Why this cannot be the password of who has this link; their tries are counted as well."""
    wait = await app_of(request).throttle.attempt(f"link {token}", asked_from(request))
    if wait > 0:
        return too_many_tries(wait)
    return await password_work.weakness(password, email=email, name=name)


def _first_admin(
    connection: Connection, token: str, email: str, name: str, hashed: str, now: Micros
) -> User | None:
    """The admin, if the link still works: the link and the user are one transaction."""
    if links.use(connection, token, "setup", now) is None:
        return None
    user = people.add(connection, email=email, name=name, role="admin", now=now)
    people.set_password(connection, user.id, hashed, now)
    return user


async def _add_sandbox(at: AppContext) -> None:
    facts = {"name": _("Sandbox"), "provider": "sandbox"}
    await at.database.write(store.add, at.sealer, **facts, now=at.now())
    await at.channel_cache.load()


# Invited users -------------------------------------------------------------------------


@get("/welcome/{token:str}", opt=PUBLIC, include_in_schema=False)
async def welcome_page(request: Request, token: FromPath[str]) -> HTMXTemplate:
    return await _welcome(request, token, None)


async def _welcome(request: Request, token: str, problem: str | None) -> HTMXTemplate:
    at = app_of(request)
    user = await at.database.read(_invited, token, at.now())
    if user is None:
        return rendered_page("access/link_gone.html", 410, purpose="password")
    shown = {"name": user.name, "email": user.email}
    return rendered_page(
        "access/welcome.html", 422 if problem else 200, user=shown, problem=problem
    )


def _invited(connection: Connection, token: str, now: Micros) -> User | None:
    link = links.peek(connection, token, "password", now)
    return people.by_id(connection, link.user_id) if link and link.user_id else None


@post("/welcome/{token:str}", opt=PUBLIC, status_code=200, include_in_schema=False)
async def welcome(request: Request, token: FromPath[str]) -> HTMXTemplate | Redirect:
    at, password = app_of(request), await _field(request, "password")
    user = await at.database.read(_invited, token, at.now())
    if user is None:
        return rendered_page("access/link_gone.html", 410, purpose="password")
    problem = await _problem(request, token, password=password, email=user.email, name=user.name)
    if problem:
        return await _welcome(request, token, problem)
    hashed = await password_work.hashed(password)
    if not await at.database.write(_choose_password, token, hashed, at.now()):
        return rendered_page("access/link_gone.html", 410, purpose="password")
    await at.throttle.succeeded(f"link {token}", asked_from(request))
    return await let_in(request, user, "/")


def _choose_password(connection: Connection, token: str, hashed: str, now: Micros) -> bool:
    link = links.use(connection, token, "password", now)
    if link is None or link.user_id is None:
        return False
    people.set_password(connection, link.user_id, hashed, now)
    return True


HANDLERS = [
    sign_in_page,
    sign_in,
    sign_out,
    set_up_page,
    set_up,
    welcome_page,
    welcome,
]
