"""What an admin changes about a user, in one transaction: all of it, or nothing."""

from collections.abc import Collection
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from inbox.access import limits, links, people
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.times import Micros


class Unchanged:
    """Of what stays as it is."""


AS_IT_IS: Final = Unchanged()


class UserChange(Struct, frozen=True, kw_only=True):
    """``channel_ids`` None: they see all. What is None otherwise stays."""

    name: str | None = None
    email: str | None = None
    role: str | None = None
    disabled: bool | None = None
    own_teams_only: bool | None = None
    channel_ids: Collection[str] | Unchanged | None = AS_IT_IS


def change_user(connection: Connection, user_id: str, change: UserChange, now: Micros) -> None:
    """Only what is otherwise than it was: who is called the same is not signed out for it.

    Raises ``Invalid`` and ``Missing``.
    """
    user = people.by_id(connection, user_id)
    if user is None:
        raise Missing(_("There is no such user."))
    if change.name is not None and change.name != user.name:
        people.rename(connection, user_id, change.name, now)
    if not isinstance(change.channel_ids, Unchanged):
        limits.limit_user(connection, user_id, change.channel_ids, now)
    if change.own_teams_only is not None:
        limits.limit_to_teams(connection, user_id, change.own_teams_only, now)
    if change.email is not None and people.normal_email(change.email) != user.email:
        people.set_email(connection, user_id, change.email, now)
    if change.role is not None and change.role != user.role:
        people.set_role(connection, user_id, change.role, now)
    if change.disabled is not None and change.disabled != (user.disabled_at is not None):
        able = people.disable if change.disabled else people.enable
        able(connection, user_id, now)


def link_again(connection: Connection, user_id: str, now: Micros) -> str:
    """The token of a new link, which ends the one before. Raises ``Invalid`` and ``Missing``."""
    user = people.by_id(connection, user_id)
    if user is None:
        raise Missing(_("There is no such user."))
    if user.disabled_at is not None:
        raise Invalid("action", _("A disabled user gets no link: enable them first."))
    return links.make(connection, "password", user_id, now)
