"""Migrations, run by themselves at every start that finds an older database, or none."""

import asyncio
import logging
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from inbox.storage import postgresql
from inbox.storage.dialect import MIGRATION_LOCK, on_postgresql
from inbox.storage.revisions import NewerDatabase, is_known, newest_revision, revision
from inbox.storage.sqlite import existing
from inbox.storage.wal import refuse_foreign_log

log = logging.getLogger(__name__)


async def migrate(url: str) -> str:
    """Bring the database to the newest revision and return its name. Raises ``NewerDatabase``.

    Several processes may start at once: one migrates, the others wait and find it done.
    """
    database = make_url(url).database
    if url.startswith("sqlite") and database:
        await asyncio.to_thread(refuse_foreign_log, Path(database))
        await asyncio.to_thread(_make_file, Path(database))
        if await asyncio.to_thread(_is_up_to_date, url):
            return newest_revision()
    # SQLAlchemy's asynchronous part brings its ORM, which a server on SQLite has no other use for.
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - see above

    waits = {} if url.startswith("sqlite") else postgresql.driver_options(url, None)
    engine = create_async_engine(url, poolclass=NullPool, connect_args=waits)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_brought_up)
    finally:
        await engine.dispose()


def _make_file(database: Path) -> None:
    """Customers' messages are for the owner of the process alone; the WAL takes the same mode."""
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database.touch(mode=0o600, exist_ok=True)


def _is_up_to_date(url: str) -> bool:
    with create_engine(existing(url), poolclass=NullPool).connect() as connection:
        return _stands(connection)


def _brought_up(connection: Connection) -> str:
    newest = newest_revision()
    if not _stands(connection):
        connection.rollback()
        _upgrade(connection, newest)
    return newest


def _stands(connection: Connection) -> bool:
    """Whether nothing is to be done."""
    if not on_postgresql(connection):
        connection.exec_driver_sql("PRAGMA busy_timeout=60000")
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    return revision(connection) == newest_revision()


def _upgrade(connection: Connection, newest: str) -> None:
    # Alembic takes as long to load as the database to open, and most starts find all up to date.
    from inbox.storage.upgrading import upgrade  # noqa: PLC0415 - see above

    _take_turn(connection)
    before = revision(connection)
    if before == newest:  # by another process, while we waited
        return
    if before is not None and not is_known(before):
        raise NewerDatabase(f"revision {before} is not known here")
    upgrade(connection)
    connection.commit()
    log.info("migrated", extra={"before": before or "empty", "after": newest})


def _take_turn(connection: Connection) -> None:
    if on_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK << 32)))
    else:
        # Rebuilding a table with foreign keys on deletes the rows that point to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
