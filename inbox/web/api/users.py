"""``/api/v1/users``: who may sign in, as what, and what they see."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody

from inbox.access import links, roster
from inbox.access.changing import AS_IT_IS, Unchanged, UserChange, change_user, link_again
from inbox.desk.clearing import remove_whole
from inbox.desk.leaving import remove_user
from inbox.desk.writer import Writer
from inbox.domain.errors import Missing
from inbox.domain.fields import Id, says
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.domain.users import InvitedUser, UserShape
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_USER, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import AppContext, app_of, me
from inbox.web.http.guard import ADMIN, SUPERVISOR
from inbox.web.http.parameters import path_id
from inbox.web.http.scopes import SETTINGS

UserId = Annotated[str, path_id("The user's id.")]
ROLE_WORDS = "`agent`, `supervisor` or `admin`."


class UserList(Paged):
    """All users: there is one page."""

    data: Annotated[list[UserShape], says("The users, oldest first.")]


class Invitation(msgspec.Struct):
    """Who is to come in."""

    email: Annotated[str, says("With which they will sign in.")]
    name: Annotated[str, says("As colleagues see it.")]
    role: Annotated[str, says(ROLE_WORDS)] = "agent"
    channel_ids: Annotated[
        list[Id] | None, says("The channels that they see as an agent; null: all.")
    ] = None
    own_teams_only: Annotated[
        bool, says("Whether they see, as an agent, the conversations of their teams alone.")
    ] = False


class UserEdit(msgspec.Struct):
    """What is to be another; what is left out stays."""

    name: Annotated[str | None, says("What they are called from now on.")] = None
    email: Annotated[
        str | None, says("Another address: they sign in anew with it, everywhere.")
    ] = None
    role: Annotated[str | None, says(ROLE_WORDS)] = None
    disabled: Annotated[bool | None, says("Whether they are kept out for now.")] = None
    channel_ids: Annotated[
        list[Id] | msgspec.UnsetType | None,
        says("The channels that they see as an agent; null: all."),
    ] = msgspec.UNSET
    own_teams_only: Annotated[
        bool | None,
        says("Whether they see, as an agent, the conversations of their teams alone."),
    ] = None


@get(
    "/api/v1/users",
    opt=SUPERVISOR,
    tags=["Users"],
    operation_id="listUsers",
    summary="List users",
)
async def user_list(request: Request[Any, Any, Any]) -> UserList:
    """Whoever may sign in, the disabled and the invited too."""
    at = app_of(request)
    return UserList(data=await at.database.read(roster.roster, at.now()), next=None)


@get(
    "/api/v1/users/{user_id:str}",
    opt=SUPERVISOR,
    tags=["Users"],
    operation_id="getUser",
    summary="Get a user",
)
async def one_user(request: Request[Any, Any, Any], user_id: UserId) -> UserShape:
    """One user as they are now."""
    at = app_of(request)
    return await at.database.read(roster.user_of, user_id, at.now())


@post(
    "/api/v1/users",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_USER),
    status_code=201,
    tags=["Users"],
    operation_id="inviteUser",
    summary="Invite a user",
)
async def invite_user(request: Request[Any, Any, Any], data: JSONBody[Invitation]) -> InvitedUser:
    """The answer has a one-time link for them, which works for 7 days. Inbox sends no e-mail."""
    at = app_of(request)
    facts = {"email": scrub(data.email), "name": scrub(data.name), "role": data.role}
    seen = None if data.channel_ids is None else [*map(scrub, data.channel_ids)]
    user, token = await at.database.write(
        roster.invite,
        **facts,
        channel_ids=seen,
        own_teams_only=data.own_teams_only,
        now=at.now(),
    )
    return _invited(at, user, token)


@patch(
    "/api/v1/users/{user_id:str}",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_USER),
    tags=["Users"],
    operation_id="changeUser",
    summary="Change a user",
)
async def edit_user(
    request: Request[Any, Any, Any], user_id: UserId, data: JSONBody[UserEdit]
) -> UserShape:
    """All of it, or nothing. Another role or address signs them out everywhere; other channels
    hold at once, also on their open pages.
    """
    at = app_of(request)
    change = UserChange(
        name=None if data.name is None else scrub(data.name),
        email=None if data.email is None else scrub(data.email),
        role=data.role,
        disabled=data.disabled,
        channel_ids=_channels(data.channel_ids),
        own_teams_only=data.own_teams_only,
    )
    return await at.database.write(_edited, user_id, change, at.now())


def _channels(given: list[str] | msgspec.UnsetType | None) -> list[str] | Unchanged | None:
    if isinstance(given, msgspec.UnsetType):
        return AS_IT_IS
    return None if given is None else [scrub(one) for one in given]


def _edited(connection: Connection, user_id: str, change: UserChange, now: Micros) -> UserShape:
    change_user(connection, user_id, change, now)
    return roster.user_of(connection, user_id, now)


@delete(
    "/api/v1/users/{user_id:str}",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_USER),
    status_code=200,
    tags=["Users"],
    operation_id="deleteUser",
    summary="Delete a user",
)
async def delete_user(request: Request[Any, Any, Any], user_id: UserId) -> UserShape:
    """What they wrote stays under their name; drafts, canned responses of their own, sessions and
    tokens go. Their address is free again. The answer is what they were.
    """
    at, by = app_of(request), Writer.of(me(request))
    was = await at.database.read(roster.user_of, user_id, at.now())
    await remove_whole(at.database, remove_user, was["id"], by, at.now)
    return was


@post(
    "/api/v1/users/{user_id:str}/link",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_USER),
    status_code=201,
    tags=["Users"],
    operation_id="makeUserLink",
    summary="Make a new one-time link",
)
async def make_link(request: Request[Any, Any, Any], user_id: UserId) -> InvitedUser:
    """To choose a password, or another one. The link before opens nothing any more."""
    at = app_of(request)
    user, token = await at.database.write(_linked, user_id, at.now())
    return _invited(at, user, token)


def _linked(connection: Connection, user_id: str, now: Micros) -> tuple[UserShape, str]:
    token = link_again(connection, user_id, now)
    return roster.user_of(connection, user_id, now), token


@delete(
    "/api/v1/users/{user_id:str}/link",
    opt=ADMIN | SETTINGS,
    status_code=200,
    tags=["Users"],
    operation_id="revokeUserLink",
    summary="Revoke a one-time link",
)
async def revoke_link(request: Request[Any, Any, Any], user_id: UserId) -> UserShape:
    """It opens nothing any more, whoever has it."""
    at = app_of(request)
    return await at.database.write(_revoked, user_id, at.now())


def _revoked(connection: Connection, user_id: str, now: Micros) -> UserShape:
    if not links.revoke(connection, user_id):
        raise Missing(_("There is no such link."))
    return roster.user_of(connection, user_id, now)


def _invited(at: AppContext, user: UserShape, token: str) -> InvitedUser:
    return {**user, "link": f"{at.public_url}/welcome/{token}"}


HANDLERS = [user_list, one_user, invite_user, edit_user, delete_user, make_link, revoke_link]
