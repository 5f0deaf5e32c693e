"""API tokens: lasting secrets for programs, shown once and kept as SHA-256."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    RowMapping,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from inbox.access.limits import keep_token_channels
from inbox.access.principal import Principal, Role, checked_role, lower_role
from inbox.access.reach import TOKEN_COLUMNS, USER_COLUMNS, token_reach
from inbox.access.scopes import (
    Scopes,
    checked_scopes,
    scopes_in_order,
    scopes_read,
    scopes_stored,
)
from inbox.domain.errors import Invalid, Missing
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.text import scrub
from inbox.domain.times import MINUTE, Micros, iso
from inbox.domain.tokens import TokenShape
from inbox.feed.log import append
from inbox.feed.news import access_changed
from inbox.storage.prepared import Prepared
from inbox.storage.secrets import new_token, token_digest
from inbox.storage.tables import api_tokens, users

# A leaked token can be recognised, by people and by scanners of repositories.
PREFIX = "inbox_"
NAME_LIMIT = 100

_token = api_tokens.c
_SHOWN = (
    _token.id,
    _token.name,
    _token.role,
    _token.owner_id,
    _token.created_at,
    _token.expires_at,
    _token.last_used_at,
)
_OWNER = (users.c.name.label("owner"), users.c.role.label("owner_role"))
_ALL = select(*_SHOWN, _token.scopes, *_OWNER, *TOKEN_COLUMNS, *USER_COLUMNS).select_from(
    api_tokens.outerjoin(users, users.c.id == _token.owner_id)
)
_NOT_REVOKED = _token.revoked_at.is_(None)


class Token(Struct, frozen=True, kw_only=True):
    """``owner``: the name of whose it is; one that the command line made is nobody's."""

    id: str
    name: str
    role: Role
    created_at: Micros
    owner_id: str | None = None
    expires_at: Micros | None = None
    last_used_at: Micros | None = None
    owner: str | None = None
    owner_role: Role | None = None
    reach: Reach = EVERYTHING
    scopes: Scopes = None

    @property
    def principal(self) -> Principal:
        """It may never do more than its owner may."""
        return Principal(
            kind="token",
            id=self.id,
            name=self.name,
            role=lower_role(self.role, self.owner_role or "admin"),
            ends_at=self.expires_at,
            reach=self.reach,
            scopes=self.scopes,
        )

    @property
    def shape(self) -> TokenShape:
        """What admins are told of it."""
        channels = self.reach.channels
        return {
            "id": self.id,
            "name": self.name,
            "role": self.principal.role,
            "scopes": scopes_in_order(self.scopes),
            "channel_ids": None if channels is None else sorted(channels),
            "owner_id": self.owner_id,
            "owner": self.owner,
            "created_at": iso(self.created_at),
            "expires_at": None if self.expires_at is None else iso(self.expires_at),
            "last_used_at": None if self.last_used_at is None else iso(self.last_used_at),
        }


def _read(row: RowMapping | Mapping[str, Any]) -> Token:
    facts = {column.name: row[column.name] for column in (*_SHOWN, *_OWNER)}
    return Token(**facts, reach=token_reach(row), scopes=scopes_read(row[_token.scopes.name]))


def add(
    connection: Connection,
    name: str,
    role: str,
    now: Micros,
    owner_id: str | None = None,
    expires_at: Micros | None = None,
    channel_ids: Collection[str] | None = None,
    scopes: Collection[str] | None = None,
) -> tuple[Token, str]:
    """The token's row and the token itself, which is known only now.

    ``channel_ids``: it sees these alone; raises ``Invalid`` unless it is an agent's. ``scopes``:
    it may be used for these alone.
    """
    known_role = checked_role(role)
    row = {
        "id": new_id(now),
        "name": checked_token_name(name),
        "role": known_role,
        "owner_id": owner_id,
        "created_at": now,
        "expires_at": checked_token_end(expires_at, now),
        "own_channels_only": channel_ids is not None,
        "scopes": scopes_stored(checked_scopes(scopes)),
    }
    plain = PREFIX + new_token()
    connection.execute(insert(api_tokens).values(**row, digest=token_digest(plain)))
    keep_token_channels(connection, str(row["id"]), known_role, channel_ids)
    return _read(connection.execute(_ALL.where(_token.id == row["id"])).mappings().one()), plain


