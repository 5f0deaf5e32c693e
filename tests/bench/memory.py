"""What the server keeps for a socket on which nothing happens, and what a burst makes it take."""

from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.figures import median
from tests.bench.ingest import CONNECTIONS, SENDERS
from tests.bench.machine import peak, resident
from tests.bench.report import Reach, Row

WARM_SOCKETS = 20
BURST = 10_000
BURST_SECONDS = 60

KB, MB = 1024, 1024 * 1024


def measure(bench: Bench) -> list[Row]:
    sockets = bench.some(200, 500)
    idle = []
    for number in range(bench.some(1, 3)):
        idle.append(_idle_socket(bench, sockets))
        bench.say(f"round {number + 1}: {idle[-1] / KB:.1f} KB for each of {sockets} sockets")
    started, highest = _burst(bench, bench.some(2_000, BURST))
    bench.say(f"{started / MB:.0f} MB at the start, {highest / MB:.0f} MB at most")
    return [
        Row(
            name=f"memory for an idle socket, of {sockets}",
            measured=median(idle) / KB,
            unit="KB",
            reach=Reach("≤", 40, of="measured"),
            details={"rounds_kb": [each / KB for each in idle]},
        ),
        Row(
            name=f"peak memory after {bench.some(2_000, BURST):,} webhooks",
            measured=highest / MB,
            unit="MB",
            limit=881,
            against="peer, its machine",
            reach=Reach("≤", 150, of="measured"),
            details={"at_start_mb": started / MB},
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


def _burst(bench: Bench, count: int) -> tuple[float, float]:
    with servers.fresh(bench.scratch) as inbox:
        started = resident(inbox.pid)
        loads.run(
            "posts",
            **inbox.place,
            feed=True,
            first=bench.numbers(count).start,
            count=count,
            senders=SENDERS,
            connections=CONNECTIONS,
            seconds=BURST_SECONDS,
        )
        return started, peak(inbox.pid) or resident(inbox.pid)
