"""``inbox doctor`` finds what is wrong, says it in a line, and changes nothing."""

import shutil
import sqlite3
import sys
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from inbox.commands import doctor
from inbox.storage.wal import next_to
from tests.commands.conftest import Inbox, serving
from tests.commands.test_start import UNNEEDED

ANA = ("user", "add", "ana@example.com", "--name", "Ana", "--role", "admin")
SANDBOX = ("channel", "add", "Trial", "--provider", "sandbox")


def found(inbox: Inbox) -> dict[str, tuple[str, str]]:
    return {one["part"]: (one["state"], one["words"]) for one in inbox("doctor", "--json").json}


@pytest.mark.usefixtures("new_folder")
def test_a_machine_that_never_started_is_not_ill(inbox: Inbox, tmp_path: Path) -> None:
    done = inbox("doctor")
    assert (done.code, done.err) == (0, ""), done
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("database_url")
def test_what_is_well_is_good_on_either_engine(inbox: Inbox) -> None:
    assert inbox(*ANA).code == inbox(*SANDBOX).code == 0
    assert inbox("doctor").code == 0
    parts = found(inbox)
    assert {parts[name][0] for name in ("database", "channels", "space")} == {"good"}


def test_each_thing_that_is_wrong_is_a_line_of_its_own(
    inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert inbox(*ANA).code == inbox(*SANDBOX).code == 0
    data = tmp_path / "data"
    data.chmod(0o755)
    monkeypatch.setattr(doctor, "TOO_LITTLE", 1 << 60)
    monkeypatch.setenv("INBOX_SECRET_KEY", "another key that is long enough to be one")
    done = inbox("doctor")
    assert done.code == 1 and "3 things are wrong" in done.err
    parts = found(inbox)
    assert [parts[name][0] for name in ("data folder", "channels", "space")] == ["bad"] * 3
    assert "chmod 700" in parts["data folder"][1]
    assert "another key" in parts["channels"][1]


def test_a_package_that_only_loads_when_it_is_asked_for_is_missed_before(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(inbox)["packages"][0] == "good"
    monkeypatch.setitem(sys.modules, "jwt", None)
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    assert inbox("doctor").code == 1
    words = "not installed: asyncpg and pyjwt. Install Inbox again"
    assert found(inbox)["packages"] == ("bad", words)


def test_each_package_that_a_start_leaves_alone_is_looked_for() -> None:
    # The first is for whoever wants it; the others come with a command of httpx.
    not_ours = {"av", "pygments", "rich"}
    left = {name for name in UNNEEDED if "." not in name}
    assert left - not_ours == doctor.LOADED_LATE.keys()
    assert all(version(package) for package in doctor.LOADED_LATE.values())


def test_an_endpoint_that_is_told_nothing_is_a_line_with_what_to_do(
    inbox: Inbox, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "inbox.db"
    assert inbox("webhook", "add", "https://hooks.example.com/s3cret").code == 0
    assert found(inbox)["webhooks"] == ("good", "1 endpoint, not failing")
    _set(file, "failing_since=1, last_error='It answered 500'")
    assert found(inbox)["webhooks"] == ("warn", "hooks.example.com takes nothing: It answered 500")
    _set(file, "ended_at=1, ended_because='gone', active=0")
    state, words = found(inbox)["webhooks"]
    assert state == "warn" and "answered 410" in words and "inbox webhook resume 0" in words
    assert "s3cret" not in words


def _set(file: Path, columns: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"UPDATE webhook_endpoints SET {columns}")  # noqa: S608 - ours


def test_a_damaged_database_is_named(inbox: Inbox, tmp_path: Path) -> None:
    assert inbox(*ANA).code == 0
    file = tmp_path / "data" / "inbox.db"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    before = file.read_bytes()
    assert found(inbox)["database"][0] == "bad"
    assert file.read_bytes() == before
    file.write_bytes(whole)
    shutil.copy(file, next_to(file, "-wal"))
    assert found(inbox)["database"][0] == "good", "SQLite heeds no log without its own beginning"


def test_a_log_of_another_database_is_told_and_not_touched(inbox: Inbox, tmp_path: Path) -> None:
    assert inbox(*ANA).code == 0
    file = tmp_path / "data" / "inbox.db"
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("PRAGMA application_id=5")
        other.execute("CREATE TABLE another (name TEXT)")
        other.commit()
        shutil.copy(next_to(tmp_path / "other.db", "-wal"), next_to(file, "-wal"))
    before = {path.name: path.read_bytes() for path in (file, next_to(file, "-wal"))}
    state, words = found(inbox)["database"]
    assert state == "bad" and "belongs to another database" in words
    assert {path.name: path.read_bytes() for path in (file, next_to(file, "-wal"))} == before


def _bad(inbox: Inbox) -> list[str]:
    """What the server beside says is wrong."""
    told = inbox("doctor", "--json").json
    return [one["words"] for one in told if (one["part"], one["state"]) == ("server", "bad")]


def test_beside_a_server_it_says_what_that_says(inbox: Inbox, tmp_path: Path) -> None:
    assert inbox(*ANA).code == 0
    with serving(tmp_path):
        (tmp_path / "data" / "inbox.db").rename(tmp_path / "elsewhere")
        deadline = time.monotonic() + 20
        while not any(words.startswith("database: inbox.db was") for words in _bad(inbox)):
            assert time.monotonic() < deadline  # it looks every second or so
        (tmp_path / "elsewhere").rename(tmp_path / "data" / "inbox.db")
