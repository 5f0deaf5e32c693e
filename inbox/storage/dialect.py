"""Where SQLite and PostgreSQL differ, and nowhere else."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, TypeVar, cast
from zlib import crc32

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    String,
    Table,
    Text,
    Update,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy import cast as cast_

from inbox.domain.shapes import encoded
from inbox.storage.direct import direct

FEED_LOCK = 0x1B0FEED
MIGRATION_LOCK = 0x1B0A1E

IN_LIMIT = 10_000

T = TypeVar("T")


def insert(connection: Connection, table: Table) -> Any:
    """An ``INSERT`` that knows ``ON CONFLICT`` in this engine's dialect."""
    return insert_on(connection.dialect.name, table)


def insert_on(engine: str, table: Table) -> Any:
    return _words_of(engine).insert(table)


@cache
def _words_of(engine: str) -> Any:
    """What SQLAlchemy has for this engine: the other one's is not loaded."""
    return import_module(f"sqlalchemy.dialects.{engine}")


def undone_with_all(statement: Update) -> Update:
    """The same where a failure undoes the whole transaction, as in ``Database.write``.

    SQLite would keep each page that it changes as it was, to undo the statement alone: where a
    trigger hears of it, that takes as long as the update of a row itself.
    """
    return statement.prefix_with("OR FAIL", dialect="sqlite")


def bulk_insert(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Many new rows as tuples of the named columns; the others get their defaults.

    Past SQLAlchemy, which would look at every value of a million rows.
    """
    if not rows:
        return
    rest = {
        column.name: cast(Any, column.default).arg
        for column in table.c
        if column.name not in names and column.default is not None and column.default.is_scalar
    }
    if rest:
        rows = [(*row, *rest.values()) for row in rows]
    columns = [*names, *rest]
    marks = [f"${n + 1}" if on_postgresql(connection) else "?" for n in range(len(columns))]
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join(marks)})"  # noqa: S608 - names of our own tables and columns
    connection.exec_driver_sql(statement, list(rows))


def on_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def among(engine: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column is in the list ``name``, one parameter however long it is.

    ``listed`` gives its value.
    """
    if engine == "postgresql":
        kind = Text if isinstance(column.type, String) else column.type
        return column == func.any(bindparam(name, type_=_words_of(engine).ARRAY(kind)))
    each = func.json_each(bindparam(name)).table_valued("value")
    return column.in_(select(each.c.value))


def listed(connection: Connection, values: Iterable[str | int]) -> Any:
    found = list(values)
    return found if on_postgresql(connection) else encoded(found)


def returned_text(column: Column[Any]) -> ColumnElement[str]:
    """A column of text as a question beside a row names it, that row being read or RETURNED.

    Literally, as SQLAlchemy leaves out the table where this stands in a RETURNING. And as text:
    there SQLite knows no type of it, compares as if both were numbers, and so by no index.
    """
    return literal_column(f"CAST({column.table.name}.{column.name} AS TEXT)")


def bytewise(engine: str, words: ColumnElement[str]) -> ColumnElement[str]:
    """Texts compared as their bytes are, as SQLite and Python do: the same on every machine."""
    return words.collate("C") if engine == "postgresql" else words


def json_pairs(engine: str, name: str) -> tuple[ColumnElement[str], ColumnElement[Any]]:
    """The pairs of ``name``, an object of JSON in one parameter, as a table of ``key``, ``value``.

    ``value`` is an integer or null.
    """
    if engine == "postgresql":
        given = cast_(cast_(bindparam(name), Text), JSON)
        pairs = func.json_each_text(given).table_valued("key", "value").render_derived(name="told")
        return pairs.c.key, cast_(pairs.c.value, BigInteger)
    pairs = func.json_each(bindparam(name)).table_valued("key", "value", name="told")
    return pairs.c.key, pairs.c.value


def json_text(connection: Connection, column: Any, *names: str) -> ColumnElement[str | None]:
    """What an object of JSON in a text column has under these names; NULL if it has none."""
    if on_postgresql(connection):
        return cast("ColumnElement[str | None]", cast_(column, JSON)[names].as_string())
    found: ColumnElement[str | None] = func.json_extract(column, f"$.{'.'.join(names)}")
    return found


def contains_bytes(connection: Connection, column: Any, part: bytes) -> ColumnElement[bool]:
    """Whether these bytes are somewhere in it. Reads it all: only for so many rows."""
    given = bindparam(None, part, type_=LargeBinary, unique=True)
    if on_postgresql(connection):
        found: ColumnElement[int] = func.pg_catalog.position(column, given)
    else:
        found = func.instr(column, given)
    return found > 0


def slices(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """Parts small enough for one ``IN``: both engines take some 32,000 parameters at most."""
    found = list(values)
    for start in range(0, len(found), IN_LIMIT):
        yield found[start : start + IN_LIMIT]


def unless_taken(
    connection: Connection, table: Table, ids: Sequence[str], still: ColumnElement[bool]
) -> Container[str]:
    """Those of these rows that are ``still`` so and that no other process holds; ours until
    the commit. SQLite has one process, so that all are.
    """
    if not on_postgresql(connection):
        return ids
    rows = select(table.c.id).where(table.c.id.in_(ids), still)
    return set(connection.execute(rows.with_for_update(skip_locked=True, key_share=True)).scalars())


_ONE_PLAN = "force_generic_plan"


def serialise(
    connection: Connection,
    names: Iterable[str],
    patience: int | None = None,
    planned_once: bool = False,
) -> None:
    """Let one transaction at a time go on for each name, until it commits.

    Facts about a channel come in any order over many connections. On PostgreSQL two
    transactions that cannot see each other's new rows could each miss the other's half (a
    receipt here, its message there). SQLite has one writer, so it needs nothing.

    ``patience``: milliseconds that this transaction waits for any lock; None: what is usual.
    ``planned_once``: it finds all by keys, so that one plan is as good for any others. PostgreSQL
    takes ten for a list of which it does not know how many it will be, thinks that a plan for the
    two that come is cheaper, and would make one each time, which takes longer than what it is for.
    """
    if on_postgresql(connection):
        own = {"lock_timeout": patience, "plan_cache_mode": _ONE_PLAN if planned_once else None}
        _lock(connection, sorted({crc32(name.encode()) for name in names}), own)


def feed_lock(connection: Connection) -> int | None:
    """What is to be held, until the commit, by who gives numbers of the feed: they become visible
    in their order, so that no reader can skip one.

    None where there is nothing to hold: this connection is the only writer there is.
    """
    return FEED_LOCK << 32 if on_postgresql(connection) else None


def _lock(connection: Connection, keys: Sequence[int], settings: Mapping[str, object]) -> None:
    local = [f"SET LOCAL {name} = {value}" for name, value in settings.items() if value is not None]
    own = direct(connection)
    if own is not None and keys:
        own.lock(keys, local)
        return
    for setting in local:
        connection.exec_driver_sql(setting)
    for key in keys:
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def database_bytes(connection: Connection) -> int:
    """What the database takes on disk."""
    if on_postgresql(connection):
        asked = "SELECT pg_database_size(current_database())"
    else:
        asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    return int(connection.exec_driver_sql(asked).scalar_one())
