"""Work that waits in a table: what is due, who is at it, and when it is tried again.

Any table with ``due_at`` and ``attempts`` can be a queue. Who takes a row sets its ``due_at``
ahead, which is the claim: until then the row is theirs, and who dies comes to no end, so that it
is due again. An end counts only while the claim holds. ``storage/drain.py`` does the work.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Executable,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)

from inbox.domain.times import MINUTE, Micros
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared

SKEW: Micros = 10 * MINUTE
"""So far clocks may be apart. What is due later than it can be was written down before the clock
was set back, and is due now."""
AT_ONCE: Micros = 0
"""When that is due which waits for no time, whatever clocks say."""

Key = tuple[str, ...]
_Moment = Micros | ColumnElement[int]


class Claim(Struct, frozen=True):
    """A row that is somebody's as long as its columns are as ``held`` says.

    ``attempts``: tries before this one.
    """

    key: Key
    lane: str
    held: Mapping[str, Any]
    attempts: int


class Due(NamedTuple):
    """The lanes in which something is due, and when the next is that is not yet."""

    lanes: Sequence[str]
    next_at: Micros | None


class Turn(NamedTuple):
    """What somebody would take: so many of each lane, and none of what they are at.

    ``again``: asked before, by a transaction whose commit may or may not have been lost.
    """

    rooms: Mapping[str, int]
    busy: Sequence[Key]
    now: Micros
    until: Micros
    again: bool = False


class Queue(Struct, frozen=True, eq=False):
    """``lane``: the column that says what a row can hang on; what there is of them has a table.

    ``longest``: no wait is longer. ``free``: what columns hold while nobody has the row, where a
    claim is more than a time. ``once``: claims last so long, and one that runs out is never taken
    over: whoever finds it only ends it. ``first``: the rows whose turn it is. ``open``: the lanes
    of which anything may be taken. ``shut_until``: the column of their table that says until when
    nothing may. ``timeless``: what is let go of undone is due whatever the clock says.
    """

    table: Table
    longest: Micros
    lane: Column[str] | None = None
    free: Mapping[str, Any] = field(default_factory=dict)
    once: Micros | None = None
    first: ColumnElement[bool] = field(default_factory=true)
    open: ColumnElement[bool] = field(default_factory=true)
    shut_until: Column[int] | None = None
    timeless: bool = False
    _statements: dict[str, Prepared] = field(default_factory=dict)

    def look(self, connection: Connection, now: Micros) -> Due:
        """What there is to do; one statement, which costs as much however many wait for a time."""
        rows = self._prepared("look", self._looking).rows(connection, now=now)
        times = [next_at for _, _, next_at in rows if next_at is not None]
        return Due([lane for lane, found, _ in rows if found], min(times, default=None))

    def _looking(self, _engine: str) -> Executable:
        now = bindparam("now", type_=self.table.c.due_at.type)
        name, here = self._lanes()
        due_at = self.table.c.due_at
        # One range of an index each: together they would be a look at every row.
        each = (
            exists(select(literal(1)).select_from(self.table).where(here, self.first, part))
            for part in self._over(now)
        )
        due: ColumnElement[bool] = or_(*each)
        later: Any = select(func.min(due_at)).where(here, due_at > now).scalar_subquery()
        if self.shut_until is not None:
            shut = self._shut(now)
            due = case((shut, false()), else_=due)
            later = case((shut, self.shut_until), else_=later)
        return select(name, due, later).where(self.open)

    def _prepared(self, what: str, make: Callable[[str], Executable]) -> Prepared:
        """``make``: see ``Prepared``."""
        found = self._statements.get(what)
        if found is None:
            found = self._statements[what] = Prepared(make)
        return found

    def claim(
        self, connection: Connection, turn: Turn, query: Select[Any], **held: Any
    ) -> Sequence[Mapping[str, Any]]:
        """Take what is due of ``query`` and what nobody else takes just now."""
        if turn.again and (found := self._taken(connection, turn, query, held)):
            return found
        if self.once:
            return self._claim_once(connection, turn, query, held)
        due = query.where(self._ready(turn.now))
        due = due.with_for_update(of=self.table, skip_locked=True, key_share=True)
        found = [
            dict(row)
            for lane, room in turn.rooms.items()
            for row in connection.execute(due.where(self._in(lane)).limit(room)).mappings()
        ]
        if found:
            taken = update(self.table).where(self._named([self._key(row) for row in found]))
            connection.execute(taken.values(due_at=turn.until, **held))
        return found

    def _claim_once(
        self, connection: Connection, turn: Turn, query: Select[Any], held: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Somebody waits for what is claimed so: compiled once, with ``query`` and ``held`` as they
        always are. A key is one column, and nothing that is asked for needs to be converted."""
        [key], lane = self.table.primary_key, self.lane
        assert lane is not None
        now, names = bindparam("now", type_=self.table.c.due_at.type), query.selected_columns.keys()

        def due(engine: str) -> Executable:
            may = (
                self._ready(now),
                not_(among(engine, key, "busy")),
                lane == bindparam("lane"),
            )
            asked = query.where(*may).limit(bindparam("room"))
            return asked.with_for_update(of=self.table, skip_locked=True, key_share=True)

        def taken(engine: str) -> Executable:
            ours = update(self.table).where(among(engine, key, "keys"), self._unclaimed())
            return ours.values(due_at=bindparam("until"), **held)

        given = {"now": turn.now, "busy": listed(connection, (one for (one,) in turn.busy))}
        looking = self._prepared("claim", due)
        found = [
            dict(zip(names, row, strict=True))
            for name, room in turn.rooms.items()
            for row in looking.rows(connection, **given, lane=name, room=room)
        ]
        if found:
            keys = listed(connection, (row[key.name] for row in found))
            self._prepared("take", taken).run(connection, keys=keys, until=turn.until)
        return found

    def _taken(
        self, connection: Connection, turn: Turn, query: Select[Any], held: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """What this very turn has taken already."""
        ours = (self.table.c[name] == held[name] for name in self.free)
        mine = query.where(self.table.c.due_at == turn.until, *ours)
        return [dict(row) for row in connection.execute(mine).mappings()]

    def hold(self, connection: Connection, claims: Iterable[Claim], until: Micros) -> None:
        """Say that we are still at it; for claims that are more than a time."""
        ours = or_(*map(self._ours, claims))
        connection.execute(update(self.table).where(ours).values(due_at=until))

    def postpone(
        self, connection: Connection, /, claim: Claim, due_at: Micros, attempts: int, **more: Any
    ) -> bool:
        """Let go of it, for another try later; whether it was still ours to let go of.

        ``more``: columns that say why.
        """
        values = {"due_at": due_at, "attempts": attempts, **self.free, **more}
        later = update(self.table).where(self._ours(claim)).values(values)
        return connection.execute(later.returning(self.table.c.due_at)).first() is not None

    def release(self, connection: Connection, claims: Iterable[Claim], now: Micros) -> None:
        """Let go of what was not done, as if it had not been begun."""
        due_at = AT_ONCE if self.timeless else now
        for claim in claims:
            self.postpone(connection, claim, due_at, claim.attempts)

    def finish(self, connection: Connection, claim: Claim) -> bool:
        """Take it out; whether it was still ours to take out."""
        named = dict(
            zip((column.name for column in self.table.primary_key), claim.key, strict=True)
        )
        values = {**named, **claim.held}

        def gone(_engine: str) -> Executable:
            ours = (self.table.c[name] == bindparam(name) for name in values)
            return delete(self.table).where(*ours).returning(self.table.c.due_at)

        found = self._prepared(f"finish by {', '.join(values)}", gone)
        return bool(found.rows(connection, **values))

    def change(self, connection: Connection, claim: Claim, **values: Any) -> None:
        """Where a row stays when it is done."""
        connection.execute(update(self.table).where(self._ours(claim)).values(values))

    def expire(self, connection: Connection, now: Micros) -> None:
        """End every claim: who made them is dead."""
        connection.execute(update(self.table).where(not_(self._unclaimed())).values(due_at=now))

    def hasten(self, connection: Connection, now: Micros, busy: Sequence[Key]) -> None:
        """Have nothing wait for a time from before the clock was set back."""
        waits = [self._unclaimed()] if self.once else []
        late = and_(self.table.c.due_at > now, not_(self._named(busy)), *waits)
        connection.execute(update(self.table).where(late).values(due_at=now))
        if self.shut_until is not None:
            opened = update(self.shut_until.table).where(self.shut_until > now)
            connection.execute(opened.values({self.shut_until.name: None}))

    def _lanes(self) -> tuple[ColumnElement[str], ColumnElement[bool]]:
        """The name of each, and which rows are in it."""
        if self.lane is None:
            return literal(""), true()
        [known] = self.lane.foreign_keys
        return known.column, self.lane == known.column

    def _in(self, lane: str) -> ColumnElement[bool]:
        return true() if self.lane is None else self.lane == lane

    def _ready(self, now: _Moment) -> ColumnElement[bool]:
        due_at = self.table.c.due_at
        waits = [due_at.is_not(None)] if due_at.nullable else []
        return and_(self.first, *waits, or_(*self._over(now)))

    def _over(self, now: _Moment) -> Iterator[ColumnElement[bool]]:
        """What ends a wait: its time, or that the clock has been set back since."""
        due_at = self.table.c.due_at
        yield due_at <= now
        yield due_at > now + self.longest + SKEW
        if self.once:
            yield and_(due_at > now + self.once + SKEW, not_(self._unclaimed()))

    def _shut(self, now: _Moment) -> ColumnElement[bool]:
        assert self.shut_until is not None
        return and_(self.shut_until > now, self.shut_until <= now + self.longest + SKEW)

    def _unclaimed(self) -> ColumnElement[bool]:
        return and_(
            true(),
            *(self.table.c[name].is_not_distinct_from(value) for name, value in self.free.items()),
        )

    def _key(self, row: Mapping[str, Any]) -> Key:
        return tuple(row[column.name] for column in self.table.primary_key)

    def _named(self, keys: Sequence[Key]) -> ColumnElement[bool]:
        first, *more = self.table.primary_key
        if not more:
            return first.in_([key for (key,) in keys])
        return or_(false(), *(self._is(key) for key in keys))

    def _is(self, key: Key) -> ColumnElement[bool]:
        return and_(
            *(column == part for column, part in zip(self.table.primary_key, key, strict=True))
        )

    def _ours(self, claim: Claim) -> ColumnElement[bool]:
        held = (self.table.c[name] == value for name, value in claim.held.items())
        return and_(self._is(claim.key), *held)


def first_due(
    connection: Connection, lane: Column[str], where: ColumnElement[bool] | None = None
) -> Micros | None:
    """When the first of a queue is or was due; ``where``: in these lanes."""
    [known] = lane.foreign_keys
    each = select(func.min(lane.table.c.due_at)).where(lane == known.column).scalar_subquery()
    lanes = select(func.min(each)).select_from(known.column.table)
    return connection.execute(lanes.where(true() if where is None else where)).scalar()
