"""From a webhook's bytes being written to its message being read from a socket."""

from typing import Any

from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.figures import median
from tests.bench.report import Reach, Row
from tests.bench.servers import Running

CALM, BUSY = 200, 2_000
SLOWER = (BUSY, 1_500, 1_000, 500)
CONNECTIONS = 64
SENDERS = 500

PEER_MS = {"p50": 2.5, "p95": 3.8, "p99": 6.0}
HOPELESS_MS = 500


def measure(bench: Bench) -> list[Row]:
    rounds: dict[int, list[dict[str, Any]]] = {CALM: []}
    with servers.fresh(bench.scratch) as inbox:
        _post(bench, inbox, 1_000, 1)
        busy = _bearable(bench, inbox)
        rounds[busy] = []
        for number in range(bench.some(2, 5)):
            for rate in (CALM, busy):
                found = _post(bench, inbox, rate, bench.some(2, 6))
                rounds[rate].append(found)
                middle, late = found["latency_ms"]["p50"], found["latency_ms"]["p99"]
                bench.say(f"round {number + 1} at {rate}/s: p50 {middle:.2f}, p99 {late:.2f} ms")
    return _rows(rounds, busy)


def _bearable(bench: Bench, inbox: Running) -> int:
    """The highest rate at which nothing piles up."""
    for rate in SLOWER:
        found = _post(bench, inbox, rate, 1)
        well = not found["missing"] and found["latency_ms"]["p50"] < HOPELESS_MS
        if well and found["rate"] > 0.95 * rate:
            return rate
        bench.say(f"{rate}/s is more than it keeps up with")
        bench.notes.append(f"latency: {rate}/s was more than the server kept up with")
    return SLOWER[-1]


def _post(bench: Bench, inbox: Running, rate: int, seconds: int) -> dict[str, Any]:
    found = loads.run(
        "steady",
        **inbox.place,
        first=bench.numbers(rate * (seconds + 1)).start,
        senders=SENDERS,
        connections=CONNECTIONS,
        rate=rate,
        seconds=seconds,
    )
    bench.judge_load(f"latency at {rate}/s", found["load_share"])
    return found


def _rows(rounds: dict[int, list[dict[str, Any]]], busy: int) -> list[Row]:
    calm = {name: _middle(rounds[CALM], name) for name in PEER_MS}
    loaded = {name: _middle(rounds[busy], name) for name in PEER_MS}
    rows = [
        Row(
            name=f"webhook → socket {name} at {CALM}/s",
            measured=value,
            unit="ms",
            limit=PEER_MS[name],
            against="peer, its machine",
            reach=None if name == "p95" else Reach("≤", 0.8),
            details={"rounds": rounds[CALM]} if name == "p50" else {},
        )
        for name, value in calm.items()
    ]
    rows.append(
        Row(
            name=f"webhook → socket p50 at {busy}/s",
            measured=loaded["p50"],
            unit="ms",
            limit=calm["p50"],
            against=f"at {CALM}/s",
            reach=Reach("≤", 3),
            tried=busy == BUSY,
            details={"rounds": rounds[busy]},
        )
    )
    rows += [
        Row(name=f"webhook → socket {name} at {busy}/s", measured=loaded[name], unit="ms")
        for name in ("p95", "p99")
    ]
    return rows


def _middle(rounds: list[dict[str, Any]], name: str) -> float:
    return median([each["latency_ms"][name] for each in rounds])
