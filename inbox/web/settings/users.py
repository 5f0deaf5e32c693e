"""Settings: who may sign in."""

from typing import TypedDict

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import links, people
from inbox.access.people import User
from inbox.access.principal import Role
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso
from inbox.storage.database import Connection
from inbox.web.context import AppContext, app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to

Request = HTMXRequest


class ShownUser(TypedDict):
    id: str
    name: str
    email: str
    role: Role
    disabled_at: str | None
    has_password: bool
    is_me: bool


def _shape(user: User, own_id: str) -> ShownUser:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "disabled_at": None if user.disabled_at is None else iso(user.disabled_at),
        "has_password": user.password_hash is not None,
        "is_me": user.id == own_id,
    }


async def _page(
    request: Request,
    *,
    status: int = 200,
    link: str | None = None,
    link_for: str = "",
    values: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    found = await app_of(request).database.read(people.listing)
    return own_page(
        request,
        "settings/users.html",
        status,
        users=[_shape(user, me(request).id) for user in found],
        link=link,
        link_for={"name": link_for},
        values=values or {},
        problems=problems or {},
    )


@get("/settings/users", opt=ADMIN, include_in_schema=False)
async def user_list(request: Request) -> HTMXTemplate:
    return await _page(request)


@post("/settings/users", opt=ADMIN, status_code=200, include_in_schema=False)
async def add_user(request: Request) -> HTMXTemplate:
    """The new user's one-time link is shown on the answer, once."""
    at, form = app_of(request), await request.form()
    values = {name: scrub(str(form.get(name) or "")) for name in ("email", "name", "role")}
    try:
        token = await at.database.write(_invite, values, at.now())
    except Invalid as wrong:
        problems = {wrong.field: str(wrong)}
        return await _page(request, status=422, values=values, problems=problems)
    return await _page(request, link=_link(at, token), link_for=values["name"])


def _invite(connection: Connection, values: dict[str, str], now: Micros) -> str:
    user = people.add(connection, **values, now=now)
    return links.make(connection, "password", user.id, now)


def _link(at: AppContext, token: str) -> str:
    return f"{at.public_url}/welcome/{token}"


@post("/settings/users/{user_id:str}", opt=ADMIN, status_code=200, include_in_schema=False)
async def change_user(request: Request, user_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    action, role = str(form.get("action") or ""), str(form.get("role") or "")
    try:
        token = await at.database.write(_change, user_id, action, role, at.now())
        user = await at.database.read(people.by_id, user_id)
    except Invalid as wrong:
        return await _page(request, status=422, problems={wrong.field: str(wrong)})
    if token is None or user is None:
        return to("/settings/users")
    return await _page(request, link=_link(at, token), link_for=user.name)


def _change(
    connection: Connection, user_id: str, action: str, role: str, now: Micros
) -> str | None:
    match action:
        case "link":
            return _invited_again(connection, user_id, now)
        case "enable":
            people.enable(connection, user_id, now)
        case "disable":
            people.disable(connection, user_id, now)
        case "role":
            people.set_role(connection, user_id, role, now)
        case _:
            raise Invalid("action", _("An action is one of disable, enable, role, link."))
    return None


def _invited_again(connection: Connection, user_id: str, now: Micros) -> str:
    user = people.by_id(connection, user_id)
    if user is None:
        raise Missing(_("There is no such user."))
    if user.disabled_at is not None:
        raise Invalid("action", _("A disabled user gets no link: enable them first."))
    return links.make(connection, "password", user_id, now)


HANDLERS = [user_list, add_user, change_user]
