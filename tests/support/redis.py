"""A real Redis for the tests: the one that is installed, or installed where we may.

``python -m tests.support.redis`` says where it is; ``make test`` runs that first, so that an
installation shows its progress. Without one the tests of several processes are skipped, which
CI does not allow.
"""

import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import apt

_NAMES = ("redis-server", "valkey-server")
_PACKAGE = "redis-server"


class NoRedis(Exception):
    """There is none and we may not install one; the text says what to run."""


@functools.cache
def redis_path() -> str:
    """The program, installed on a Debian where we are root."""
    if found := _installed():
        return found
    if apt.is_debian("ubuntu") and os.geteuid() == 0:
        print("==> Installing Redis for the tests (some 2 MB, only once)", flush=True)
        apt.install(_PACKAGE)
        if found := _installed():
            return found
    raise NoRedis(f"The tests of several processes need a Redis. Install it with:\n  {_remedy()}")


def _installed() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _remedy() -> str:
    if apt.is_debian("ubuntu"):
        return f"sudo apt-get update && sudo {' '.join(apt.command(_PACKAGE))}"
    return "brew install redis" if sys.platform == "darwin" else "install redis or valkey"


class Redis:
    """Keeps nothing; listens on a socket in ``folder``. May be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.url = f"unix://{folder / 'redis.sock'}"

    def start(self) -> None:
        """Returns when it takes connections."""
        memory_only = ("--save", "", "--appendonly", "no")
        where = ("--port", "0", "--unixsocket", str(self._folder / "redis.sock"))
        self._process = subprocess.Popen(
            [redis_path(), *where, *memory_only, "--dir", str(self._folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout
        said = []
        for line in self._process.stdout:
            said.append(line)
            if "ready to accept connections" in line.lower():
                return
        raise AssertionError(f"Redis ended: {''.join(said)}")

    def stop(self) -> None:
        """At once, as a machine that goes away."""
        process, self._process = self._process, None
        if process is not None and process.stdout:
            process.kill()
            process.wait(30)
            process.stdout.close()

    def freeze(self) -> None:
        """Alive, and silent: as behind a network that swallows everything."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def running() -> Iterator[Redis]:
    with tempfile.TemporaryDirectory(prefix="inbox-redis-") as folder:
        redis = Redis(Path(folder))
        redis.start()
        try:
            yield redis
        finally:
            redis.stop()


def main() -> int:
    try:
        print(f"Redis: {redis_path()}")
    except NoRedis as missing:
        print(missing, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
