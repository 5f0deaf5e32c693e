import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import pytest

from inbox.__main__ import main
from tests.support.warm import Process

ROOT = Path(__file__).parents[2]


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Inbox = Callable[..., Done]


def clean_environment(**settings: str) -> dict[str, str]:
    """Ours without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")}
    return kept | {"PYTHONPATH": str(ROOT)} | settings


@pytest.fixture
def database_url(migrated_url: str) -> str:
    """As every command but the first finds it: to migrate takes longer than most of these tests."""
    return migrated_url


@pytest.fixture
def new_folder() -> None:
    """Ask for it where the first command of all is meant."""


@pytest.fixture
def settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> dict[str, str]:
    """Those of the server if the test has one; else a data directory where a server was once, or
    none yet for a ``new_folder``."""
    if "server" in request.fixturenames:
        server: Server = request.getfixturevalue("server")
        made = server.settings
    else:
        data = tmp_path / "data"
        made = {"INBOX_DATA_DIR": str(data)}
        if not {"database_url", "new_folder"} & set(request.fixturenames):
            data.mkdir(0o700)
            shutil.copy(request.getfixturevalue("migrated_file"), data / "inbox.db")
    if "database_url" in request.fixturenames:
        made["INBOX_DATABASE_URL"] = request.getfixturevalue("database_url")
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("INBOX_"):
            monkeypatch.delenv(name)
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def inbox(
    settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Inbox]:
    """Run a command in this process: much cheaper than in one of its own."""
    handlers, level = list(logging.root.handlers), logging.root.level
    # A command that serves takes these, and then none of our tests would hear of a leak.
    for place, name in (
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
    ):
        monkeypatch.setattr(place, name, getattr(place, name))

    def run(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        try:
            code = main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Done(code, *capsys.readouterr())

    yield run
    # A command that serves logs to a stderr that pytest has closed by now.
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    logging.getLogger("inbox").setLevel(logging.NOTSET)
    logging.captureWarnings(False)


class Server:
    """``inbox serve`` in a process of its own, on a free port."""

    def __init__(
        self, process: subprocess.Popen[str] | Process, stderr: Path, settings: dict[str, str]
    ) -> None:
        self._process, self._stderr, self.settings = process, stderr, settings
        assert process.stdout
        self.stdout = process.stdout
        self.said: dict[str, dict[str, str]] = {}
        for line in self.stdout:
            fact = json.loads(line)
            self.said[fact["event"]] = fact
            # The link comes last, if it comes.
            if fact["event"] == "listening":
                break
        assert "listening" in self.said, stderr.read_text()

    @property
    def url(self) -> str:
        return self.said["listening"]["url"]

    def line(self) -> dict[str, str]:
        """What it says next."""
        found: dict[str, str] = json.loads(self.stdout.readline())
        return found

    def send_signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ended(self) -> tuple[int, str]:
        """Once it has: its exit code and what it complained of on stderr."""
        return self._process.wait(20), complaints(self._stderr.read_text())

    def stop(self) -> tuple[int, str]:
        self.send_signal(signal.SIGTERM)
        return self.ended()


def complaints(err: str) -> str:
    """Without the lines that tell what goes as it should, or what a test did on purpose."""
    usual = ('"level": "info"', '"event": "webhooks refused"')
    return "".join(line for line in err.splitlines(True) if not any(each in line for each in usual))


@contextmanager
def serving(folder: Path, *, cold: bool = False, **settings: str) -> Iterator[Server]:
    """``cold``: as users start it, which takes two seconds of a processor."""
    settings = {"INBOX_DATA_DIR": str(folder / "data"), **settings}
    environment = clean_environment(INBOX_LOG_FORMAT="json", **settings)
    with (folder / "stderr").open("w") as stderr:
        process = _started(["serve", "--port", "0"], environment, stderr, folder if cold else None)
        try:
            yield Server(process, folder / "stderr", settings)
        finally:
            process.kill()
            process.wait(20)
            assert process.stdout
            process.stdout.close()


def _started(
    words: list[str], environment: dict[str, str], stderr: IO[str], cold: Path | None
) -> subprocess.Popen[str] | Process:
    """``cold``: in this folder."""
    if cold is None:
        return Process(words, environment, stderr)
    command = [sys.executable, "-m", "inbox", *words]
    return subprocess.Popen(
        command, env=environment, cwd=cold, stdout=subprocess.PIPE, stderr=stderr, text=True
    )
