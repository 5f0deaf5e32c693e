"""A copy of a PostgreSQL database, table by table, without programs of PostgreSQL's own.

All is read in one snapshot and written in one transaction: it is the state of one moment, and is
there whole or not at all.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from inbox.storage import postgresql, revisions
from inbox.storage.dialect import MIGRATION_LOCK
from inbox.storage.sqlite_copy import Heard, sync

_TABLES = (
    "SELECT relname FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)
_POINTS_TO = (
    "SELECT child.relname, parent.relname FROM pg_constraint"
    " JOIN pg_class AS child ON child.oid = conrelid"
    " JOIN pg_class AS parent ON parent.oid = confrelid"
    " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
)
_COLUMNS = (
    "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attrelid, attnum"
)
_SEQUENCES = (
    "SELECT sequencename, last_value FROM pg_sequences"
    " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
)
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND usename = current_user AND backend_type = 'client backend'"
)


class Occupied(RuntimeError):
    """There are tables already, or others are connected: ``others`` of them."""

    def __init__(self, others: int) -> None:
        super().__init__(f"{others} others are connected" if others else "there are tables already")
        self.others = others


class Tables(Struct, frozen=True, kw_only=True):
    """``columns`` by table, each after those that it points to; ``sequences`` by their name."""

    revision: str | None
    columns: dict[str, list[str]]
    sequences: dict[str, int]


async def dump_tables(url: str, folder: Path, heard: Heard) -> Tables:
    """Write a file for each table, and say what belongs to it."""
    async with _connected(url, "REPEATABLE READ") as connection:
        found = await connection.run_sync(_found)
        driver = await _driver(connection)
        for number, (table, columns) in enumerate(found.columns.items(), 1):
            path = table_file(folder, table)
            await driver.copy_from_table(table, columns=columns, output=path)
            sync(path)
            heard(number, len(found.columns))
    return found


async def load_tables(url: str, folder: Path, tables: Tables, heard: Heard) -> None:
    """Fill an empty database, to which nobody else is connected; raises ``Occupied``."""
    async with _connected(url, "READ COMMITTED") as connection:
        await connection.run_sync(_make, tables)
        driver = await _driver(connection)
        for number, (table, columns) in enumerate(tables.columns.items(), 1):
            await driver.copy_to_table(table, columns=columns, source=table_file(folder, table))
            heard(number, len(tables.columns))
        await connection.run_sync(_finish, tables)
        await connection.commit()


def table_file(folder: Path, table: str) -> Path:
    return folder / f"{table}.copy"


@asynccontextmanager
async def _connected(url: str, isolation: Any) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=postgresql.driver_options(url, None),
    )
    try:
        async with engine.connect() as connection:
            yield await connection.execution_options(isolation_level=isolation)
    finally:
        await engine.dispose()


async def _driver(connection: AsyncConnection) -> Any:
    """asyncpg's own, in the transaction that is open: only it speaks COPY."""
    return (await connection.get_raw_connection()).driver_connection


def _found(connection: Connection) -> Tables:
    names = set(connection.exec_driver_sql(_TABLES).scalars()) - {"alembic_version"}
    order: TopologicalSorter[str] = TopologicalSorter({name: set() for name in sorted(names)})
    for child, parent in connection.exec_driver_sql(_POINTS_TO):
        if child != parent:
            order.add(child, parent)
    columns: dict[str, list[str]] = {name: [] for name in order.static_order()}
    for table, column in connection.exec_driver_sql(_COLUMNS):
        if table in columns:
            columns[table].append(column)
    sequences = {name: int(last) for name, last in connection.exec_driver_sql(_SEQUENCES)}
    revision = revisions.revision(connection)
    return Tables(revision=revision, columns=columns, sequences=sequences)


def _make(connection: Connection, tables: Tables) -> None:
    """The tables as they were then, without a row, and without what their triggers would add."""
    from inbox.storage.upgrading import upgrade_to  # noqa: PLC0415 - Alembic is slow to load

    connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK << 32)))
    others = connection.exec_driver_sql(_OTHERS).scalar_one()
    if others or connection.exec_driver_sql(_TABLES).first():
        raise Occupied(others)
    upgrade_to(connection, str(tables.revision))
    connection.exec_driver_sql(f"TRUNCATE {', '.join(_quoted(tables.columns))}")
    for table in _quoted(tables.columns):
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def _finish(connection: Connection, tables: Tables) -> None:
    for table in _quoted(tables.columns):
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for name, last in tables.sequences.items():
        connection.execute(select(func.setval(name, last)))


def _quoted(names: Iterable[str]) -> list[str]:
    return ['"{}"'.format(name.replace('"', '""')) for name in names]
