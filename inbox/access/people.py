"""Users: who may sign in, and as what.

Whatever takes something away from a user (a role, the account, an old password) ends their
sessions in the same transaction, and tells of it, so that their open sockets are closed. With the
account go the tokens of their programs.
"""

import re
from typing import Any, Final, Literal

from sqlalchemy import Connection, Result, bindparam, delete, exists, func, select, update

from inbox.access import limits, sessions, tokens
from inbox.access.principal import Principal, Role, checked_role
from inbox.discreet import Discreet, Private
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import UserUpdated
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.domain.users import UserPart
from inbox.feed.log import append
from inbox.storage.dialect import insert, serialise
from inbox.storage.prepared import Prepared
from inbox.storage.tables import one_time_links, users

EMAIL_LIMIT = 254
NAME_LIMIT = 100

_THERE = users.c.deleted_at.is_(None)

_EMAIL = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+")


class User(Discreet, frozen=True, kw_only=True):
    """``password_hash`` is None until they have used their one-time link."""

    id: str
    email: str
    name: str
    role: Role
    created_at: Micros
    disabled_at: Micros | None = None
    deleted_at: Micros | None = None
    password_hash: Private[str | None] = None
    read_by_answers: bool = True
    """Whether a colleague's answer makes a conversation read for them."""
    alias: str | None = None
    undoes_sends: bool = False
    """Whether what they send leaves a moment later, and can be undone until then."""
    own_keys: Private[str | None] = None
    """Those they have chosen, see ``own_keys``."""
    preferences: Private[str | None] = None
    """How they like their pages, see ``preferences``."""
    own_channels_only: bool = False
    own_teams_only: bool = False
    """As an agent they see nothing of other channels, or of other teams."""

    @property
    def principal(self) -> Principal:
        return Principal(kind="user", id=self.id, name=self.name, role=self.role, email=self.email)


def normal_email(text: str) -> str:
    """The one spelling of an address that is stored and looked for."""
    return scrub(text).strip().lower()


def add(connection: Connection, *, email: str, name: str, role: str, now: Micros) -> User:
    """A user without a password; raises ``Invalid``."""
    row = {
        "id": new_id(now),
        "email": _checked_email(email),
        "name": _checked_name(name),
        "role": checked_role(role),
        "created_at": now,
    }
    statement = insert(connection, users).values(row).on_conflict_do_nothing()
    user = _one(connection.execute(statement.returning(*users.c)))
    if user is None:
        raise _taken(normal_email(email))
    return user


def _taken(address: str) -> Invalid:
    return Invalid(
        "email", _("There is already a user with the address %(address)s.", address=address)
    )


def _checked_email(text: str) -> str:
    email = normal_email(text)
    if _EMAIL.fullmatch(email) and len(email) <= EMAIL_LIMIT:
        return email
    raise Invalid("email", _("An e-mail address looks like ana@example.com."))


def _checked_name(text: str, field: str = "name") -> str:
    name = scrub(text).strip()
    if 0 < len(name) <= NAME_LIMIT:
        return name
    raise Invalid(
        field, _("A name has from 1 to %(name_limit)s characters.", name_limit=NAME_LIMIT)
    )


def by_id(connection: Connection, user_id: str) -> User | None:
    return _one(connection.execute(select(users).where(users.c.id == user_id, _THERE)))


def by_email(connection: Connection, email: str) -> User | None:
    """For signing in: with the password's hash, disabled or not."""
    query = select(users).where(users.c.email == normal_email(email))
    return _one(connection.execute(query))


def listing(connection: Connection) -> list[User]:
    """Everybody, oldest first, the disabled too, but not who was deleted."""
    everybody = select(users).where(_THERE).order_by(users.c.created_at, users.c.id)
    rows = connection.execute(everybody)
    return [User(**row) for row in rows.mappings()]


def anyone(connection: Connection) -> bool:
    """Whether there is a user at all: if not, the machine waits to be set up."""
    return bool(connection.scalar(select(exists().select_from(users))))


def set_password(connection: Connection, user_id: str, password_hash: str, now: Micros) -> None:
    """Also ends what the old password, or a link that was lost, could still open."""
    _forget_links(connection, user_id)
    _change(connection, user_id, now, password_hash=password_hash)


def set_read_by_answers(connection: Connection, user_id: str, wanted: bool) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(read_by_answers=wanted))


def set_alias(connection: Connection, user_id: str, text: str) -> None:
    """By which name customers know them; without one it is their own. Raises ``Invalid``."""
    alias = _checked_name(text, "alias") if scrub(text).strip() else None
    connection.execute(update(users).where(users.c.id == user_id).values(alias=alias))


def set_undoes_sends(connection: Connection, user_id: str, wanted: bool) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(undoes_sends=wanted))


