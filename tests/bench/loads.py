"""Runs the programs in ``load``: their orders in, their figures out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

from tests.bench.machine import LOAD_CORE, cpu_seconds, pinned
from tests.bench.servers import ROOT, end

PATIENCE_SECONDS = 180
"""Longer than any load may take; it ends by itself long before."""

Figures = dict[str, Any]


class LoadFailed(RuntimeError):
    """The load could not do its work; its own words are on stderr."""


class Load:
    """A load that is ready when it was made, and starts when told to."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self._name, self._process = name, process
        self.ready = self._read()

    def go(self, server: int = 0) -> Figures:
        """Runs it. ``server``: the process whose time at it becomes ``server_cpu``."""
        before = cpu_seconds(server) if server else None
        found = self._go()
        after = cpu_seconds(server) if server else None
        return found | {"server_cpu": None if before is None or after is None else after - before}

    def _go(self) -> Figures:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Figures:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise LoadFailed(f"{self._name} gave no figures")
        figures: Figures = json.loads(line)
        return figures


@contextmanager
def load(name: str, core: int | None = LOAD_CORE, **orders: Any) -> Iterator[Load]:
    with pinned(core):
        process = subprocess.Popen(
            [sys.executable, "-m", f"tests.bench.load.{name}", json.dumps(orders)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    watchdog = Timer(PATIENCE_SECONDS, process.kill)
    watchdog.start()
    try:
        yield Load(name, process)
    finally:
        watchdog.cancel()
        end(process)


def run(name: str, server: int = 0, **orders: Any) -> Figures:
    """One load from beginning to end."""
    with load(name, **orders) as ready:
        return ready.go(server)
