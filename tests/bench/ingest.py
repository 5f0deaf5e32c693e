"""Durable ingest: signed texts taken for good, and applied and published, as many as go in.

The limits are POSTs that do nothing, on the same stack, core and connections: one as Litestar
answers it, and a bare one in front of Litestar, where webhooks are answered.
"""

from dataclasses import dataclass

from tests.bench import loads, postgres, servers
from tests.bench.bench import Bench
from tests.bench.figures import ratio
from tests.bench.limits import bare, noop
from tests.bench.loads import Figures
from tests.bench.report import Reach, Row, at_least
from tests.bench.rounds import Rounds
from tests.bench.servers import Running
from tests.bench.webhooks import CONNECTIONS, PACE, SENDERS, burst, warm

MOST = 5
FASTEST, FASTEST_SHARED = 10_000, 6_000
"""Webhooks a second that are prepared; a server that takes more has its round cut short."""

PUBLISHED = {engine: f"{engine} published" for engine in ("SQLite", "PostgreSQL")}


@dataclass(frozen=True, slots=True)
class Side:
    """One server; ``fastest``: 0 for one that does nothing."""

    name: str
    server: Running
    fastest: int = 0

    def once(self, bench: Bench, seconds: float) -> dict[str, float]:
        found = self._post(bench, seconds)
        if found["refused"]:
            bench.notes.append(f"ingest: {found['refused']} posts to {self.name} were refused")
        figures = {"taken": found["per_second"], "load": found["load_share"]}
        if found["server_cpu"] is not None:
            figures["cpu"] = 1e6 * found["server_cpu"] / max(1, found["taken"])
        if self.fastest:
            figures["published"] = found["published"] / found["published_seconds"]
            figures |= {name: found["wait_ms"][name] for name in ("p50", "p99")}
        return {f"{self.name} {name}": figure for name, figure in figures.items()}

    def _post(self, bench: Bench, seconds: float) -> Figures:
        if self.fastest:
            return burst(bench, self.server, int(self.fastest * seconds), seconds)
        return loads.run(
            "posts",
            self.server.pid,
            **self.server.place,
            feed=False,
            first=0,
            count=10**9,
            senders=SENDERS,
            pace=PACE,
            connections=CONNECTIONS,
            seconds=seconds,
        )


def measure(bench: Bench) -> list[Row]:
    with (
        servers.fresh(bench.scratch) as inbox,
        servers.fresh(bench.scratch, postgres.database(bench)) as shared,
        servers.limit("noop", noop.PATH) as nothing,
        servers.limit("bare", bare.PATH) as bared,
    ):
        sides = [
            Side("no-op", nothing),
            Side("bare", bared),
            Side("SQLite", inbox, FASTEST),
            Side("PostgreSQL", shared, FASTEST_SHARED),
        ]
        for each in (inbox, shared):
            warm(bench, each)
        found = bench.rounds(
            lambda: _round(bench, sides),
            ("no-op taken", "bare taken", "SQLite taken", *PUBLISHED.values()),
            MOST,
        )
    return [*_taken_rows(found), *_published_rows(found), *_wait_rows(found)]


def _round(bench: Bench, sides: list[Side]) -> dict[str, float]:
    """In turns, each when all of them rest: words of what came before are indexed for a while."""
    found: dict[str, float] = {}
    for side in sides:
        servers.rest([each.server for each in sides])
        found |= side.once(bench, bench.some(1, 3))
    return found


def _taken_rows(found: Rounds) -> list[Row]:
    def row(name: str, side: str, limit: str, reach: Reach | None = None) -> Row:
        return Row(
            name=name,
            found=found[f"{side} taken"],
            unit="/s",
            beside=found[f"{limit} taken"],
            against="no-op POSTs" if limit == "no-op" else "bare no-op POSTs",
            reach=reach,
            by_cpu=ratio(found[f"{limit} cpu"], found[f"{side} cpu"]),
            load=found.load(f"{side} load", f"{limit} load"),
        )

    return [
        row("POSTs that do nothing, through Litestar", "no-op", "bare"),
        row("webhooks taken durably", "SQLite", "no-op", Reach("≥", 0.65)),
        row("the same", "SQLite", "bare"),
    ]


def _published_rows(found: Rounds) -> list[Row]:
    def row(engine: str, limit: str, reach: Reach | None) -> Row:
        return Row(
            name=f"journaled, applied, published on {engine}",
            found=found[PUBLISHED[engine]],
            unit="/s",
            beside=found[f"{limit} taken"],
            against="no-op POSTs" if limit == "no-op" else "bare no-op POSTs",
            reach=reach,
            load=found.load(f"{engine} load", f"{limit} load"),
        )

    return [
        row("SQLite", "no-op", Reach("≥", 0.55)),
        row("SQLite", "bare", None),
        row("PostgreSQL", "no-op", at_least(2_400)),
    ]


def _wait_rows(found: Rounds) -> list[Row]:
    return [
        Row(
            name=f"webhook → 200 {name}, {CONNECTIONS} at once, on {engine}",
            found=found[f"{engine} {name}"],
            unit="ms",
            load=found.load(f"{engine} load"),
        )
        for engine in PUBLISHED
        for name in ("p50", "p99")
    ]
