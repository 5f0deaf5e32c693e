"""A database is never opened with the log of another, and its log is known by what it says."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from inbox.storage import sqlite
from inbox.storage.checkpoint import Checkpoint
from inbox.storage.database import FAULTS, SQLite
from inbox.storage.faults import fault_reason
from inbox.storage.migrate import migrate
from inbox.storage.wal import ForeignLog, next_to, refuse_foreign_log


def put(connection: Connection, *numbers: int) -> None:
    for number in numbers:
        values = {"id": f"{number}", "email": f"{number}@example.com"}
        connection.execute(
            text(
                "INSERT INTO users (id, email, name, role, created_at)"
                " VALUES (:id, :email, hex(zeroblob(2000)), 'agent', 1)"
            ),
            values,
        )


def _numbers(connection: Connection) -> list[str]:
    return [*connection.execute(text("SELECT id FROM users")).scalars()]


def users_of(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0] for row in opened.execute("SELECT id FROM users")}


def taken(file: Path, folder: Path) -> Path:
    """As a kill leaves it: the database with its log."""
    folder.mkdir()
    for name in (file, next_to(file, "-wal"), next_to(file, "-shm")):
        shutil.copy(name, folder / name.name)
    return folder / file.name


@pytest.fixture
def file(tmp_path: Path, migrated_file: Path) -> Path:
    return shutil.copy(migrated_file, tmp_path / "inbox.db")


async def worked(file: Path, crashed: Path, *copies: Any) -> Path:
    """Written to in three parts, with a copy between them, and found as a kill leaves it."""
    database = SQLite(f"sqlite+aiosqlite:///{file}")
    try:
        await database.write(put, *range(40))
        for copy in copies:
            copy()
        await database.write(put, *range(100, 140))
        return taken(file, crashed)
    finally:
        await database.close()


async def begun_anew(database: SQLite, file: Path) -> None:
    """Write until the log has come to its end, and another begins."""
    salt, numbers = salt_of(file), count(1000)
    while salt_of(file) == salt:
        await database.write(put, next(numbers))


def salt_of(file: Path) -> bytes:
    """By which SQLite knows the frames of a log from those of the one before."""
    return next_to(file, "-wal").read_bytes()[16:24]


async def test_a_log_is_copied_beside_who_writes_and_begun_anew_by_nobody_else(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that takes long: what is written meanwhile goes on in the same log."""
    copying, goes_on = Event(), Event()
    copy = Checkpoint._copy

    def slowly(self: Checkpoint) -> None:
        copy(self)
        copying.set()
        assert goes_on.wait(20)

    monkeypatch.setattr(Checkpoint, "_copy", slowly)
    monkeypatch.setattr(sqlite, "CHECKPOINT_BYTES", 100_000)
    database = SQLite(f"sqlite+aiosqlite:///{file}")
    await database.write(put, *range(40))
    assert copying.wait(20)
    salt = salt_of(file)
    for number in range(50, 60):
        await database.write(put, number)
    assert salt_of(file) == salt
    goes_on.set()
    await begun_anew(database, file)
    assert next_to(file, "-wal").stat().st_size < 100_000
    found = taken(file, tmp_path / "crashed")
    await database.close()
    refuse_foreign_log(found)
    assert {"0", "39", "50", "59"} <= users_of(found)


