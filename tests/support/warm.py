"""``python -m inbox …`` in a process of its own that need not import it first.

Importing costs seconds of processor time, and the suite starts a server a hundred times. So one
process imports everything and waits; what it forks is from then on what ``python -m inbox``
would be, with a pid, an environment, an output, signals and an end of its own.
tests/commands/test_serve.py and the benchmark start theirs cold, as users do.

As a program, ``python -m tests.support.warm HANDLE`` is that process.
"""

import gc
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO

from inbox import app
from inbox.__main__ import main
from inbox.access import passwords
from inbox.config import Settings
from inbox.web.http.routes import Routes
from inbox.web.process.assets import found_assets
from inbox.web.process.web_files import web_files
from tests.support import compiled

_LATE = (
    "aiosqlite",
    "anyio._backends._asyncio",
    "argon2",
    "asyncpg",
    "certifi",
    "encodings.idna",
    "h11",
    "httpcore",
    "inbox.server.websocket_protocol",
    "pydantic.v1",
    "uvicorn.lifespan.on",
    "zxcvbn_rs_py",
)
"""What a server imports only when it starts, or somebody first signs in."""
_KIB_FOR_A_PASSWORD = 64
"""Tests sign in a thousand times: 20 ms of a processor each, on threads that let all others pass.
tests/access/test_passwords.py has what it costs in truth."""
_ROOT = Path(__file__).parents[2]
_NUMBER = struct.Struct("i")
_starting = threading.Lock()
_nursery: list[socket.socket] = []


class Process:
    """As far as we need it a ``subprocess.Popen``; ``stdout`` is what it prints."""

    def __init__(
        self, arguments: Sequence[str], environment: dict[str, str], stderr: IO[str]
    ) -> None:
        reading, writing = os.pipe()
        self.stdout = open(reading, encoding="utf-8")  # noqa: PTH123, SIM115 - closed by who reads
        self._line, theirs = socket.socketpair()
        with theirs:
            handles = [writing, stderr.fileno(), theirs.fileno()]
            socket.send_fds(_ask(), [b"!"], handles)
        os.close(writing)
        order = json.dumps({"arguments": list(arguments), "environment": environment})
        self._line.sendall(order.encode() + b"\n")
        self.pid = self._number()
        self._code: int | None = None

    def send_signal(self, number: int) -> None:
        # Until we let go of the line its pid is given to nobody else.
        if self._code is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code, or minus the signal that ended it; raises TimeoutError."""
        if self._code is None:
            self._line.settimeout(seconds)
            self._code = self._number()
            self._line.close()
        return self._code

    def _number(self) -> int:
        told = self._line.recv(_NUMBER.size)
        assert told, "the process that forks servers is gone"
        return int(_NUMBER.unpack(told)[0])


def _ask() -> socket.socket:
    """The way to the process that forks, one for as long as we live; it ends after us."""
    with _starting:
        if not _nursery:
            ours, theirs = socket.socketpair()
            with theirs:
                _started = subprocess.Popen(
                    [sys.executable, "-m", __name__, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    env=os.environ | {"PYTHONWARNINGS": "error"},
                    cwd=_ROOT,
                    pass_fds=[theirs.fileno()],
                )
            # It is not waited for, and needs no warning of that.
            _started.returncode = 0
            _nursery.append(ours)
        return _nursery[0]


def _serve(control: socket.socket) -> list[str]:
    """Returns in each fork, with what ``inbox`` is to do; ends when nobody can ask any more."""
    gc.disable()
    for module in ("inbox.commands.serve", *_LATE):
        import_module(module)
    _make()
    passwords._MEMORY = _KIB_FOR_A_PASSWORD
    assert threading.active_count() == 1, "only a process of one thread can be forked"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Collections in the forks pass over what is here, at their end as well.
    gc.freeze()
    gc.enable()
    while True:
        word, handles, _, _ = socket.recv_fds(control, 1, 3)
        if not word:
            sys.exit()
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return _keep(*handles)
        for handle in handles:
            os.close(handle)


def _make() -> None:
    """What a server makes of the house's own files alone, and which is three quarters of its start:
    the scripts, the templates, and the routes where no other origin is let in."""
    app.environment = compiled.pages
    templates = compiled.pages(web_files().templates, found_assets().url)
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
    app.everyday, app.routed = _once(app.everyday), _once(app.routed)


def _once(routes: Callable[[Settings], Routes]) -> Callable[[Settings], Routes]:
    made = routes(Settings())

    def known(settings: Settings) -> Routes:
        return routes(settings) if settings.cors_origins else made

    return known


def _keep(stdout: int, stderr: int, handle: int) -> list[str]:
    """Fork once more: the parent tells pid and exit code, the child becomes the server."""
    with socket.socket(fileno=handle) as line:
        with line.makefile() as orders:
            order = json.loads(orders.readline())
        if born := os.fork():
            os.close(stdout)
            os.close(stderr)
            with suppress(OSError):
                line.sendall(_NUMBER.pack(born))
                end = os.waitid(os.P_PID, born, os.WEXITED | os.WNOWAIT)
                assert end
                gone = end.si_code == os.CLD_EXITED
                line.sendall(_NUMBER.pack(end.si_status if gone else -end.si_status))
                line.recv(1)
            os._exit(0)
    for target, source in enumerate((stdout, stderr), 1):
        os.dup2(source, target)
        os.close(source)
    # The old one takes it for a file, if it was one when it was made.
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - open as long as the process is
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    arguments: list[str] = order["arguments"]
    sys.argv = ["inbox", *arguments]
    return arguments


if __name__ == "__main__":
    sys.exit(main(_serve(socket.socket(fileno=int(sys.argv[1])))))
