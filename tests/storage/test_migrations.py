"""Law 27: migrations run by themselves, also when several processes start at once."""

import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, column, insert, inspect, table, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from inbox.storage.database import connect
from inbox.storage.migrate import migrate
from inbox.storage.revisions import NewerDatabase, revision, revisions
from inbox.storage.tables import metadata
from inbox.storage.upgrading import config, upgrade_to

MIGRATE = "import asyncio, sys; from inbox.storage.migrate import migrate; "
MIGRATE += "print(asyncio.run(migrate(sys.argv[1])))"


async def _look(database_url: str, work: Any) -> Any:
    database = connect(database_url)
    try:
        return await database.read(work)
    finally:
        await database.close()


def _is_described(name: str | None, kind: str, _parents: Any) -> bool:
    """The index of words is each engine's own: that it works is proved in tests/search."""
    return kind != "table" or not str(name).startswith(("message_words", "contact_words"))


async def test_the_migrated_schema_is_the_one_the_tables_describe(database_url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "include_name": _is_described}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))

    await migrate(database_url)
    assert await _look(database_url, differences) == []


async def test_every_constraint_has_a_name_by_which_it_can_be_changed(database_url: str) -> None:
    def nameless(connection: Connection) -> list[str]:
        inspector = inspect(connection)
        constraints = [
            constraint
            for table in metadata.tables
            for kind in (inspector.get_unique_constraints, inspector.get_foreign_keys)
            for constraint in kind(table)
        ]
        assert len(constraints) > 15
        return [str(one) for one in constraints if not one["name"]]

    await migrate(database_url)
    assert await _look(database_url, nameless) == []


def test_each_script_is_called_by_its_revision_and_follows_the_one_before() -> None:
    scripts = ScriptDirectory.from_config(config()).walk_revisions("base", "head")
    chain = [(str(one.revision), one.down_revision) for one in scripts]
    assert chain == list(zip(revisions()[::-1], (*revisions()[-2::-1], None), strict=True))


async def test_a_database_of_a_newer_inbox_is_refused_and_not_touched(database_url: str) -> None:
    await migrate(database_url)
    await _write(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase):
        await migrate(database_url)
    assert await _look(database_url, revision) == "9999"


async def test_three_processes_at_once_migrate_once(database_url: str) -> None:
    said = _three_at_once(database_url)
    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert said == [(f"{newest}\n", "")] * 3
    versions = text("SELECT version_num FROM alembic_version")
    rows = await _look(database_url, lambda connection: connection.execute(versions).all())
    assert rows == [(newest,)]


def _three_at_once(database_url: str) -> list[tuple[str, str]]:
    """What each of three processes said on stdout and stderr."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", MIGRATE, database_url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    return [process.communicate(timeout=60) for process in processes]


async def test_a_migrated_database_is_left_as_it_is(database_url: str) -> None:
    newest = await migrate(database_url)
    await _write(database_url, "INSERT INTO users (id, email, name, role, created_at) "
                               "VALUES ('1', 'a@b', 'Ana', 'admin', 1)")  # fmt: skip
    assert await migrate(database_url) == newest
    assert await _look(database_url, revision) == newest
    count = text("SELECT count(*) FROM users")
    assert await _look(database_url, lambda connection: connection.scalar(count)) == 1


_TWO = ("loud", "quiet")


async def test_what_a_channel_told_of_reading_it_tells_as_before(database_url: str) -> None:
    usual = {"name": "", "provider": "sandbox", "api_base": "", "sealed": "", "gate": "{}"}
    usual |= {"state": "connected", "created_at": 1, "refusals": 0}
    rows = [usual | {"id": one, "key_digest": one, "marks_read": one == "loud"} for one in _TWO]

    def former(connection: Connection) -> None:
        upgrade_to(connection, "0027")
        connection.execute(insert(table("channels", *map(column, rows[0]))), rows)

    engine = create_async_engine(database_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(former)
    await engine.dispose()
    await migrate(database_url)
    query = text("SELECT id, read_receipts FROM channels ORDER BY id")
    found = await _look(database_url, lambda connection: connection.execute(query).all())
    assert found == [("loud", "on"), ("quiet", "off")]


async def _write(database_url: str, statement: str) -> None:
    database = connect(database_url)
    await database.write(lambda connection: connection.execute(text(statement)) and None)
    await database.close()
