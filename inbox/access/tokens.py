"""API tokens: lasting secrets for programs, shown once and kept as SHA-256."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from inbox.access.principal import ROLES, Principal, Role
from inbox.domain.errors import Invalid
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import MINUTE, Micros
from inbox.feed.log import append
from inbox.feed.news import access_changed
from inbox.storage.secrets import new_token, token_digest
from inbox.storage.tables import api_tokens

# A leaked token can be recognised, by people and by scanners of repositories.
PREFIX = "inbox_"
NAME_LIMIT = 100

_SHOWN = (
    api_tokens.c.id,
    api_tokens.c.name,
    api_tokens.c.role,
    api_tokens.c.created_at,
    api_tokens.c.last_used_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    id: str
    name: str
    role: Role
    created_at: Micros
    last_used_at: Micros | None = None

    @property
    def principal(self) -> Principal:
        return Principal(kind="token", id=self.id, name=self.name, role=self.role)


def add(connection: Connection, name: str, role: str, now: Micros) -> tuple[Token, str]:
    """The token's row and the token itself, which is known only now."""
    name = scrub(name).strip()
    if not 0 < len(name) <= NAME_LIMIT:
        raise Invalid(
            "name",
            _("A token's name has from 1 to %(name_limit)s characters.", name_limit=NAME_LIMIT),
        )
    known = next((known for known in ROLES if known == role), None)
    if known is None:
        raise Invalid("role", _("A role is one of %(known)s.", known=", ".join(ROLES)))
    plain = PREFIX + new_token()
    token = Token(id=new_id(now), name=name, role=known, created_at=now)
    connection.execute(insert(api_tokens).values(**asdict(token), digest=token_digest(plain)))
    return token, plain


def find(connection: Connection, plain: str) -> Principal | None:
    """Who has this token; nobody if it was revoked."""
    return _principal(connection, api_tokens.c.digest == token_digest(plain))


def by_id(connection: Connection, token_id: str) -> Principal | None:
    return _principal(connection, api_tokens.c.id == token_id)


def _principal(connection: Connection, condition: ColumnElement[bool]) -> Principal | None:
    query = select(*_SHOWN).where(condition, api_tokens.c.revoked_at.is_(None))
    row = connection.execute(query).mappings().first()
    return None if row is None else Token(**row).principal


def listing(connection: Connection) -> list[Token]:
    """The tokens that work, oldest first."""
    query = select(*_SHOWN).where(api_tokens.c.revoked_at.is_(None))
    rows = connection.execute(query.order_by(api_tokens.c.created_at, api_tokens.c.id))
    return [Token(**row) for row in rows.mappings()]


def revoke(connection: Connection, token_id: str, now: Micros) -> bool:
    """Whether there was such a token to revoke; whoever listens with it is shut out."""
    live = (api_tokens.c.id == token_id) & api_tokens.c.revoked_at.is_(None)
    changed = connection.execute(update(api_tokens).where(live).values(revoked_at=now))
    if changed.rowcount:
        append(connection, [access_changed(token_id=token_id)], now)
    return changed.rowcount > 0


def note_uses(connection: Connection, token_ids: Collection[str], now: Micros) -> None:
    """Note that these were used; at most once a minute, so that reading does not write."""
    last = api_tokens.c.last_used_at
    # Or of later than now: the clock was set back.
    stale = or_(last.is_(None), last <= now - MINUTE, last > now + MINUTE)
    statement = update(api_tokens).where(api_tokens.c.id.in_(token_ids), stale)
    connection.execute(statement.values(last_used_at=now))
