"""Statements of the hot path: compiled once for each engine, given and giving plain tuples.

Building the parameters of a row costs SQLAlchemy more than it costs SQLite to store it, and
naming the statement in its cache more than to run it. Only for columns that need no
conversion, as all of ours are: integers, texts and bytes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Executable, Insert

PARAMETERS = 32_000
"""What both engines take in one statement, nearly."""

_VALUES = re.compile(r"VALUES (\([^()]*\))")
_NUMBER = re.compile(r"\$(\d+)")

Row = Mapping[str, Any]
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
        if rows:
            sql, values = self._for(connection)
            connection.exec_driver_sql(sql, [values(row) for row in rows])

    def returned(self, connection: Connection, rows: Sequence[Row]) -> list[Sequence[Any]]:
        """An INSERT of them all at once, and what its RETURNING gives: nothing for a conflict."""
        found: list[Sequence[Any]] = []
        sql, values = self._for(connection)
        most = PARAMETERS // len(self._names)
        for start in range(0, len(rows), most):
            some = rows[start : start + most]
            given = tuple(chain.from_iterable(map(values, some)))
            found += connection.exec_driver_sql(_many(sql, len(some)), given)
        return found

    def rows(self, connection: Connection, **values: Any) -> Sequence[Sequence[Any]]:
        """Run it once and give all it found."""
        sql, in_order = self._for(connection)
        return connection.exec_driver_sql(sql, in_order(values)).all()

    def _for(self, connection: Connection) -> tuple[str, Values]:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            made = self._make(dialect.name) if callable(self._make) else self._make
            statement: Any = made.inline() if isinstance(made, Insert) else made
            keys = self._names if isinstance(made, Insert) else None
            compiled = statement.compile(dialect=dialect, column_keys=keys)
            found = self._compiled[dialect.name] = (str(compiled), _in(compiled.positiontup))
        return found


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


def _in(order: Sequence[str]) -> Values:
    if len(order) == 1:  # ``itemgetter`` of one name gives no tuple
        return lambda row: (row[order[0]],)
    return itemgetter(*order)
