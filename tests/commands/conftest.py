import io
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from inbox.__main__ import main

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
def settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> dict[str, str]:
    """Those of the server if the test has one; else a data directory that is not there yet."""
    if "server" in request.fixturenames:
        server: Server = request.getfixturevalue("server")
        made = server.settings
    else:
        made = {"INBOX_DATA_DIR": str(tmp_path / "data")}
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

    def __init__(self, process: subprocess.Popen[str], settings: dict[str, str]) -> None:
        self.process, self.settings = process, settings
        self.said: dict[str, dict[str, str]] = {}
        assert process.stdout
        for line in process.stdout:
            fact = json.loads(line)
            self.said[fact["event"]] = fact
            # The link comes last, if it comes.
            if fact["event"] == "listening":
                break
        assert "listening" in self.said, process.communicate()

    @property
    def url(self) -> str:
        return self.said["listening"]["url"]

    def line(self) -> dict[str, str]:
        """What it says next."""
        assert self.process.stdout
        found: dict[str, str] = json.loads(self.process.stdout.readline())
        return found

    def stop(self) -> tuple[int, str]:
        """Its exit code and what it complained of on stderr."""
        self.process.send_signal(signal.SIGTERM)
        _, err = self.process.communicate(timeout=20)
        return self.process.returncode, complaints(err)


def complaints(err: str) -> str:
    """Without the lines that tell what goes as it should, or what a test did on purpose."""
    usual = ('"level": "info"', '"event": "webhooks refused"')
    return "".join(line for line in err.splitlines(True) if not any(each in line for each in usual))


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Server]:
    settings = {"INBOX_DATA_DIR": str(folder / "data"), **settings}
    with subprocess.Popen(
        [sys.executable, "-m", "inbox", "serve", "--port", "0"],
        env=clean_environment(INBOX_LOG_FORMAT="json", **settings),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Server(process, settings)
        finally:
            process.kill()
