"""Settings: who may sign in, as what, and what they see."""

from typing import Any, Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import links, people, roster
from inbox.access.changing import Unchanged, UserChange, change_user, link_again
from inbox.desk.clearing import remove_whole
from inbox.desk.leaving import remove_user
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.domain.users import UserShape
from inbox.storage.database import Connection
from inbox.web.context import AppContext, app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to
from inbox.web.settings.sees import chosen_channels, named_channels

Request = HTMXRequest

LIST: Final = "/settings/users"
_FIELDS: Final = ("name", "email", "role")


class ShownUser(UserShape):
    is_me: bool


async def _page(
    request: Request,
    *,
    status: int = 200,
    link: str | None = None,
    link_for: str = "",
    values: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    at = app_of(request)
    found = await at.database.read(roster.roster, at.now())
    return own_page(
        request,
        "settings/users.html",
        status,
        users=[_shown(request, user) for user in found],
        link=link,
        link_for={"name": link_for},
        values=values or {},
        problems=problems or {},
    )


def _shown(request: Request, user: UserShape) -> ShownUser:
    return {**user, "is_me": user["id"] == me(request).id}


@get(LIST, opt=ADMIN, include_in_schema=False)
async def user_list(request: Request) -> HTMXTemplate:
    return await _page(request)


@post(LIST, opt=ADMIN, status_code=200, include_in_schema=False)
async def add_user(request: Request) -> HTMXTemplate:
    """The new user's one-time link is shown on the answer, once."""
    at, form = app_of(request), await request.form()
    values = {name: scrub(str(form.get(name) or "")) for name in _FIELDS}
    try:
        _user, token = await at.database.write(
            roster.invite,
            email=values["email"],
            name=values["name"],
            role=values["role"],
            channel_ids=None,
            now=at.now(),
        )
    except Invalid as wrong:
        problems = {wrong.field: str(wrong)}
        return await _page(request, status=422, values=values, problems=problems)
    return await _page(request, link=_link(at, token), link_for=values["name"])


def _link(at: AppContext, token: str) -> str:
    return f"{at.public_url}/welcome/{token}"


@get(f"{LIST}/{{user_id:str}}", opt=ADMIN, include_in_schema=False)
async def user_page(request: Request, user_id: FromPath[str]) -> HTMXTemplate:
    return await _user_page(request, user_id)


async def _user_page(
    request: Request,
    user_id: str,
    change: UserChange | None = None,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    """As they are, or as somebody wanted them and could not have them."""
    at = app_of(request)
    user = await at.database.read(roster.user_of, user_id, at.now())
    wanted = change or UserChange()
    seen = user["channel_ids"]
    if not isinstance(wanted.channel_ids, Unchanged):
        seen = None if wanted.channel_ids is None else [*wanted.channel_ids]
    return own_page(
        request,
        "settings/user.html",
        422 if problems else 200,
        user=_shown(request, user),
        values={
            "name": user["name"] if wanted.name is None else wanted.name,
            "email": user["email"] if wanted.email is None else wanted.email,
            "role": wanted.role or user["role"],
        },
        seen=seen,
        own_teams_only=(
            user["own_teams_only"] if wanted.own_teams_only is None else wanted.own_teams_only
        ),
        channels=named_channels(at),
        problems=problems or {},
        saved="saved" in request.query_params,
    )


@post(f"{LIST}/{{user_id:str}}", opt=ADMIN, status_code=200, include_in_schema=False)
async def change(request: Request, user_id: FromPath[str]) -> HTMXTemplate | Redirect:
    """What a button of the row or of the page asks for, by its ``action``."""
    at, form = app_of(request), await request.form()
    action = str(form.get("action") or "")
    if action == "save":
        return await _save(request, user_id, form)
    try:
        if action == "delete":
            by = Writer.of(me(request))
            await remove_whole(at.database, remove_user, user_id, by, at.now)
            return to(LIST)
        token = await at.database.write(
            _act, user_id, action, str(form.get("role") or ""), at.now()
        )
        user = await at.database.read(people.by_id, user_id)
    except Invalid as wrong:
        return await _page(request, status=422, problems={wrong.field: str(wrong)})
    if token is None or user is None:
        return to(LIST)
    return await _page(request, link=_link(at, token), link_for=user.name)


async def _save(request: Request, user_id: str, form: Any) -> HTMXTemplate | Redirect:
    at = app_of(request)
    facts = {name: scrub(str(form.get(name) or "")) for name in _FIELDS}
    wanted = UserChange(
        name=facts["name"],
        email=facts["email"],
        role=facts["role"],
        channel_ids=chosen_channels(form),
        own_teams_only=bool(form.get("own_teams_only")),
    )
    if user_id == me(request).id:  # nobody takes their own rights away by accident
        wanted = UserChange(name=facts["name"])
    try:
        await at.database.write(change_user, user_id, wanted, at.now())
    except Invalid as wrong:
        return await _user_page(request, user_id, wanted, {wrong.field: str(wrong)})
    return to(f"{LIST}/{user_id}?saved=1")


def _act(connection: Connection, user_id: str, action: str, role: str, now: Micros) -> str | None:
    """The token of a new link, if that was asked for. Raises ``Invalid`` and ``Missing``."""
    match action:
        case "link":
            return link_again(connection, user_id, now)
        case "revoke":
            if not links.revoke(connection, user_id):
                raise Missing(_("There is no such link."))
        case "enable":
            people.enable(connection, user_id, now)
        case "disable":
            people.disable(connection, user_id, now)
        case "role":
            people.set_role(connection, user_id, role, now)
        case _:
            known = "save, disable, enable, role, link, revoke, delete"
            raise Invalid("action", _("An action is one of %(known)s.", known=known))
    return None


HANDLERS = [user_list, add_user, user_page, change]
