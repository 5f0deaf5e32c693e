"""Which conversations a page of the list has, and in which order: their ids, by indexes.

What one page looks at is bounded. Where more is asked than an index knows, it may be short and have
a next one all the same. What is few, as the conversations of a label, is put in order here.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    literal,
    select,
    tuple_,
    union_all,
)

from inbox.conversations.views import Course, Order, Rest, Stretch, place_in
from inbox.domain.cursors import Cursor
from inbox.domain.shapes import sort_key
from inbox.domain.times import Micros
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
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


class Looks:
    """At a course, part by part: one statement a part, prepared for each side of a cursor.

    ``filters``: what is asked beside. What either binds by name is said with each ``read``.
    """

    def __init__(self, how: Course, filters: Rest | None) -> None:
        self._how, self._filters = how, filters
        self._looks: dict[tuple[int, bool, bool], _Look] = {}

    def read(
        self, connection: Connection, cursor: Cursor | None, limit: int, **binds: object
    ) -> Spots:
        up = cursor is not None and cursor.up
        stands = 0 if cursor is None else cursor.at // SECOND
        found: list[Spot] = []
        for part in reversed(self._how.parts) if up else self._how.parts:
            if cursor is not None and part.number != stands and (part.number < stands) != up:
                continue
            here = cursor if part.number == stands else None
            look = self._look(part, up, here is not None)
            taken, edge = look.at(connection, here, limit + 1 - len(found), binds)
            found += taken
            if len(found) > limit:
                return Spots(found[:limit], _next(found[limit - 1]))
            if edge is not None:
                return Spots(found, _next(edge))
        return Spots(found, None)

    def _look(self, part: Stretch, up: bool, placed: bool) -> "_Look":
        known = self._looks.get((part.number, up, placed))
        if known is None:
            rests = [rest for rest in (part.rest, self._filters) if rest is not None]
            known = _Look(part, rests, self._how.descending != up, placed)
            self._looks[part.number, up, placed] = known
        return known


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


_PLACE: Final = tuple_(bindparam("at", type_=BigInteger), bindparam("tie", type_=String))
_MOST, _LOOKED, _EDGE = (bindparam(name, type_=Integer) for name in ("most", "looked", "edge"))


class _Look:
    """At one part, in one direction; ``placed``: on from a cursor."""

    def __init__(
        self, part: Stretch, rests: Sequence[Rest], descending: bool, placed: bool
    ) -> None:
        self._part, self._rests = part, rests
        self._descending, self._placed = descending, placed
        self._name = str(part.key.key)
        self._asked = Prepared(self._through() if rests else self._read(_MOST))

    def at(
        self,
        connection: Connection,
        cursor: Cursor | None,
        limit: int,
        binds: Mapping[str, object],
    ) -> tuple[list[Spot], Spot | None]:
        """At most ``limit`` that answer; and the last that was looked at, if it stopped there."""
        given = {**binds, "most": limit, "looked": LOOKED_AT, "edge": LOOKED_AT - 1}
        if cursor is not None:
            given |= {"at": cursor.at - self._part.number * SECOND, "tie": cursor.tie}
        rows = self._asked.rows(connection, **given)
        if not self._rests:
            return [self._spot(row) for row in rows], None
        found = [self._spot(row) for row in rows if not row[2]]
        found.sort(reverse=self._descending)
        last = next((self._spot(row) for row in rows if row[2]), None)
        return found, last if len(found) < limit else None

    def _spot(self, row: Sequence[Any]) -> Spot:
        return Spot(self._part.number * SECOND + row[1], row[0])

    def _through(self) -> CompoundSelect[Any]:
        """Those that answer among so many, and where that ends."""
        looked = self._read(_LOOKED).subquery()
        answers = [condition for rest in self._rests for condition in rest(looked)]
        # In the order of what is inside: nothing between it and here takes them out of it.
        query = select(looked.c.id, looked.c[self._name]).where(*answers).limit(_MOST)
        edge = self._read(1).offset(_EDGE).subquery()
        ends = select(edge.c.id, edge.c[self._name])
        return union_all(
            select(query.subquery(), literal(0).label("ends")),
            select(ends.subquery(), literal(1).label("ends")),
        )

    def _read(self, limit: Any) -> Select[Any]:
        key, kept = self._part.key, conversations.c
        columns = [kept.id, key]
        if self._rests:
            columns += [one for one in kept if one not in columns]
        query, order = select(*columns).where(*self._part.read), (key, kept.id)
        if self._placed:
            here = tuple_(*order)
            query = query.where(here < _PLACE if self._descending else here > _PLACE)
        ordered = (one.desc() if self._descending else one for one in order)
        return query.order_by(*ordered).limit(limit)
