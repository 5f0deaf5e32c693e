"""Signed-in browsers: a random cookie, of which only the SHA-256 is kept.

Who is signed out is told of in the same transaction, so that every process closes their sockets.
"""

from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inbox.access.principal import Principal
from inbox.access.reach import USER_COLUMNS, user_reach
from inbox.domain.text import scrub
from inbox.domain.times import DAY, Micros
from inbox.feed.log import append
from inbox.feed.news import access_changed
from inbox.storage.prepared import Prepared
from inbox.storage.secrets import new_token, token_digest
from inbox.storage.tables import sessions, users

LIFETIME = 30 * DAY
"""From the last use: who comes back within it need not sign in."""
PROLONGED = LIFETIME - DAY
USER_AGENT_LIMIT = 256


def start(connection: Connection, user_id: str, user_agent: str, now: Micros) -> str:
    """The token for the cookie of a new session; sessions that have run out are swept."""
    token = new_token()
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    connection.execute(
        insert(sessions).values(
            digest=token_digest(token),
            user_id=user_id,
            created_at=now,
            expires_at=now + LIFETIME,
            user_agent=scrub(user_agent)[:USER_AGENT_LIMIT],
        )
    )
    return token


def find(connection: Connection, token: str, now: Micros) -> Principal | None:
    """Who has this cookie; nobody if it ran out or its user is disabled."""
    return by_digest(connection, token_digest(token), now)


def by_digest(connection: Connection, session: str, now: Micros) -> Principal | None:
    """Whose session that is; ``session`` is the digest that its ``Principal`` carries."""
    found = _signed_in.rows(connection, session=session, now=now)
    if not found:
        return None
    row = dict(zip(_NAMES, found[0], strict=True))
    facts = {name: row[name] for name in _FACTS}
    return Principal(kind="user", **facts, reach=user_reach(row))


_PERSON: Final = tuple(
    users.c[name] for name in ("id", "name", "role", "email", "own_keys", "preferences")
)
_BROWSER: Final = (sessions.c.digest.label("session"), sessions.c.expires_at.label("ends_at"))
_FACTS: Final = [column.name for column in (*_PERSON, *_BROWSER)]
_NAMES: Final = [*_FACTS, *(column.name for column in USER_COLUMNS)]
_signed_in: Final = Prepared(
    select(*_PERSON, *_BROWSER, *USER_COLUMNS)
    .join_from(sessions, users, users.c.id == sessions.c.user_id)
    .where(
        sessions.c.digest == bindparam("session"),
        sessions.c.expires_at > bindparam("now"),
        users.c.disabled_at.is_(None),
    )
)


class SignedInBrowser(Struct, frozen=True, kw_only=True):
    """A signed-in browser. ``used_at`` is true to the day: so often it is noted."""

    id: str
    user_agent: str
    created_at: Micros
    used_at: Micros


def listing(connection: Connection, user_id: str, now: Micros) -> list[SignedInBrowser]:
    """Where a user is signed in, the latest first."""
    live = (sessions.c.user_id == user_id) & (sessions.c.expires_at > now)
    query = select(sessions).where(live).order_by(sessions.c.expires_at.desc(), sessions.c.digest)
    return [
        SignedInBrowser(
            id=row.digest,
            user_agent=row.user_agent,
            created_at=row.created_at,
            used_at=row.expires_at - LIFETIME,
        )
        for row in connection.execute(query)
    ]


def is_due(principal: Principal, now: Micros) -> bool:
    """Whether a session in use is to be prolonged: at most once a day, as that is a write."""
    ends_at = principal.ends_at
    return principal.session is not None and ends_at is not None and ends_at <= now + PROLONGED


def prolong(connection: Connection, session: str, now: Micros) -> None:
    """From now on it lasts as long as a new one."""
    live = (sessions.c.digest == session) & (sessions.c.expires_at > now)
    connection.execute(update(sessions).where(live).values(expires_at=now + LIFETIME))


def end_session(
    connection: Connection, session: str, now: Micros, user_id: str | None = None
) -> None:
    """Sign out one browser; ``session`` is the digest that its ``Principal`` carries.

    ``user_id``: only if it is that user's.
    """
    which = [sessions.c.digest == session]
    if user_id is not None:
        which.append(sessions.c.user_id == user_id)
    ended = delete(sessions).where(*which).returning(sessions.c.user_id)
    whose = connection.execute(ended).scalar()
    if whose is not None:
        append(connection, [access_changed(user_id=whose, session=session)], now)


def end_others(connection: Connection, user_id: str, session: str, now: Micros) -> None:
    """Sign a user out everywhere but in this browser."""
    for other in listing(connection, user_id, now):
        if other.id != session:
            end_session(connection, other.id, now)


def end_all(connection: Connection, user_id: str, now: Micros) -> None:
    """Sign a user out everywhere, also where they listen with a token for the feed alone."""
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
    append(connection, [access_changed(user_id=user_id)], now)
