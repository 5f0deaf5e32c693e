"""What the server keeps when nothing happens, for itself and for a socket; and most in a burst."""

import time

from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.machine import peak, resident
from tests.bench.report import Row, at_most
from tests.bench.webhooks import burst

WARM_SOCKETS = 20
BURST = 10_000
BURST_SECONDS = 60
IDLE_SECONDS = 3
"""After the start: what only the start needed has been let go."""
MOST = 3

KB, MB = 1024, 1024 * 1024


def measure(bench: Bench) -> list[Row]:
    sockets, count = bench.some(200, 500), bench.some(2_000, BURST)

    def once() -> dict[str, float]:
        return {"socket": _idle_socket(bench, sockets) / KB, **_burst(bench, count)}

    found = bench.rounds(once, ("socket", "idle", "peak"), MOST)
    return [
        Row(name="memory, idle", found=found["idle"], unit="MB", reach=at_most(90)),
        Row(
            name=f"peak memory in a burst of {count:,} webhooks",
            found=found["peak"],
            unit="MB",
            reach=at_most(150),
        ),
        Row(
            name=f"memory for an idle socket, of {sockets}",
            found=found["socket"],
            unit="KB",
            reach=at_most(40),
        ),
    ]


def _idle_socket(bench: Bench, sockets: int) -> float:
    """On a fresh server: memory that was let go is not always given back."""
    with servers.fresh(bench.scratch) as inbox:
        place = {"port": inbox.port, "upgrade_path": "/ws", "token": inbox.token}
        with loads.load("crowd", sockets=WARM_SOCKETS, **place):
            before = resident(inbox.pid)
            with loads.load("crowd", sockets=sockets, **place):
                return (resident(inbox.pid) - before) / sockets


def _burst(bench: Bench, count: int) -> dict[str, float]:
    with servers.fresh(bench.scratch) as inbox:
        time.sleep(IDLE_SECONDS)
        idle = resident(inbox.pid)
        burst(bench, inbox, count, BURST_SECONDS)
        highest = peak(inbox.pid) or resident(inbox.pid)
        return {"idle": idle / MB, "peak": highest / MB}