def checked_token_name(text: str) -> str:
    name = scrub(text).strip()
    if 0 < len(name) <= NAME_LIMIT:
        return name
    raise Invalid(
        "name",
        _("A token's name has from 1 to %(name_limit)s characters.", name_limit=NAME_LIMIT),
    )


def checked_token_end(expires_at: Micros | None, now: Micros) -> Micros | None:
    if expires_at is None or expires_at > now:
        return expires_at
    raise Invalid("expires_at", _("A token's end is a time to come."))


def find(connection: Connection, plain: str, now: Micros) -> Principal | None:
    """Who has this token; nobody if it was revoked or has ended."""
    return _principal(_by_digest.rows(connection, token=token_digest(plain), now=now))


def working_token(connection: Connection, token_id: str, now: Micros) -> Token:
    """One that works; raises ``Missing``."""
    found = connection.execute(_ALL.where(_token.id == token_id, *_works(now))).mappings().first()
    if found is None:
        raise Missing(_("There is no such token."))
    return _read(found)


def by_id(connection: Connection, token_id: str, now: Micros) -> Principal | None:
    return _principal(_by_id.rows(connection, token=token_id, now=now))


def owner_of(connection: Connection, token_id: str) -> str | None:
    """The id of the user whose it is; None: nobody's."""
    found: str | None = connection.execute(
        select(_token.owner_id).where(_token.id == token_id)
    ).scalar()
    return found


def _principal(rows: Sequence[Sequence[Any]]) -> Principal | None:
    return _read(dict(zip(_NAMES, rows[0], strict=True))).principal if rows else None


def _works(now: Micros | BindParameter[Micros]) -> tuple[ColumnElement[bool], ...]:
    return _NOT_REVOKED, or_(_token.expires_at.is_(None), _token.expires_at > now)


_NAMES: Final = _ALL.selected_columns.keys()
_now: Final[BindParameter[Micros]] = bindparam("now")
_by_digest: Final = Prepared(_ALL.where(_token.digest == bindparam("token"), *_works(_now)))
_by_id: Final = Prepared(_ALL.where(_token.id == bindparam("token"), *_works(_now)))


def listing(connection: Connection, now: Micros) -> list[Token]:
    """The tokens that work, oldest first."""
    rows = connection.execute(_ALL.where(*_works(now)).order_by(_token.created_at, _token.id))
    return [_read(row) for row in rows.mappings()]


def revoke(connection: Connection, token_id: str, now: Micros) -> bool:
    """Whether there was such a token to revoke; whoever listens with it is shut out."""
    return _end(connection, _token.id == token_id, now) > 0


def revoke_of(connection: Connection, owner_id: str, now: Micros) -> None:
    """End all tokens of a user who goes."""
    _end(connection, _token.owner_id == owner_id, now)


def _end(connection: Connection, condition: ColumnElement[bool], now: Micros) -> int:
    ended = update(api_tokens).where(condition, _NOT_REVOKED).values(revoked_at=now)
    ids = connection.execute(ended.returning(_token.id)).scalars().all()
    append(connection, [access_changed(token_id=each) for each in ids], now)
    return len(ids)


def look_again_at(connection: Connection, owner_id: str, now: Micros) -> None:
    """Whoever listens with a token of this user comes in again, as what it may has changed."""
    query = select(_token.id).where(_token.owner_id == owner_id, *_works(now))
    ids = connection.execute(query).scalars().all()
    append(connection, [access_changed(token_id=each) for each in ids], now)


def note_uses(connection: Connection, token_ids: Collection[str], now: Micros) -> None:
    """Note that these were used; at most once a minute, so that reading does not write."""
    last = api_tokens.c.last_used_at
    # Or of later than now: the clock was set back.
    stale = or_(last.is_(None), last <= now - MINUTE, last > now + MINUTE)
    statement = update(api_tokens).where(api_tokens.c.id.in_(token_ids), stale)
    connection.execute(statement.values(last_used_at=now))
