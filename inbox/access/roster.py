"""Everybody who may sign in, with what they see and whether they were invited: four statements."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from inbox.access import limits, links, people
from inbox.access.people import User
from inbox.domain.errors import Missing
from inbox.domain.language import _
from inbox.domain.times import Micros, iso
from inbox.domain.users import UserShape, UserState
from inbox.storage.tables import team_members, user_channels


def roster(connection: Connection, now: Micros) -> list[UserShape]:
    """Oldest first, the disabled too."""
    return _shapes(connection, people.listing(connection), now)


def user_of(connection: Connection, user_id: str, now: Micros) -> UserShape:
    """Raises ``Missing``."""
    user = people.by_id(connection, user_id)
    if user is None:
        raise Missing(_("There is no such user."))
    return _shapes(connection, [user], now)[0]


def invite(
    connection: Connection,
    *,
    email: str,
    name: str,
    role: str,
    channel_ids: Collection[str] | None,
    own_teams_only: bool = False,
    now: Micros,
) -> tuple[UserShape, str]:
    """A new user, and the token of their one-time link; raises ``Invalid``."""
    user = people.add(connection, email=email, name=name, role=role, now=now)
    limits.limit_to_teams(connection, user.id, own_teams_only, now)
    if channel_ids is not None:
        limits.limit_user(connection, user.id, channel_ids, now)
    token = links.make(connection, "password", user.id, now)
    return user_of(connection, user.id, now), token


def _shapes(connection: Connection, users: list[User], now: Micros) -> list[UserShape]:
    seen: dict[str, list[str]] = {}
    for row in connection.execute(select(user_channels).order_by(user_channels.c.channel_id)):
        seen.setdefault(row.user_id, []).append(row.channel_id)
    teams: dict[str, list[str]] = {}
    for row in connection.execute(select(team_members).order_by(team_members.c.team_id)):
        teams.setdefault(row.user_id, []).append(row.team_id)
    ends = links.ends_of(connection, now)
    return [
        _shape(user, seen.get(user.id, []), teams.get(user.id, []), ends.get(user.id))
        for user in users
    ]


def _shape(
    user: User, channel_ids: list[str], team_ids: list[str], link_ends: Micros | None
) -> UserShape:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "state": _state(user),
        "channel_ids": channel_ids if user.own_channels_only else None,
        "own_teams_only": user.own_teams_only,
        "team_ids": team_ids,
        "created_at": iso(user.created_at),
        "link_expires_at": None if link_ends is None else iso(link_ends),
    }


def _state(user: User) -> UserState:
    if user.disabled_at is not None:
        return "disabled"
    return "active" if user.password_hash else "invited"
