"""From a webhook's bytes being written to its message being read from a socket, on both engines."""

from tests.bench import postgres, servers
from tests.bench.bench import Bench
from tests.bench.report import Reach, Row, at_most
from tests.bench.rounds import Rounds
from tests.bench.servers import Running
from tests.bench.webhooks import steady, warm

RATES = {"SQLite": (200, 2_000), "PostgreSQL": (20, 200, 1_000)}
CALM, BUSY = RATES["SQLite"]
MOST = 5

REACH = {
    ("SQLite", 200, "p99"): at_most(5),
    ("SQLite", 2_000, "p50"): at_most(5),
    ("PostgreSQL", 200, "p50"): at_most(5),
    ("PostgreSQL", 200, "p99"): at_most(15),
    ("PostgreSQL", 1_000, "p50"): at_most(10),
}


def measure(bench: Bench) -> list[Row]:
    with (
        servers.fresh(bench.scratch) as inbox,
        servers.fresh(bench.scratch, postgres.database(bench)) as shared,
    ):
        engines = {"SQLite": inbox, "PostgreSQL": shared}
        for each in engines.values():
            warm(bench, each)
        middles = [f"{name} {rate}/s p50" for name, rates in RATES.items() for rate in rates]
        found = bench.rounds(lambda: _round(bench, engines), middles, MOST)
    return [
        *(
            Row(
                name=f"webhook → socket {name} at {rate:,}/s on {engine}",
                found=found[f"{engine} {rate}/s {name}"],
                unit="ms",
                reach=REACH.get((engine, rate, name)),
                load=found.load(f"{engine} {rate}/s load"),
            )
            for engine, rates in RATES.items()
            for rate in rates
            for name in ("p50", "p95", "p99")
        ),
        _growth(found),
    ]


def _round(bench: Bench, engines: dict[str, Running]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for engine, rates in RATES.items():
        for rate in rates:
            servers.rest(engines.values())
            found = steady(bench, engines[engine], rate, bench.some(2, 5))
            kind = f"{engine} {rate}/s"
            figures |= {f"{kind} {name}": took for name, took in found["latency_ms"].items()}
            figures[f"{kind} load"] = found["load_share"]
            if found["missing"]:
                behind = f"{found['missing']} of {found['sent']} were 3 s behind"
                bench.notes.append(f"latency at {kind}: {behind}, and are in no figure")
    return figures


def _growth(found: Rounds) -> Row:
    calm, busy = f"SQLite {CALM}/s", f"SQLite {BUSY}/s"
    return Row(
        name=f"webhook → socket p50 at {BUSY:,}/s on SQLite",
        found=found[f"{busy} p50"],
        unit="ms",
        beside=found[f"{calm} p50"],
        against=f"at {CALM}/s",
        reach=Reach("≤", 3),
        load=found.load(f"{calm} load", f"{busy} load"),
    )
