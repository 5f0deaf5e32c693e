"""This machine: which core does what, what a process costs, and how fast the disk is."""

import os
import platform
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.figures import median

FILES = 4096
"""Sockets of the largest crowd, and room for the rest."""

STACK = ("litestar", "uvicorn", "uvloop", "httptools", "websockets", "sqlalchemy")


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


_ALL = _cores()
SERVER_CORE = _ALL[0] if len(_ALL) > 1 else None
LOAD_CORE = _ALL[-1] if len(_ALL) > 1 else None


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """What is started inside runs on this core, and so does all that it starts."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def allow_files() -> None:
    """As many open sockets as we need; the processes we start inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def resident(pid: int) -> float:
    """Bytes of memory a process has now."""
    status = _status(pid)
    if status:
        return status["VmRSS"]
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(told.stdout) * 1024


def peak(pid: int) -> float | None:
    """The most bytes it ever had, where the system keeps count."""
    return _status(pid).get("VmHWM")


def _status(pid: int) -> dict[str, float]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return {}
    parts = (line.split() for line in lines if line.startswith("Vm"))
    return {name.rstrip(":"): float(number) * 1024 for name, number, _ in parts}


def cpu_seconds(pid: int) -> float | None:
    """Time a process has computed: steadier than the clock on a machine that others use too."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
    except OSError:
        return None


def loop_seconds(pid: int) -> float | None:
    """Time that its first thread has computed, in which the event loop runs."""
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return None


def family_seconds(pid: int) -> float:
    """Time that a process, its children and those of them that have ended have computed; 0 where
    the system does not keep count. A server of PostgreSQL is such a family, and no child of ours.
    """
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            parts = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) == pid:
                ticks += sum(int(part) for part in parts[11:15])
            elif int(parts[1]) == pid:
                ticks += sum(int(part) for part in parts[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


class Others:
    """How much of the machine other programs took meanwhile, where the system keeps count.

    Ask when all that was started in between has ended. ``ours``: seconds of what is no child.
    """

    def __init__(self, ours: Callable[[], float] = float) -> None:
        self._also = ours
        self._began, self._busy, self._ours = time.monotonic(), _busy_seconds(), self._seconds()

    def _seconds(self) -> float:
        return _our_seconds() + self._also()

    @property
    def share(self) -> float:
        spent = (time.monotonic() - self._began) * (os.cpu_count() or 1)
        others = _busy_seconds() - self._busy - (self._seconds() - self._ours)
        return max(0.0, others / spent)


def _busy_seconds() -> float:
    """Of all cores together, since the machine was started."""
    try:
        user, nice, system, _idle, _wait, *interrupts = (
            int(ticks) for ticks in Path("/proc/stat").read_text().splitlines()[0].split()[1:8]
        )
    except OSError:
        return _our_seconds()
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def _our_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def facts(folder: Path) -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "cores": os.cpu_count(),
        "server_core": SERVER_CORE,
        "load_core": LOAD_CORE,
        "load_average": [round(load, 2) for load in os.getloadavg()],
        "file_system": _file_system(folder),
        "fsync_ms": round(_fsync_ms(folder), 3),
        "stack": {name: version(name) for name in STACK},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _file_system(folder: Path) -> str | None:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return None
    parts = [line.split() for line in mounts.read_text().splitlines()]
    above = [(part[1], part[2]) for part in parts if folder.resolve().is_relative_to(part[1])]
    return max(above, key=lambda found: len(found[0]))[1] if above else None


def _fsync_ms(folder: Path) -> float:
    """What one durable write of a page costs: durable ingest can only share it, not avoid it."""
    times = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(50):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return median(times) * 1000
