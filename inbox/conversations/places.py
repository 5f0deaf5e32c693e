"""Which conversations a page of the list has, and in which order: their ids, by indexes.

What one page looks at is bounded. Where more is asked than an index knows, it may be short and have
a next one all the same. What is few, as the conversations of a label, is put in order here.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, literal, select, tuple_, union_all

from inbox.conversations.views import Course, Order, Rest, Stretch, place_in
from inbox.domain.cursors import Cursor
from inbox.domain.shapes import sort_key
from inbox.domain.times import Micros
from inbox.storage.dialect import among, listed
from inbox.storage.tables import conversations

LOOKED_AT: Final = 2_000
"""Of an index, if hardly any of it answers."""
SECOND: Final = 10**17
"""Is added to what the second part goes by, so that a cursor says in which it stands."""


class Spot(NamedTuple):
    """Where one stands."""

    at: Micros
    id: str

    @property
    def sort(self) -> str:
        """For orders of two parts, which have their letters in front."""
        number, at = divmod(self.at, SECOND)
        return f"{'ab'[number]}-{sort_key(at, self.id)}"


class Spots(NamedTuple):
    """The nearest to the cursor first. ``next``: where to go on, if there is more."""

    found: list[Spot]
    next: str | None


def read_places(
    connection: Connection,
    how: Course,
    filters: Rest | None,
    cursor: Cursor | None,
    limit: int,
) -> Spots:
    """One statement a part."""
    up = cursor is not None and cursor.up
    stands = 0 if cursor is None else cursor.at // SECOND
    found: list[Spot] = []
    for part in reversed(how.parts) if up else how.parts:
        if cursor is not None and part.number != stands and (part.number < stands) != up:
            continue
        look = _Look(part, _rests(part, filters), how.descending != up)
        here = cursor if part.number == stands else None
        taken, edge = look.at(connection, here, limit + 1 - len(found))
        found += taken
        if len(found) > limit:
            return Spots(found[:limit], _next(found[limit - 1]))
        if edge is not None:
            return Spots(found, _next(edge))
    return Spots(found, None)


def sort_places(
    connection: Connection,
    ids: Collection[str],
    order: Order,
    filters: Rest,
    now: Micros,
    cursor: Cursor | None,
    limit: int,
) -> Spots:
    """The same of few that are known by their ids: one statement in all."""
    kept = conversations.c
    columns = (kept.id, kept.arrived_at, kept.waiting_since, kept.last_inbound_at)
    theirs = among(connection.dialect.name, kept.id, "ids")
    query = (
        select(*columns).where(theirs, *filters(conversations)).params(ids=listed(connection, ids))
    )
    all_of_them = [
        Spot(number * SECOND + at, row["id"])
        for row in connection.execute(query).mappings()
        for number, at in [place_in(order, row, now)]
    ]
    up = cursor is not None and cursor.up
    descending = (order == "newest") != up
    here = sorted(all_of_them, reverse=descending)
    if cursor is not None:
        place = Spot(cursor.at, cursor.tie)
        here = [one for one in here if (one < place if descending else one > place)]
    more = len(here) > limit
    return Spots(here[:limit], _next(here[limit - 1]) if more else None)


def _next(last: Spot) -> str:
    return str(Cursor(*last))


def _rests(part: Stretch, filters: Rest | None) -> Sequence[Rest]:
    return [rest for rest in (part.rest, filters) if rest is not None]


class _Look(NamedTuple):
    """At one part, in one direction."""

    part: Stretch
    rests: Sequence[Rest]
    descending: bool

    @property
    def name(self) -> str:
        return str(self.part.key.key)

    def at(
        self, connection: Connection, cursor: Cursor | None, limit: int
    ) -> tuple[list[Spot], Spot | None]:
        """At most ``limit`` that answer; and the last that was looked at, if it stopped there."""
        if not self.rests:
            return [self._spot(row) for row in connection.execute(self._read(cursor, limit))], None
        looked = self._read(cursor, LOOKED_AT).subquery()
        answers = [condition for rest in self.rests for condition in rest(looked)]
        # In the order of what is inside: nothing between it and here takes them out of it.
        query = select(looked.c.id, looked.c[self.name]).where(*answers).limit(limit)
        edge = self._read(cursor, 1).offset(LOOKED_AT - 1).subquery()
        ends = select(edge.c.id, edge.c[self.name])
        both = union_all(
            select(query.subquery(), literal(0).label("ends")),
            select(ends.subquery(), literal(1).label("ends")),
        )
        rows = connection.execute(both).all()
        found = [self._spot(row) for row in rows if not row.ends]
        found.sort(reverse=self.descending)
        last = next((self._spot(row) for row in rows if row.ends), None)
        return found, last if len(found) < limit else None

    def _spot(self, row: Any) -> Spot:
        return Spot(self.part.number * SECOND + row[1], row[0])

    def _read(self, cursor: Cursor | None, limit: int) -> Select[Any]:
        columns = [conversations.c.id, self.part.key]
        if self.rests:
            columns += [one for one in conversations.c if one not in columns]
        query, order = select(*columns).where(*self.part.read), (self.part.key, conversations.c.id)
        if cursor is not None:
            place = tuple_(literal(cursor.at - self.part.number * SECOND), literal(cursor.tie))
            key = tuple_(*order)
            query = query.where(key < place if self.descending else key > place)
        return query.order_by(*(one.desc() if self.descending else one for one in order)).limit(
            limit
        )