async def test_a_log_that_was_just_begun_anew_is_left_alone_for_a_while(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However fast it grows: in a burst the same pages are written again and again."""
    monkeypatch.setattr(sqlite, "CHECKPOINT_BYTES", 100_000)
    monkeypatch.setattr(sqlite, "CHECKPOINT_SECONDS", 3_600)
    database = SQLite(f"sqlite+aiosqlite:///{file}")
    await database.write(put, 1)
    await begun_anew(database, file)
    salt = salt_of(file)
    for start in range(100, 500, 40):
        await database.write(put, *range(start, start + 40))
    assert salt_of(file) == salt
    assert next_to(file, "-wal").stat().st_size > 1_000_000
    await database.close()


async def test_who_wrote_does_not_wait_until_the_log_is_begun_anew(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes next does."""
    database, free = SQLite(f"sqlite+aiosqlite:///{file}"), Event()
    monkeypatch.setattr(sqlite.Files, "keep_log_short", lambda *_: free.wait(20))
    try:
        async with asyncio.timeout(10):
            await database.write(put, 1)
        later = asyncio.ensure_future(database.write(put, 2))
        assert await database.read(_numbers) == ["1"]
    finally:
        free.set()
    await later
    await database.close()
    assert users_of(file) == {"1", "2"}


async def test_a_mistake_at_the_log_is_told_and_harms_nobody(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database = SQLite(f"sqlite+aiosqlite:///{file}")
    monkeypatch.setattr(sqlite.Files, "keep_log_short", lambda *_: 1 / 0)
    for number in (1, 2):
        await database.write(put, number)
    await database.close()
    assert users_of(file) == {"1", "2"}
    [*_, last] = caplog.records
    assert last.message == "the database's log is not copied into its file" and last.exc_info
    assert "ZeroDivisionError" in str(database.mistake), "/health is red"


async def test_a_mistake_beside_who_writes_is_told_as_well(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock, or a full disk, passes; that a connection is closed is our own doing."""
    monkeypatch.setattr(sqlite, "CHECKPOINT_BYTES", 1)
    beside, made, numbers = sqlite._beside, list[sqlite3.Connection](), count()

    def first_closed(database: Path) -> sqlite3.Connection:
        made.append(beside(database))
        made[0].close()
        return made[-1]

    monkeypatch.setattr(sqlite, "_beside", first_closed)
    database = SQLite(f"sqlite+aiosqlite:///{file}")
    async with asyncio.timeout(10):
        while database.mistake is None:
            await database.write(put, next(numbers))
    assert "ProgrammingError" in database.mistake
    await database.close()


async def test_a_reader_who_stays_keeps_the_log_and_not_who_writes(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "CHECKPOINT_BYTES", 100_000)
    database = SQLite(f"sqlite+aiosqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        await database.write(put, 1)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM users").fetchone()
        for start in range(100, 500, 40):
            await database.write(put, *range(start, start + 40))
        assert next_to(file, "-wal").stat().st_size > 1_000_000
        reader.execute("ROLLBACK")
    await begun_anew(database, file)
    await database.close()
    assert len(users_of(file)) > 400


async def test_a_log_of_its_own_is_taken_up_again(file: Path, tmp_path: Path) -> None:
    found = await worked(file, tmp_path / "crashed")
    assert next_to(found, "-wal").stat().st_size > 100_000
    refuse_foreign_log(found)
    assert len(users_of(found)) == 80


@pytest.mark.parametrize("checkpoint_bytes", [100_000, 16_000_000])
@pytest.mark.parametrize("way", ["VACUUM INTO", "dump", "another"])
async def test_a_database_restored_beside_a_left_over_log_is_refused_untouched(
    file: Path, tmp_path: Path, way: str, checkpoint_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "CHECKPOINT_BYTES", checkpoint_bytes)
    backup = tmp_path / "backup.db"

    def copy() -> None:
        with closing(sqlite3.connect(file)) as opened, closing(sqlite3.connect(backup)) as into:
            match way:
                case "VACUUM INTO":
                    opened.execute(f"VACUUM INTO '{backup}'")
                case "dump":
                    into.executescript("CREATE TABLE users (id TEXT PRIMARY KEY)")
                case _:
                    shutil.copy(file, backup)
                    into.execute("PRAGMA user_version=17")

    found = await worked(file, tmp_path / "crashed", copy)
    shutil.copy(backup, found)
    before = {path.name: path.read_bytes() for path in found.parent.iterdir()}
    with pytest.raises(ForeignLog):
        await migrate(f"sqlite+aiosqlite:///{found}")
    assert {path.name: path.read_bytes() for path in found.parent.iterdir()} == before


async def test_an_older_state_of_the_same_database_is_refused_and_never_mixed(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page the same file, only a checkpoint older: nothing but its mark tells."""
    backup = tmp_path / "backup.db"

    def copy() -> None:
        with closing(sqlite3.connect(file)) as opened, closing(sqlite3.connect(backup)) as into:
            opened.backup(into)

    database = SQLite(f"sqlite+aiosqlite:///{file}")
    await database.write(put, *range(40))
    copy()
    monkeypatch.setattr(sqlite, "CHECKPOINT_BYTES", 0)
    await begun_anew(database, file)
    monkeypatch.undo()
    await database.write(put, 200)
    found = taken(file, tmp_path / "crashed")
    await database.close()
    refuse_foreign_log(found)
    shutil.copy(backup, found)
    with pytest.raises(ForeignLog):
        refuse_foreign_log(found)


async def test_a_log_that_nobody_marked_is_tried_on_a_copy(file: Path, tmp_path: Path) -> None:
    """By another tool, or by an Inbox before there were marks."""
    plain = tmp_path / "plain.db"
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(plain)) as opened, closing(sqlite3.connect(other)) as second:
        for one, rows in ((opened, 300), (second, 3)):
            one.execute("PRAGMA journal_mode=WAL")
            one.execute("PRAGMA wal_autocheckpoint=0")
            one.execute("CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT)")
            one.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            one.executemany(
                "INSERT INTO users VALUES (?, ?)", [(f"{n}", "x" * 900) for n in range(rows)]
            )
            one.commit()
        found = taken(plain, tmp_path / "crashed")
        refuse_foreign_log(found)
        shutil.copy(next_to(other, "-wal"), next_to(found, "-wal"))
        shutil.copy(file, found)
        with pytest.raises(ForeignLog):
            refuse_foreign_log(found)
    assert not [path for path in found.parent.iterdir() if path.name.startswith(".inbox")]


async def test_a_log_without_its_database_begins_no_new_one(file: Path, tmp_path: Path) -> None:
    found = await worked(file, tmp_path / "crashed")
    found.unlink()
    with pytest.raises(ForeignLog):
        await migrate(f"sqlite+aiosqlite:///{found}")
    assert not found.exists()


@pytest.mark.parametrize("suffix", ["", "-wal"])
@pytest.mark.parametrize("then", ["nothing", "another"])
async def test_a_file_that_is_moved_away_takes_no_write(
    file: Path, tmp_path: Path, suffix: str, then: str
) -> None:
    database = SQLite(f"sqlite+aiosqlite:///{file}")
    await database.write(put, 1)
    path = next_to(file, suffix) if suffix else file
    path.rename(tmp_path / "elsewhere")
    if then == "another":
        shutil.copy(tmp_path / "elsewhere", path)
    with pytest.raises(sqlite.Displaced) as met:
        await database.write(put, 2)
    assert path.name in fault_reason(met.value)
    path.unlink(missing_ok=True)
    (tmp_path / "elsewhere").rename(path)
    await database.write(put, 3)
    await database.close()
    assert users_of(file) == {"1", "3"}


async def test_no_way_to_a_database_begins_an_empty_one_in_its_place(tmp_path: Path) -> None:
    """A reader that came after the file was moved made one, and the server went on with it."""
    file = tmp_path / "50% of #1.db"
    await migrate(url := f"sqlite+aiosqlite:///{file}")
    file.rename(tmp_path / "elsewhere")
    database = SQLite(url)
    for way in (database.read, database.write):
        with pytest.raises(FAULTS):
            await way(put, 1)
    assert not file.exists()
    (tmp_path / "elsewhere").rename(file)
    await database.write(put, 1)
    await database.close()
    assert users_of(file) == {"1"}


async def test_a_file_that_is_moved_while_it_is_opened_takes_no_write(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = sqlite.open_writer

    def opened(*how: Any) -> Any:
        found = opening(*how)
        file.rename(tmp_path / "elsewhere")
        return found

    database = SQLite(f"sqlite+aiosqlite:///{file}")
    monkeypatch.setattr(sqlite, "open_writer", opened)
    for number in range(2):
        with pytest.raises(sqlite.Displaced):
            await database.write(put, number)
    await database.close()
    assert users_of(tmp_path / "elsewhere") == set()


async def test_a_writer_that_begins_anew_begins_a_log_of_its_own(file: Path) -> None:
    """After a fault; the one before went with its last connection."""
    database = SQLite(f"sqlite+aiosqlite:///{file}")
    await database.write(put, 1)
    with pytest.raises(OperationalError):
        await database.write(lambda connection: connection.execute(text("SELECT nothing")))
    await database.write(put, 2)
    await database.close()
    assert users_of(file) == {"1", "2"}
