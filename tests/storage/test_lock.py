"""One process per SQLite file: the second one is told, and a dead one holds nothing."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from inbox.storage.lock import FileLock, Taken

HOLD = "import sys; from pathlib import Path; from inbox.storage.lock import FileLock; "
HOLD += "lock = FileLock(Path(sys.argv[1])); lock.take(url='http://x'); "
HOLD += "print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "inbox.db"


def _holder(file: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "held\n"
    return process


def test_the_second_process_is_told_who_has_the_file(file: Path) -> None:
    with _holder(file) as process:
        with pytest.raises(Taken, match=f"pid {process.pid}") as taken:
            FileLock(file).take()
        process.kill()
    assert taken.value.holder == {"pid": process.pid, "url": "http://x"}
    assert "inbox.db" in str(taken.value) and "PostgreSQL" in str(taken.value)


def test_a_process_that_is_killed_lets_go(file: Path) -> None:
    with _holder(file) as process:
        process.kill()
    lock = FileLock(file)
    lock.take()
    lock.release()


def test_who_lets_go_leaves_the_file_to_others(file: Path) -> None:
    first, second = FileLock(file), FileLock(file)
    for lock in (first, second, first):
        lock.take()
        lock.release()
    second.release()


def test_only_its_owner_can_read_the_note(file: Path) -> None:
    lock = FileLock(file)
    lock.take(url="http://x")
    assert file.with_name("inbox.db.lock").stat().st_mode & 0o777 == 0o600
    lock.release()


def test_a_second_server_on_the_file_says_so_and_ends(file: Path) -> None:
    settings = {"INBOX_DATABASE_URL": f"sqlite+aiosqlite:///{file}", "PYTHONWARNINGS": "error"}
    with _holder(file) as process:
        second = subprocess.run(
            [sys.executable, "-m", "inbox", "serve", "--port", "0"],
            env=os.environ | settings | {"INBOX_DATA_DIR": str(file.parent)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        process.kill()
    assert (second.returncode, second.stdout) == (1, "")
    [line] = second.stderr.splitlines()
    assert f"pid {process.pid}" in line


def test_a_folder_that_the_lock_makes_is_for_its_owner_alone(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "data" / "inbox.db")
    lock.take()
    lock.release()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
