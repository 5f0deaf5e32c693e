"""What one user has not read, also when it is a handful among very many conversations.

Receiving cannot note for each user what is unread to them, and nobody can walk the whole list for
it. So each user has a horizon: what arrived until then is read, but for what is noted as left
unread. Below it the notes answer, above it a short walk. Seeing moves the horizon along.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    delete,
    func,
    literal,
    select,
    union_all,
)

from inbox.access.reach import in_reach
from inbox.conversations.paging import keyset_page
from inbox.domain.cursors import Cursor
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.times import MINUTE, Micros
from inbox.domain.view_counts import UNREAD_COUNTED
from inbox.storage.dialect import insert
from inbox.storage.prepared import Prepared
from inbox.storage.tables import conversations, horizons, left_unread, readings, users

AT_ONCE = 500
"""Conversations by which a horizon moves: a millisecond or two."""

LAG: Micros = 10 * MINUTE
"""What is younger may still be in a transaction that others do not see yet."""

_arrived = conversations.c.arrived_at
_SAME = and_(
    left_unread.c.conversation_id == conversations.c.id, left_unread.c.arrived_at == _arrived
)


def unread_rows(
    connection: Connection, user_id: str, query: Select[Any], cursor: Cursor | None, limit: int
) -> list[Any]:
    """At most ``limit`` rows of the query that asks for unread ones, the nearest to the cursor."""
    horizon = _horizon(connection, user_id)
    noted, up = left_unread.c, cursor is not None and cursor.up
    recent, old = query.where(_arrived > horizon), query.join(left_unread, _SAME)
    old = old.where(noted.user_id == user_id, noted.arrived_at <= horizon)
    parts: list[Select[Any]] = []
    if cursor is None or up or cursor.at > horizon:
        parts.append(keyset_page(recent, (_arrived, conversations.c.id), cursor, limit))
    if horizon and not (cursor and up and cursor.at > horizon):
        parts.append(keyset_page(old, (noted.arrived_at, noted.conversation_id), cursor, limit))
    found: list[Any] = []
    for part in reversed(parts) if up else parts:
        if len(found) < limit:
            found += connection.execute(part.limit(limit - len(found)))
    return found


def some(
    connection: Connection, user_id: str, limit: int = UNREAD_COUNTED, reach: Reach = EVERYTHING
) -> dict[str, int]:
    """What the user has not read, at most ``limit`` of it: conversation → what came in.

    One statement, and fewer than ``limit`` are all there are.
    """
    found = _some(reach).rows(connection, user=user_id, most=limit)
    return {row[0]: row[1] for row in found[:limit]}


@lru_cache(maxsize=256)
def _some(reach: Reach) -> Prepared:
    user, most = bindparam("user", type_=String), bindparam("most", type_=Integer)
    kept = select(conversations.c.id, conversations.c.inbound_count).where(*in_reach(reach))
    mine = and_(readings.c.conversation_id == conversations.c.id, readings.c.user_id == user)
    left = conversations.c.inbound_count > func.coalesce(readings.c.seen_count, 0)
    at = select(horizons.c.at).where(horizons.c.user_id == user).scalar_subquery()
    horizon = func.coalesce(at, 0)
    recent = kept.outerjoin(readings, mine).where(left, _arrived > horizon)
    noted = left_unread.c
    old = kept.join(left_unread, _SAME).outerjoin(readings, mine)
    old = old.where(left, noted.user_id == user, noted.arrived_at <= horizon)
    return Prepared(union_all(*(select(part.limit(most).subquery()) for part in (recent, old))))


def _horizon(connection: Connection, user_id: str) -> Micros:
    query = select(horizons.c.at).where(horizons.c.user_id == user_id)
    return connection.execute(query).scalar() or 0


def advance(connection: Connection, user_id: str, now: Micros, by: int = AT_ONCE) -> bool:
    """Move the user's horizon over ``by`` conversations; False where there are not so many."""
    horizon = _horizon(connection, user_id)
    following = (
        select(_arrived)
        .where(_arrived > horizon, _arrived <= now - LAG)
        .order_by(_arrived)
        .limit(1)
        .offset(by - 1)
    )
    at = connection.execute(following).scalar()
    if at is None:
        return False
    mine = and_(readings.c.conversation_id == conversations.c.id, readings.c.user_id == user_id)
    unread = (
        select(literal(user_id), conversations.c.id, _arrived)
        .select_from(conversations.outerjoin(readings, mine))
        .where(
            _arrived > horizon,
            _arrived <= at,
            conversations.c.inbound_count > func.coalesce(readings.c.seen_count, 0),
        )
    )
    note = insert(connection, left_unread)
    note = note.from_select(["user_id", "conversation_id", "arrived_at"], unread)
    connection.execute(
        note.on_conflict_do_update(
            index_elements=["user_id", "conversation_id"],
            set_={"arrived_at": note.excluded.arrived_at},
        )
    )
    move = insert(connection, horizons).values(user_id=user_id, at=at)
    connection.execute(
        move.on_conflict_do_update(index_elements=["user_id"], set_={"at": move.excluded.at})
    )
    return True


def advance_all(connection: Connection, now: Micros, by: int) -> None:
    """Move everybody's horizon, after a history that many have read was put there."""
    for user_id in connection.execute(select(users.c.id)).scalars().all():
        advance(connection, user_id, now, by)


def leave_below(connection: Connection, user_id: str, conversation_ids: Sequence[str]) -> None:
    """Those of them that are below the user's horizon are found all the same."""
    if not conversation_ids:
        return
    below = select(literal(user_id), conversations.c.id, _arrived).where(
        conversations.c.id.in_(conversation_ids), _arrived <= _horizon(connection, user_id)
    )
    note = insert(connection, left_unread)
    note = note.from_select(["user_id", "conversation_id", "arrived_at"], below)
    connection.execute(
        note.on_conflict_do_update(
            index_elements=["user_id", "conversation_id"],
            set_={"arrived_at": note.excluded.arrived_at},
        )
    )


def mark_all_read(connection: Connection, user_id: str, conversation_ids: Sequence[str]) -> None:
    """The user has seen all of them."""
    noted = left_unread.c
    connection.execute(
        delete(left_unread).where(
            noted.user_id == user_id, noted.conversation_id.in_(conversation_ids)
        )
    )
