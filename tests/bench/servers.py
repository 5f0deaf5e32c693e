"""The servers under load, each in a process of its own on a core of its own.

Only what was started here is ever ended here.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from inbox.commands.context import opened_context
from inbox.commands.registry import execute
from inbox.config import Settings, load
from tests.bench.machine import SERVER_CORE, pinned
from tests.bench.payloads import ACCOUNT, SECRET
from tests.bench.wire import HOST

ROOT = Path(__file__).parents[2]

EMAIL, PASSWORD = "ana@example.com", "correct horse battery"

START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A data folder; once furnished, with the path of its webhook and a token for the feed."""

    folder: Path
    path: str = ""
    token: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings that it has besides."""

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of who runs us: the settings are part of what is measured."""
        inherited = {name: value for name, value in os.environ.items() if "INBOX_" not in name}
        return inherited | settings(self.folder) | {"PYTHONPATH": str(ROOT), **self.more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """``path``: where webhooks go. ``seconds``: how long it took until it listened."""

    pid: int
    port: int
    path: str
    token: str = ""
    seconds: float = 0.0

    @property
    def place(self) -> dict[str, Any]:
        """What a load needs to know."""
        return {"port": self.port, "path": self.path, "token": self.token}


def settings(folder: Path) -> dict[str, str]:
    return {
        "INBOX_HOST": HOST,
        "INBOX_PORT": "0",
        "INBOX_DATA_DIR": str(folder),
        "INBOX_LOG_FORMAT": "json",
        "INBOX_LOG_LEVEL": "warning",
    }


@contextmanager
def empty(scratch: Path) -> Iterator[Home]:
    """A folder with nothing in it, removed in the end."""
    with tempfile.TemporaryDirectory(prefix="inbox-", dir=scratch) as name:
        yield Home(folder=Path(name))


@contextmanager
def home(scratch: Path, api_base: str = f"http://{HOST}:9") -> Iterator[Home]:
    """One where a number is connected, whose provider is there."""
    with empty(scratch) as bare:
        with ThreadPoolExecutor(1) as beside:  # whoever asks may be on a loop
            furnished = beside.submit(asyncio.run, _furnish(load(settings(bare.folder)), api_base))
        path, token = furnished.result()
        yield Home(folder=bare.folder, path=path, token=token)


async def _furnish(chosen: Settings, api_base: str) -> tuple[str, str]:
    facts = {"name": "Load", "provider": "cloud-api", "account": ACCOUNT, "secret": SECRET}
    facts |= {
        "verify_token": "",
        "access_token": "none",
        "api_base": api_base,
        "rate": "off",
    }
    async with opened_context(chosen) as house:
        channel = await execute(house, "channel add", facts)
        token = await execute(house, "token add", {"name": "Load", "role": "admin"})
        who = {"email": EMAIL, "name": "Ana", "role": "admin", "password": PASSWORD}
        await execute(house, "user add", who)
    return f"/webhooks/{channel['key']}", str(token["token"])


@contextmanager
def inbox(at: Home) -> Iterator[Running]:
    """``inbox serve``, as it is."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "inbox", "serve"]
    with _process(command, at.folder, at.environment) as process:
        url = urlsplit(_told(process, "listening")["url"])
        seconds = time.perf_counter() - began
        assert url.port is not None
        yield Running(pid=process.pid, port=url.port, path=at.path, token=at.token, seconds=seconds)


@contextmanager
def fresh(scratch: Path) -> Iterator[Running]:
    """``inbox serve`` on an empty database."""
    with home(scratch) as at, inbox(at) as running:
        yield running


@contextmanager
def limit(name: str, path: str) -> Iterator[Running]:
    """One of the programs in ``limits``."""
    command = [sys.executable, "-m", f"tests.bench.limits.{name}"]
    with _process(command, ROOT, dict(os.environ)) as process:
        yield Running(pid=process.pid, port=_told(process, "listening")["port"], path=path)


@contextmanager
def _process(
    command: list[str], folder: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    with pinned(SERVER_CORE):
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _told(process: subprocess.Popen[str], event: str) -> dict[str, Any]:
    """What it says on stdout when it has come so far."""
    assert process.stdout is not None
    watchdog = Timer(START_SECONDS, process.kill)
    watchdog.start()
    try:
        for line in process.stdout:
            told: dict[str, Any] = json.loads(line)
            if told["event"] == event:
                return told
    finally:
        watchdog.cancel()
    raise RuntimeError(f"a server ended before it was {event}; the reason is above")