def undoes_sends(connection: Connection, user_id: str | None) -> bool:
    """Whether this user wants to; a program never does."""
    if not user_id:
        return False
    found = _undoes.rows(connection, user=user_id)
    return bool(found and found[0][0])


_undoes: Final = Prepared(select(users.c.undoes_sends).where(users.c.id == bindparam("user")))


def rename(connection: Connection, user_id: str, name: str, now: Micros) -> User:
    """What they wrote keeps the name that it was written under. Raises ``Invalid``, ``Missing``."""
    wanted, before = _checked_name(name), _there(by_id(connection, user_id))
    if wanted == before.name:
        return before
    known = update(users).where(users.c.id == user_id, _THERE).values(name=wanted)
    user = _there(_one(connection.execute(known.returning(*users.c))))
    _tell(connection, user, "name", now)
    return user


def _tell(connection: Connection, user: User, changed: UserPart, now: Micros) -> None:
    """Colleagues see them by name, and what is to be done is given to who is there."""
    state: Literal["active", "disabled", "deleted"] = "active"
    if user.disabled_at is not None:
        state = "disabled" if user.deleted_at is None else "deleted"
    told = UserUpdated({"id": user.id, "name": user.name, "state": state, "changed": [changed]})
    append(connection, [told], now)


def set_email(connection: Connection, user_id: str, email: str, now: Micros) -> User:
    """Signs them out everywhere: the new address holds once they have signed in with it.

    A link that was sent to the old one opens nothing any more. Raises ``Invalid``, ``Missing``.
    """
    wanted = _checked_email(email)
    taken = select(users.c.id).where(users.c.email == wanted, users.c.id != user_id)
    if connection.execute(taken).first() is not None:
        raise _taken(wanted)
    _forget_links(connection, user_id)
    return _change(connection, user_id, now, email=wanted)


def forget_user(connection: Connection, user_id: str, now: Micros) -> User:
    """Leave nothing of them but the name of what they did; their address is free again.

    Raises ``Invalid`` for the last admin, or ``Missing``.
    """
    _shut_out(connection, user_id, now)
    limits.limit_user(connection, user_id, None, now)
    gone = {"deleted_at": now, "email": user_id, "password_hash": None, "alias": None}
    user = _change(connection, user_id, now, **gone)
    _tell(connection, user, "state", now)
    return user


def set_role(connection: Connection, user_id: str, role: str, now: Micros) -> User:
    """Raises ``Invalid`` for the last admin, or ``Missing``."""
    wanted = checked_role(role)
    if wanted != "admin":
        keep_an_admin(connection, user_id)
    user = _change(connection, user_id, now, role=wanted)
    tokens.look_again_at(connection, user_id, now)
    return user


def disable(connection: Connection, user_id: str, now: Micros) -> User:
    """Ends their tokens for good as well. Raises ``Invalid`` for the last admin, or ``Missing``."""
    user = _shut_out(connection, user_id, now)
    _tell(connection, user, "state", now)
    return user


def _shut_out(connection: Connection, user_id: str, now: Micros) -> User:
    keep_an_admin(connection, user_id)
    _forget_links(connection, user_id)
    user = _change(connection, user_id, now, disabled_at=now)
    tokens.revoke_of(connection, user_id, now)
    return user


def enable(connection: Connection, user_id: str, now: Micros) -> User:
    user = _change(connection, user_id, now, disabled_at=None)
    _tell(connection, user, "state", now)
    return user


def _change(connection: Connection, user_id: str, now: Micros, **columns: Any) -> User:
    before = by_id(connection, user_id)
    statement = update(users).where(users.c.id == user_id, _THERE).values(columns)
    user = _there(_one(connection.execute(statement.returning(*users.c))))
    # Who never had a password was never here. And their first one signs them in at once: news of
    # it that another process reads a moment later would shut out what they have just opened.
    if before is not None and before.password_hash is not None:
        sessions.end_all(connection, user_id, now)
    return user


def _there(user: User | None) -> User:
    if user is None:
        raise Missing(_("There is no such user."))
    return user


def keep_an_admin(connection: Connection, user_id: str) -> None:
    # Two admins may demote each other at the same moment.
    serialise(connection, ["admins"])
    admin = (users.c.role == "admin") & users.c.disabled_at.is_(None)
    is_one = exists().where(admin, users.c.id == user_id)
    others = select(func.count()).select_from(users).where(admin, users.c.id != user_id)
    row = connection.execute(select(is_one, others.scalar_subquery())).one()
    if row[0] and not row[1]:
        raise Invalid("role", _("This is the last admin: make somebody else admin first."))


def _forget_links(connection: Connection, user_id: str) -> None:
    unused = one_time_links.c.used_at.is_(None)
    connection.execute(delete(one_time_links).where(one_time_links.c.user_id == user_id, unused))


def _one(result: Result[Any]) -> User | None:
    row = result.mappings().first()
    return None if row is None else User(**row)
