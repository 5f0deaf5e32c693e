"""Migrations, run by themselves at every start; the scripts travel inside the package."""

import asyncio
import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from inbox.storage import postgresql
from inbox.storage.dialect import MIGRATION_LOCK, on_postgresql
from inbox.storage.wal import refuse_foreign_log

log = logging.getLogger(__name__)

SCRIPTS = Path(__file__).parent / "migrations"


def config() -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return alembic


async def migrate(url: str) -> str:
    """Bring the database to the newest revision and return its name.

    Several processes may start at once: one migrates, the others wait and find it done.
    """
    database = make_url(url).database
    if url.startswith("sqlite") and database:
        await asyncio.to_thread(refuse_foreign_log, Path(database))
        await asyncio.to_thread(_make_file, Path(database))
    waits = {} if url.startswith("sqlite") else postgresql.driver_options(url, None)
    engine = create_async_engine(url, poolclass=NullPool, connect_args=waits)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _make_file(database: Path) -> None:
    """Customers' messages are for the owner of the process alone; the WAL takes the same mode."""
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database.touch(mode=0o600, exist_ok=True)


def _upgrade(connection: Connection) -> str:
    if on_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK << 32)))
    else:
        # Rebuilding a table with foreign keys on deletes the rows that point to it.
        connection.exec_driver_sql("PRAGMA busy_timeout=60000")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    alembic = config()
    alembic.attributes["connection"] = connection
    before = revision(connection)
    command.upgrade(alembic, "head")
    _check_foreign_keys(connection)
    connection.commit()
    after = newest_revision()
    if after != before:
        log.info("migrated", extra={"before": before or "empty", "after": after})
    return after


def upgrade_to(connection: Connection, revision: str) -> None:
    """Make the tables as they were at that revision; the caller commits."""
    alembic = config()
    alembic.attributes["connection"] = connection
    command.upgrade(alembic, revision)


def newest_revision() -> str:
    """The revision that this Inbox brings a database to."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def is_known(revision: str | None) -> bool:
    """Whether a database of that revision can be brought up to date by this Inbox."""
    revisions = ScriptDirectory.from_config(config()).walk_revisions()
    return revision in {one.revision for one in revisions}


def _check_foreign_keys(connection: Connection) -> None:
    if on_postgresql(connection):
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        connection.rollback()
        raise RuntimeError(
            f"The migration would break {len(broken)} references; nothing was changed."
        )


def revision(connection: Connection) -> str | None:
    """The revision the database is at."""
    return MigrationContext.configure(connection).get_current_revision()
