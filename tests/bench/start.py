"""From ``inbox serve`` to the line that says where it listens."""

from tests.bench import servers
from tests.bench.bench import Bench
from tests.bench.figures import median
from tests.bench.report import Row
from tests.bench.servers import Home


def measure(bench: Bench) -> list[Row]:
    first, again = [], []
    for number in range(bench.some(1, 5)):
        with servers.empty(bench.scratch) as home:
            first.append(_start(home))
            again.append(_start(home))
        bench.say(f"round {number + 1}: {first[-1]:.2f} s, again {again[-1]:.2f} s")
    return [
        Row(name="start, with a new database", measured=median(first), unit="s"),
        Row(
            name="start, with one that is there",
            measured=median(again),
            unit="s",
            details={"first": first, "again": again},
        ),
    ]


def _start(home: Home) -> float:
    with servers.inbox(home) as running:
        return running.seconds
