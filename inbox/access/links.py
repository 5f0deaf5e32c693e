"""Links that work once: ``setup`` makes the first admin, ``password`` lets a user choose theirs."""

from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Result,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from inbox.domain.times import DAY, HOUR, Micros
from inbox.storage.secrets import new_token, token_digest
from inbox.storage.tables import one_time_links, users

Purpose = Literal["setup", "password"]

LIFETIMES: dict[Purpose, Micros] = {"setup": 24 * HOUR, "password": 7 * DAY}

_columns = one_time_links.c
_SHOWN = (_columns.purpose, _columns.user_id, _columns.expires_at)


class Link(Struct, frozen=True, kw_only=True):
    """``user_id`` is None for a set-up link: its user is made by using it."""

    purpose: Purpose
    user_id: str | None
    expires_at: Micros


def make(connection: Connection, purpose: Purpose, user_id: str | None, now: Micros) -> str:
    """The token of a new link, which replaces the older ones for the same thing."""
    token = new_token()
    same = (_columns.purpose == purpose) & _columns.user_id.is_not_distinct_from(user_id)
    connection.execute(delete(one_time_links).where(or_(same, _columns.expires_at <= now)))
    connection.execute(
        insert(one_time_links).values(
            digest=token_digest(token),
            purpose=purpose,
            user_id=user_id,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    return token


def peek(connection: Connection, token: str, purpose: Purpose, now: Micros) -> Link | None:
    """The link if it would work now."""
    query = select(*_SHOWN).where(*_works(token, purpose, now))
    return _link(connection.execute(query))


def use(connection: Connection, token: str, purpose: Purpose, now: Micros) -> Link | None:
    """The link, once: of two who race for it one gets None."""
    statement = update(one_time_links).where(*_works(token, purpose, now)).values(used_at=now)
    return _link(connection.execute(statement.returning(*_SHOWN)))


def ends_of(connection: Connection, now: Micros) -> dict[str, Micros]:
    """Until when each user's link works, of those that have one."""
    live = (_columns.purpose == "password", _columns.used_at.is_(None), _columns.expires_at > now)
    rows = connection.execute(select(_columns.user_id, _columns.expires_at).where(*live))
    return {row.user_id: row.expires_at for row in rows}


def revoke(connection: Connection, user_id: str) -> bool:
    """Whether there was a link of theirs that nobody had used."""
    unused = (_columns.user_id == user_id, _columns.used_at.is_(None))
    return connection.execute(delete(one_time_links).where(*unused)).rowcount > 0


def _works(token: str, purpose: Purpose, now: Micros) -> list[ColumnElement[bool]]:
    conditions = [
        _columns.digest == token_digest(token),
        _columns.purpose == purpose,
        _columns.used_at.is_(None),
        _columns.expires_at > now,
    ]
    if purpose == "setup":
        # Whoever kept an old link must not become admin of a machine that has users.
        conditions.append(~exists(select(users.c.id)))
    if purpose == "password":
        its_user = (users.c.id == _columns.user_id) & users.c.disabled_at.is_(None)
        conditions.append(exists(select(users.c.id).where(its_user)))
    return conditions


def _link(result: Result[Any]) -> Link | None:
    row = result.mappings().first()
    return None if row is None else Link(**row)
