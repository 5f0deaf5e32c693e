"""The servers under load, each in a process of its own on a core of its own.

Only what was started here is ever ended here.
"""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
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
from tests.bench.machine import SERVER_CORE, cpu_seconds, pinned
from tests.bench.payloads import ACCOUNT, SECRET
from tests.bench.wire import HOST

ROOT = Path(__file__).parents[2]

CHANNEL = "Load"
EMAIL, PASSWORD = "ana@example.com", "correct horse battery"

START_SECONDS = 60
STOP_SECONDS = 20

ASK_SECONDS = 0.005
REST_SECONDS, LOOK_SECONDS = 20, 0.5
IDLE = 0.1
"""Of its core: less than this is what timers do."""


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
        """Nothing of who runs us: the settings are part of what is measured, and so is that what
        Python has compiled is kept."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if "INBOX_" not in name and name != "PYTHONDONTWRITEBYTECODE"
        }
        return inherited | settings(self.folder) | {"PYTHONPATH": str(ROOT), **self.more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """``path``: where webhooks go."""

    pid: int
    port: int
    path: str
    token: str = ""

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
def home(
    scratch: Path, database_url: str = "", api_base: str = f"http://{HOST}:9"
) -> Iterator[Home]:
    """One where a number is connected, whose provider is there. ``database_url``: empty for the
    file in its folder."""
    more = {"INBOX_DATABASE_URL": database_url} if database_url else {}
    with empty(scratch) as bare:
        chosen = load(settings(bare.folder) | more)
        with ThreadPoolExecutor(1) as beside:  # whoever asks may be on a loop
            furnished = beside.submit(asyncio.run, _furnish(chosen, api_base))
        path, token = furnished.result()
        yield Home(folder=bare.folder, path=path, token=token, more=more)


async def _furnish(chosen: Settings, api_base: str) -> tuple[str, str]:
    facts = {"name": CHANNEL, "provider": "cloud-api", "account": ACCOUNT, "secret": SECRET}
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
    command = [sys.executable, "-m", "inbox", "serve"]
    with _process(command, at.folder, at.environment) as process:
        url = urlsplit(_told(process, "listening")["url"])
        assert url.port is not None
        yield Running(pid=process.pid, port=url.port, path=at.path, token=at.token)


@contextmanager
def fresh(scratch: Path, database_url: str = "") -> Iterator[Running]:
    """``inbox serve`` on an empty database."""
    with home(scratch, database_url) as at, inbox(at) as running:
        yield running


def healthy(running: Running) -> None:
    """Wait until it says so; raises ``TimeoutError``."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, running.port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        finally:
            connection.close()
        time.sleep(ASK_SECONDS)
    raise TimeoutError("the server never became healthy")


def rest(servers: Iterable[Running]) -> None:
    """Wait until none of them computes: what came before is indexed and tidied for a while."""
    pids = [each.pid for each in servers]
    deadline = time.monotonic() + REST_SECONDS
    busy = True
    while busy and time.monotonic() < deadline:
        before = [cpu_seconds(pid) or 0.0 for pid in pids]
        time.sleep(LOOK_SECONDS)
        spent = [(cpu_seconds(pid) or 0.0) - known for pid, known in zip(pids, before, strict=True)]
        busy = any(each > IDLE * LOOK_SECONDS for each in spent)


@contextmanager
def alone(running: Running, servers: Iterable[Running]) -> Iterator[None]:
    """The others of them stand still."""
    others = [each.pid for each in servers if each.pid != running.pid]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


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
