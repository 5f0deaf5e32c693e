"""``/api/v1/me``: who asks, and what a user may change of themselves."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, patch
from litestar.params import JSONBody

from inbox.access import people
from inbox.access.preferences import choose, preferences
from inbox.access.principal import Principal
from inbox.domain.errors import Invalid
from inbox.domain.fields import says
from inbox.domain.formatting import TimeFormat
from inbox.domain.language import _
from inbox.domain.preferences import Density, SendKey
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.domain.users import Profile
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_USER, can_fail
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.scopes import SETTINGS


class ProfileEdit(msgspec.Struct):
    """What is to be another; what is left out stays."""

    name: Annotated[str | None, says("What you are called from now on.")] = None
    alias: Annotated[str | None, says("By which name customers know you; empty: by your own.")] = (
        None
    )
    send_key: Annotated[SendKey | None, says("What sends a reply.")] = None
    density: Annotated[Density | None, says("How close things stand.")] = None
    time_format: Annotated[TimeFormat | None, says("How times are shown.")] = None
    language: Annotated[
        str | None, says("In which language pages and notices speak: `en`, or `auto`.")
    ] = None


@get(
    "/api/v1/me",
    opt=AGENT,
    tags=["Users"],
    operation_id="getMe",
    summary="Ask who you are",
)
async def who_am_i(request: Request[Any, Any, Any]) -> Profile:
    """The user, or with a token the program."""
    return await app_of(request).database.read(_profile, me(request))


@patch(
    "/api/v1/me",
    opt=AGENT | SETTINGS | can_fail(UNFIT_USER),
    tags=["Users"],
    operation_id="changeMe",
    summary="Change your profile",
)
async def change_me(request: Request[Any, Any, Any], data: JSONBody[ProfileEdit]) -> Profile:
    """What you wrote keeps the name that it was written under."""
    who = me(request)
    if who.kind == "token":
        raise Invalid("name", _("A token has no profile: change its user’s."))
    at = app_of(request)
    return await at.database.write(_changed, who, data, at.now())


def _changed(connection: Connection, who: Principal, data: ProfileEdit, now: Micros) -> Profile:
    if data.name is not None:
        people.rename(connection, who.id, scrub(data.name), now)
    if data.alias is not None:
        people.set_alias(connection, who.id, data.alias)
    chosen = {
        "send_key": data.send_key,
        "density": data.density,
        "time_format": data.time_format,
        "language": data.language,
    }
    choose(connection, who.id, {name: word for name, word in chosen.items() if word is not None})
    return _profile(connection, who)


def _profile(connection: Connection, who: Principal) -> Profile:
    user = people.by_id(connection, who.id) if who.kind == "user" else None
    channels, teams = who.reach.channels, who.reach.teams
    return {
        "kind": who.kind,
        "id": who.id,
        "name": user.name if user else who.name,
        "email": who.email,
        "role": who.role,
        "alias": user.alias if user else None,
        "channel_ids": None if channels is None else sorted(channels),
        "team_ids": None if teams is None else sorted(teams),
        "preferences": preferences(user.preferences) if user else None,
    }


HANDLERS = [who_am_i, change_me]
