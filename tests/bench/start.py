"""From ``inbox serve`` to the first time that ``/health`` answers 200."""

import time

from tests.bench import postgres, servers
from tests.bench.bench import Bench
from tests.bench.report import Row, at_most
from tests.bench.servers import Home

MOST = 5


def measure(bench: Bench) -> list[Row]:
    with (
        servers.home(bench.scratch) as own,
        servers.home(bench.scratch, postgres.database(bench)) as shared,
    ):

        def once() -> dict[str, float]:
            with servers.empty(bench.scratch) as nothing:
                found = {"new": _healthy(nothing)}
            return found | {"SQLite": _healthy(own), "PostgreSQL": _healthy(shared)}

        once()  # what Python compiles, and what the system reads from the disk, is read once
        found = bench.rounds(once, ("new", "SQLite", "PostgreSQL"), MOST)
    reach = at_most(0.8)
    return [
        Row(name="start to healthy, on SQLite", found=found["SQLite"], unit="s", reach=reach),
        Row(name="start to healthy, on PostgreSQL", found=found["PostgreSQL"], unit="s"),
        Row(name="start to healthy, with a new database", found=found["new"], unit="s"),
    ]


def _healthy(home: Home) -> float:
    """Seconds."""
    began = time.perf_counter()
    with servers.inbox(home) as running:
        servers.healthy(running)
        return time.perf_counter() - began
