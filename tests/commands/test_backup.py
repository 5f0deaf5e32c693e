"""Backups are of one moment, also while others write; a restore is whole, or touches nothing."""

import asyncio
import hashlib
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from inbox.__main__ import main
from inbox.commands import progress
from inbox.commands.backup_folder import DATABASE, FILES, MANIFEST
from inbox.media.store import Store
from inbox.storage.database import connect
from inbox.storage.wal import LEFTOVERS, next_to
from tests.commands.conftest import Inbox
from tests.support.postgres import Postgres

ANA = ("user", "add", "ana@example.com", "--name", "Ana", "--role", "admin")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far it is, it says of what takes five seconds, as anything does on a busy machine."""
    monkeypatch.setattr(progress, "TOLD_SECONDS", 3600.0)


def names(done_json: object) -> list[str]:
    assert isinstance(done_json, list)
    return sorted(one["name"] for one in done_json)


def stored(media: Path, content: bytes) -> str:
    """Its SHA-256, under which it lies there."""
    digest = hashlib.sha256(content).hexdigest()
    place = media / digest[:2] / digest[2:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return digest


def elsewhere(url: str, postgres: Postgres, name: str = "restored") -> str:
    """An empty database of the same engine."""
    if url.startswith("sqlite"):
        return url.replace("inbox.db", f"{name}.db")
    postgres.drop_database(name)
    return postgres.create_database(name)


def test_what_was_backed_up_is_there_again(
    inbox: Inbox,
    database_url: str,
    postgres: Postgres,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert inbox(*ANA).code == 0
    assert inbox("seed", "--conversations", "12", "--messages", "60").code == 0
    digest = stored(tmp_path / "data" / "media", b"a picture")
    made = inbox("backup", str(tmp_path / "b"))
    assert (made.code, made.err) == (0, ""), made
    assert "secret.key" in made.out
    assert not [path for path in (tmp_path / "b").rglob("*") if path.stat().st_mode & 0o077]
    shutil.rmtree(tmp_path / "data" / "media")
    monkeypatch.setenv("INBOX_DATABASE_URL", elsewhere(database_url, postgres))
    restored = inbox("restore", str(tmp_path / "b"))
    assert (restored.code, restored.err) == (0, ""), restored
    assert names(inbox("user", "list", "--json").json) == ["Ana"]
    assert (tmp_path / "data" / "media" / digest[:2] / digest[2:]).read_bytes() == b"a picture"
    assert inbox("backup", str(tmp_path / "again")).code == 0
    assert _rows(tmp_path / "again") == _rows(tmp_path / "b")
    # And it goes on from where it was: no number is given twice.
    assert inbox("seed", "--conversations", "2", "--messages", "5", "--seed", "7").code == 0


@pytest.mark.usefixtures("database_url")
def test_what_takes_long_says_how_far_it_is(
    inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert inbox(*ANA).code == 0
    monkeypatch.setattr(progress, "TOLD_SECONDS", 0.0)
    made = inbox("backup", str(tmp_path / "b"))
    assert made.code == 0 and "The database: 100 %\n" in made.err, made


def _rows(backup: Path) -> dict[str, str]:
    """Of PostgreSQL each table as it is; a SQLite file is compared by what it holds elsewhere."""
    manifest = json.loads((backup / MANIFEST).read_text())
    digests: dict[str, str] = manifest["digests"]
    return digests if manifest["engine"] == "postgresql" else {}


async def test_a_backup_under_load_is_one_moment_and_has_all_that_was_acknowledged(
    settings: dict[str, str],
    database_url: str,
    postgres: Postgres,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await asyncio.to_thread(main, list(ANA))
    async with writing(database_url) as (acknowledged, more):
        await more(20)
        before = set(acknowledged)
        assert await asyncio.to_thread(main, ["backup", str(tmp_path / "b")]) == 0
        await more(1)
    target = elsewhere(database_url, postgres)
    monkeypatch.setenv("INBOX_DATABASE_URL", target)
    assert await asyncio.to_thread(main, ["restore", str(tmp_path / "b")]) == 0
    database = connect(target)
    one, two = await database.read(pairs)
    await database.close()
    assert before <= one == two
    assert one < set(acknowledged)


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[tuple[list[str], Callable[[int], Awaitable[None]]]]:
    """Pairs of rows in two tables, a transaction each, and how to wait for so many more."""
    database, done, wrote = connect(url), list[str](), asyncio.Condition()

    async def more(count: int) -> None:
        until = len(done) + count
        async with wrote:
            await wrote.wait_for(lambda: len(done) >= until)

    async def write() -> None:
        while True:
            name = f"{len(done):05}"
            await database.write(pair, name)
            done.append(name)
            async with wrote:
                wrote.notify_all()

    task = asyncio.create_task(write())
    yield done, more
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


def pair(connection: Connection, name: str) -> None:
    connection.execute(
        text(
            "INSERT INTO users (id, email, name, role, created_at)"
            " VALUES (:name, :name, :name, 'agent', 1)"
        ),
        {"name": name},
    )
    connection.execute(
        text(
            "INSERT INTO feed_events (type, at, payload, audience) VALUES ('t', 1, :name, 'nobody')"
        ),
        {"name": name},
    )


def pairs(connection: Connection) -> tuple[set[str], set[str]]:
    users = connection.execute(text("SELECT id FROM users WHERE id = email")).scalars()
    told = connection.execute(text("SELECT payload FROM feed_events WHERE audience = 'nobody'"))
    return set(users), set(told.scalars())


def test_what_lay_there_is_kept_aside_and_leftovers_never_mix(
    inbox: Inbox, sqlite_only: Path, tmp_path: Path
) -> None:
    assert inbox(*ANA).code == 0
    assert inbox("backup", str(tmp_path / "b")).code == 0
    assert inbox("user", "add", "ben@example.com", "--name", "Ben", "--role", "agent").code == 0
    for suffix in LEFTOVERS:
        next_to(sqlite_only, suffix).write_bytes(b"of another" * 5000)
    done = inbox("restore", str(tmp_path / "b"))
    assert done.code == 0, done
    assert names(inbox("user", "list", "--json").json) == ["Ana"]
    [former] = [path for path in sqlite_only.parent.glob("*-before-*") if path.suffix == ".db"]
    assert str(former) in done.out
    assert next_to(former, "-wal").read_bytes().startswith(b"of another")


def test_a_restore_that_does_not_fit_touches_nothing(
    inbox: Inbox, sqlite_only: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert inbox(*ANA).code == 0
    backup = tmp_path / "b"
    assert inbox("backup", str(backup)).code == 0
    manifest = json.loads((backup / MANIFEST).read_text())
    before = sqlite_only.read_bytes()
    for change, words in (
        ({"engine": "postgresql"}, "do not fit"),
        ({"revision": "9999"}, "newer"),
        ({"form": 2}, "newer"),
        ({"key": "0" * 32}, "secret key"),
        ({"digests": {"inbox.db": "0"}}, "damaged"),
        ({"files": "many"}, "broken"),
    ):
        (backup / MANIFEST).write_text(json.dumps(manifest | change))
        done = inbox("restore", str(backup))
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), change
        assert words in done.err
    (backup / MANIFEST).unlink()
    assert "no backup" in inbox("restore", str(backup)).err
    assert sqlite_only.read_bytes() == before
    assert sorted(path.name for path in sqlite_only.parent.iterdir()) == [
        "inbox.db",
        "inbox.db.lock",
        "secret.key",
    ]


def test_a_damaged_file_is_left_out_and_said(
    inbox: Inbox, sqlite_only: Path, tmp_path: Path
) -> None:
    assert inbox(*ANA).code == 0
    media = tmp_path / "data" / "media"
    damaged, sound = stored(media, b"sound"), stored(media, b"whole")
    (media / damaged[:2] / damaged[2:]).write_bytes(b"rotten")
    done = inbox("backup", str(tmp_path / "b"))
    assert done.code == 1 and damaged in done.err
    assert (tmp_path / "b" / FILES / sound[:2] / sound[2:]).exists()
    assert not (tmp_path / "b" / FILES / damaged[:2] / damaged[2:]).exists()


def test_a_restore_takes_no_file_for_whole_that_it_has_not_read(
    inbox: Inbox, sqlite_only: Path, tmp_path: Path
) -> None:
    assert inbox(*ANA).code == 0
    media = tmp_path / "data" / "media"
    rotten, whole = stored(media, b"a picture"), stored(media, b"another one")
    small = Store(media).small_path(rotten)
    small.write_bytes(b"its thumbnail")
    assert inbox("backup", str(tmp_path / "b")).code == 0
    Store(media).path(rotten).write_bytes(b"A PICTURE")
    small.write_bytes(b"ITS THUMBNAIL")
    untouched = Store(media).path(whole).stat()
    done = inbox("restore", str(tmp_path / "b"))
    assert (done.code, done.err) == (0, ""), done
    assert Store(media).path(rotten).read_bytes() == b"a picture"
    assert small.read_bytes() == b"its thumbnail"
    # What was there and is right costs a look, no second copy.
    assert Store(media).path(whole).stat().st_ino == untouched.st_ino


def test_a_backup_takes_no_place_that_is_taken(
    inbox: Inbox, sqlite_only: Path, tmp_path: Path
) -> None:
    assert "no secret.key" in inbox("backup", str(tmp_path / "b")).err
    assert inbox(*ANA).code == 0
    (tmp_path / "b").mkdir(exist_ok=True)
    assert inbox("backup", str(tmp_path / "b")).code == 0
    assert (tmp_path / "b" / DATABASE / "inbox.db").exists()
    for path in (tmp_path / "b", tmp_path / "data" / "media" / "b"):
        done = inbox("backup", str(path))
        assert (done.code, done.err.count("\n")) == (1, 1)


@pytest.fixture
def sqlite_only(settings: dict[str, str], tmp_path: Path) -> Path:
    return tmp_path / "data" / "inbox.db"
