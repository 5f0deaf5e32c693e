"""Statements of the hot path: compiled once for each engine, given and giving plain tuples.

Building the parameters of a row costs SQLAlchemy more than it costs SQLite to store it, and
naming the statement in its cache more than to run it. Only for columns that need no
conversion, as all of ours are: integers, texts and bytes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Executable, Insert

from inbox.storage.direct import direct

PARAMETERS = 32_000
"""What both engines take in one statement, nearly."""
FEW, TOGETHER = 8, 64
"""Rows of one INSERT in SQLite, which keeps a statement for each number of rows."""

_VALUES = re.compile(r"VALUES (\([^()]*\))")
_TYPED = re.compile(r"\((\$\d+::[A-Z]+(, )?)+\)")
_NUMBER = re.compile(r"\$(\d+)")

Row = Mapping[str, object]
Values = Callable[[Row], tuple[Any, ...]]


class Prepared:
    """A statement and what it is given: columns of an INSERT, or binds by name."""

    def __init__(
        self, make: Executable | Callable[[str], Executable], names: Sequence[str] = ()
    ) -> None:
        """``make``: the statement, or what gives it for the name of an engine."""
        self._make, self._names = make, list(names)
        self._compiled: dict[str, tuple[str, Values]] = {}

    def each(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run it once for each row; what else a row holds is left out."""
        if not rows:
            return
        sql, values = self._for(connection)
        given = [values(row) for row in rows]
        own = direct(connection)
        if own is None or not sql.startswith("INSERT"):
            run_each(connection, sql, given)
        elif (columns := _by_columns(sql)) is not None and len(given) > 1:
            own.run(columns, _lists(given))
        else:
            # At once: between two rows the driver would let another thread go first.
            for some in _portions(given):
                own.run(_many(sql, len(some)), tuple(chain.from_iterable(some)))

    def run(self, connection: Connection, **values: Any) -> None:
        """Run it once, for what it does."""
        sql, in_order = self._for(connection)
        run_each(connection, sql, [in_order(values)])

    def returned(
        self, connection: Connection, rows: Sequence[Row], lock: int | None = None
    ) -> Sequence[Sequence[Any]]:
        """An INSERT of them all at once, and what its RETURNING gives: nothing for a conflict.

        ``lock``: an advisory lock of PostgreSQL which is held before the first default is given.
        """
        found: list[Sequence[Any]] = []
        sql, values = self._for(connection)
        if lock is not None:
            columns = _by_columns(sql, lock)
            assert columns is not None
            return _found(connection, columns, _lists(map(values, rows)))
        if len(rows) > 1 and (columns := _by_columns(sql)) is not None:
            return _found(connection, columns, _lists(map(values, rows)))
        most = PARAMETERS // len(self._names)
        for start in range(0, len(rows), most):
            some = rows[start : start + most]
            given = tuple(chain.from_iterable(map(values, some)))
            found += _found(connection, _many(sql, len(some)), given)
        return found

    def rows(self, connection: Connection, **values: Any) -> Sequence[Sequence[Any]]:
        """Run it once and give all it found."""
        sql, in_order = self._for(connection)
        return _found(connection, sql, in_order(values))

    def _for(self, connection: Connection) -> tuple[str, Values]:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            made = self._make(dialect.name) if callable(self._make) else self._make
            statement: Any = made.inline() if isinstance(made, Insert) else made
            keys = self._names if isinstance(made, Insert) else None
            compiled = statement.compile(dialect=dialect, column_keys=keys)
            late = compiled.post_compile_params | compiled.literal_execute_params
            assert not late, "a list is one bind: see dialect.among"
            # What SQLAlchemy binds by itself, as the OFFSET 0 that SQLite wants.
            own = {
                name: value
                for name, value in compiled.params.items()
                if value is not None and name not in self._names
            }
            found = self._compiled[dialect.name] = (str(compiled), _in(compiled.positiontup, own))
        return found


def run_each(connection: Connection, sql: str, given: Sequence[tuple[Any, ...]]) -> None:
    """Run this engine's own SQL once for each of these; the values of a row by position."""
    own = direct(connection)
    if own is None:
        connection.exec_driver_sql(sql, list(given))
    else:
        own.each(sql, given)


def _found(connection: Connection, sql: str, given: tuple[Any, ...]) -> Sequence[Sequence[Any]]:
    own = direct(connection)
    if own is None:
        return connection.exec_driver_sql(sql, given).all()
    return own.rows(sql, given)


def _portions(given: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """A few at once, and more by powers of two: any number of rows by a few known statements."""
    start = 0
    while start < len(given):
        left = len(given) - start
        size = left if left <= FEW else min(TOGETHER, 1 << left.bit_length() - 1)
        yield given[start : start + size]
        start += size


@lru_cache(maxsize=512)
def _many(sql: str, count: int) -> str:
    """An INSERT of one row as one of ``count`` rows."""
    head, one, rest = _VALUES.split(sql, maxsplit=1)
    width = one.count("$")
    each = [
        _NUMBER.sub(lambda found, by=width * row: f"${int(found[1]) + by}", one)
        for row in range(count)
    ]
    return f"{head}VALUES {', '.join(each)}{rest}"


@lru_cache(maxsize=512)
def _by_columns(sql: str, lock: int | None = None) -> str | None:
    """PostgreSQL's INSERT of one row as one of any number of them, each column a list.

    One text for all numbers: each other one would have to be prepared. A row is made, and its
    defaults are, of one of the locks and one of the lists: so the lock comes first. None: SQLite
    has no lists.
    """
    head, one, rest = _VALUES.split(sql, maxsplit=1)
    if not _TYPED.fullmatch(one):
        return None
    lists = one[1:-1].replace(",", "[],")
    held = "" if lock is None else f"(SELECT pg_advisory_xact_lock({lock:d})) AS held, "
    return f"{head}SELECT given.* FROM {held}unnest({lists}[]) AS given{rest}"  # noqa: S608 - our own compiled statement


def _lists(given: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The columns of these rows, of which one has no null: what ``unnest`` makes of the others is
    as long. So where all are null there need be no list, of which the driver, that looks into each
    value twice, and PostgreSQL would make as much as of any other.
    """
    return tuple(
        None if column.count(None) == len(column) else column for column in zip(*given, strict=True)
    )


def _in(order: Sequence[str], own: Row) -> Values:
    if own:
        return lambda row: tuple(row[name] if name in row else own[name] for name in order)
    if len(order) < 2:  # ``itemgetter`` of one name gives no tuple
        return lambda row: tuple(row[name] for name in order)
    return itemgetter(*order)
