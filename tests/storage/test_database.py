"""What ``write`` and ``read`` promise, on both engines."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.util import await_only

from inbox.storage.database import Database, announce, connect
from inbox.storage.dialect import on_postgresql, undone_with_all
from inbox.storage.migrate import migrate
from inbox.storage.prepared import Prepared
from inbox.storage.tables import users
from tests.support.postgres import Postgres


def user(connection: Connection, name: str) -> None:
    facts = {"id": name, "email": name, "name": name, "role": "agent", "created_at": 1}
    connection.execute(users.insert().values(facts))


def names(connection: Connection) -> list[str]:
    return sorted(connection.execute(users.select()).scalars())


async def test_a_write_is_whole_or_nothing(database: Database) -> None:
    def half(connection: Connection) -> None:
        user(connection, "ana")
        raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        await database.write(half)
    assert await database.read(names) == []


async def test_a_failed_write_that_left_a_cursor_unread_harms_nobody_later(
    database: Database,
) -> None:
    for name in ("ana", "ben", "carl"):
        await database.write(user, name)
    open_cursors: list[Any] = []

    def careless(connection: Connection) -> None:
        cursor = connection.execute(users.select())
        open_cursors.append((cursor, cursor.fetchone()))
        user(connection, "ana")

    for n in range(3):
        with pytest.raises(IntegrityError):
            await database.write(careless)
        await database.write(user, f"after {n}")
    assert await database.read(names) == ["after 0", "after 1", "after 2", "ana", "ben", "carl"]
    assert len(open_cursors) == 3


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_what_a_statement_may_have_to_undo_makes_no_file(database: Database) -> None:
    """It would be opened, written and thrown away with each webhook."""
    in_memory = 2

    def asked(connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA temp_store").scalar_one())

    assert await database.write(asked) == in_memory


async def test_what_keeps_nothing_to_undo_it_alone_is_undone_with_all(database: Database) -> None:
    for name in ("ana", "ben", "carl"):
        await database.write(user, name)
    same = undone_with_all(users.update()).values(id="same")

    def half(connection: Connection) -> None:
        with pytest.raises(IntegrityError):
            connection.execute(same)
        if not on_postgresql(connection):
            assert "same" in names(connection), "the first of them is not undone by itself"
        raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        await database.write(half)
    assert await database.read(names) == ["ana", "ben", "carl"]


async def test_a_row_that_lacks_a_column_reaches_no_database(database: Database) -> None:
    add = Prepared(users.insert(), ("id", "name"))
    with pytest.raises(KeyError, match="name"):
        await database.write(add.each, [{"id": "ana"}])


class ClosedWindow(Exception):
    """A refusal of ours, as there are many each day."""


async def test_a_refusal_of_ours_rolls_back_and_harms_nobody_later(database: Database) -> None:
    """Also with a cursor that was left unread, as somebody still holds the exception."""
    for name in ("ana", "ben", "carl"):
        await database.write(user, name)
    left: list[Any] = []

    def refused(connection: Connection) -> None:
        user(connection, "nobody")
        cursor = connection.execute(users.select())
        left.append((cursor, cursor.fetchone()))
        raise ClosedWindow

    for n in range(3):
        with pytest.raises(ClosedWindow) as held:
            await database.write(refused)
        left.append(held)
        await database.write(user, f"after {n}")
        assert f"after {n}" in await database.read(names)
    assert "nobody" not in await database.read(names)


async def test_whoever_hears_of_a_commit_cannot_hold_up_who_wrote(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Any] = []

    def stumble(news: list[Any]) -> None:
        heard.append(news)
        raise KeyError

    def told(connection: Connection, name: str) -> str:
        user(connection, name)
        announce(connection, name)
        return name

    database.on_commit = stumble
    async with asyncio.timeout(10):
        assert [await database.write(told, name) for name in ("ana", "ben")] == ["ana", "ben"]
    assert heard == [["ana"], ["ben"]]
    assert await database.read(names) == ["ana", "ben"]
    assert [record.getMessage() for record in caplog.records] == ["a commit is not told of"]
    assert caplog.records[0].exc_info


async def test_who_gave_way_in_a_deadlock_begins_again(
    database: Database, postgres: Postgres
) -> None:
    if database.engine_name == "sqlite":
        return  # it has one writer
    for name in ("ana", "ben"):
        await database.write(user, name)
    meeting, tries = asyncio.Barrier(2), []

    def in_turn(connection: Connection, *both: str) -> None:
        for name in both:
            connection.execute(users.update().where(users.c.id == name).values(role="admin"))
            if len(tries) < 2:
                tries.append(name)
                await_only(meeting.wait())
        announce(connection, both)

    heard: list[Any] = []
    database.on_commit = heard.extend
    before = postgres.log.count("deadlock detected")
    await asyncio.gather(
        database.write(in_turn, "ana", "ben"), database.write(in_turn, "ben", "ana")
    )
    assert postgres.log.count("deadlock detected") == before + 1
    assert sorted(heard) == [("ana", "ben"), ("ben", "ana")]


async def test_a_reader_leaves_no_trace(database: Database) -> None:
    try:
        await database.read(user, "ana")
    except OperationalError as refused:
        assert database.engine_name == "sqlite" and "readonly" in str(refused)
    else:
        assert database.engine_name == "postgresql"
    assert await database.read(names) == []


async def test_a_reader_sees_one_moment(database: Database) -> None:
    """Two statements of one ``read``, and a write that is committed between them."""
    loop = asyncio.get_running_loop()
    first, second = asyncio.Event(), asyncio.Event()

    def twice(connection: Connection) -> tuple[list[str], list[str]]:
        before = names(connection)
        _await(second, first)
        return before, names(connection)

    def _await(event: asyncio.Event, tell: asyncio.Event) -> None:
        from sqlalchemy.util import await_only  # noqa: PLC0415 - runs in SQLAlchemy's greenlet

        loop.call_soon_threadsafe(tell.set)
        if database.engine_name == "sqlite":  # on a thread of its own
            asyncio.run_coroutine_threadsafe(event.wait(), loop).result()
        else:
            await_only(event.wait())

    async def between() -> None:
        await first.wait()
        await database.write(user, "ana")
        second.set()

    reading = loop.create_task(database.read(twice))
    await between()
    assert await reading == ([], [])
    assert await database.read(names) == ["ana"]


async def test_a_cancelled_caller_makes_no_half_write(database: Database) -> None:
    writes = [asyncio.create_task(database.write(user, f"{n}")) for n in range(20)]
    await asyncio.sleep(0)
    for write in writes[::2]:
        write.cancel()
    done = await asyncio.gather(*writes, return_exceptions=True)
    kept = {f"{n}" for n, result in enumerate(done) if result is None}
    await database.write(user, "last")
    assert kept | {"last"} <= set(await database.read(names))


async def test_errors_hide_what_was_written(database: Database) -> None:
    await database.write(user, "a secret")
    with pytest.raises(DBAPIError) as clash:
        await database.write(user, "a secret")
    assert "'a secret'" not in str(clash.value)


# SQLite's own promises -----------------------------------------------------------------------


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    opened = _begun(tmp_path / "inbox.db")
    yield opened
    await opened.close()


def _begun(file: Path) -> Database:
    """A database in which nothing is yet; as a rule migrations begin it."""
    file.touch()
    return connect(f"sqlite+aiosqlite:///{file}")


async def _pragma(database: Database, name: str, *, writer: bool) -> Any:
    def ask(connection: Connection) -> Any:
        return connection.execute(text(f"PRAGMA {name}")).scalar()

    return await (database.write(ask) if writer else database.read(ask))


async def test_a_commit_of_sqlite_survives_a_power_cut(sqlite: Database) -> None:
    assert await _pragma(sqlite, "journal_mode", writer=True) == "wal"
    assert await _pragma(sqlite, "synchronous", writer=True) == 2  # FULL
    assert await _pragma(sqlite, "foreign_keys", writer=True) == 1


async def test_only_a_fault_of_the_driver_costs_sqlite_its_connection(sqlite: Database) -> None:
    """What is temporary lives as long as the connection."""

    def is_there(connection: Connection) -> bool:
        return connection.execute(text("SELECT count(*) FROM temp.here")).scalar() == 0

    def refused(connection: Connection, why: Exception) -> None:
        connection.execute(text("INSERT INTO temp.here VALUES (1)"))
        raise why

    def faulty(connection: Connection) -> None:
        connection.execute(text("SELECT nothing FROM nowhere"))

    await sqlite.write(lambda c: c.execute(text("CREATE TEMP TABLE here (n)")) and None)
    for _ in range(3):
        with pytest.raises(ClosedWindow):
            await sqlite.write(refused, ClosedWindow())
        assert await sqlite.write(is_there)
    with pytest.raises(OperationalError):
        await sqlite.write(faulty)
    with pytest.raises(OperationalError):
        await sqlite.write(is_there)


async def test_no_reader_of_sqlite_can_write(sqlite: Database) -> None:
    assert await _pragma(sqlite, "journal_mode", writer=True) == "wal"
    assert await _pragma(sqlite, "query_only", writer=False) == 1


async def test_readers_do_not_wait_for_the_writer(sqlite: Database) -> None:
    await sqlite.write(lambda connection: connection.execute(text("CREATE TABLE t (n)")) and None)
    inside, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(connection: Connection) -> None:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        loop.call_soon_threadsafe(inside.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()

    writing = asyncio.create_task(sqlite.write(slow))
    await inside.wait()
    count = text("SELECT count(*) FROM t")
    assert await sqlite.read(lambda connection: connection.scalar(count)) == 0
    go_on.set()
    await writing
    assert await sqlite.read(lambda connection: connection.scalar(count)) == 1


async def test_after_closing_all_is_in_the_one_file(tmp_path: Path) -> None:
    opened = _begun(tmp_path / "inbox.db")
    await opened.write(lambda connection: connection.execute(text("CREATE TABLE t (n)")) and None)
    assert "inbox.db-wal" in _files(tmp_path)
    await opened.close()
    assert _files(tmp_path) == ["inbox.db"]


def _files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_what_an_address_says_of_its_driver_counts(database_url: str) -> None:
    """Also for migrations, which may take as long as they need."""
    if database_url.startswith("sqlite"):
        return
    options = (
        "&timeout=9&command_timeout=0.1&statement_cache_size=0&prepared_statement_cache_size=0"
    )
    url = database_url + options
    await migrate(url)
    database = connect(url)
    with pytest.raises(TimeoutError):
        await database.read(lambda connection: connection.execute(text("SELECT pg_sleep(9)")))
    await database.close()
