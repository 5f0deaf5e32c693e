"""From a webhook's bytes being written to its message being read from a socket."""

from typing import Any

from tests.bench import loads, peer, servers
from tests.bench.bench import Bench
from tests.bench.figures import median
from tests.bench.report import Reach, Row
from tests.bench.servers import Running

CALM, BUSY = 200, 2_000
SLOWER = (BUSY, 1_500, 1_000, 500)
CONNECTIONS = 64
SENDERS = 500

HOPELESS_MS = 500


def measure(bench: Bench) -> list[Row]:
    rounds: dict[int, list[dict[str, Any]]] = {CALM: []}
    with servers.fresh(bench.scratch) as inbox:
        _post(bench, inbox, 1_000, 1)
        busy = _bearable(bench, inbox)
        slower = peer.slower(bench)
        rates = (CALM, busy, round(CALM / slower), round(BUSY / slower))
        rounds |= {rate: [] for rate in rates}
        for number in range(bench.some(2, 5)):
            for rate in rates:
                found = _post(bench, inbox, rate, bench.some(2, 6))
                rounds[rate].append(found)
                middle, late = found["latency_ms"]["p50"], found["latency_ms"]["p99"]
                bench.say(f"round {number + 1} at {rate}/s: p50 {middle:.2f}, p99 {late:.2f} ms")
    return [*_rows(rounds, busy, slower), *_slow_rows(rounds, *rates[2:])]


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


def _rows(rounds: dict[int, list[dict[str, Any]]], busy: int, slower: float) -> list[Row]:
    calm = {name: _middle(rounds[CALM], name) for name in peer.MS}
    loaded = {name: _middle(rounds[busy], name) for name in peer.MS}
    rows = [
        Row(
            name=f"webhook → socket {name} at {CALM}/s",
            measured=value,
            unit="ms",
            limit=peer.MS[name],
            against=peer.THERE,
            details={"rounds": rounds[CALM]} if name == "p50" else {},
        )
        for name, value in calm.items()
    ]
    rows += [
        Row(
            name=f"the same beside the peer, {name}",
            measured=calm[name],
            unit="ms",
            limit=peer.MS[name] * slower,
            against=peer.HERE,
            reach=Reach("≤", 0.8),
        )
        for name in ("p50", "p99")
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


def _slow_rows(rounds: dict[int, list[dict[str, Any]]], calm: int, busy: int) -> list[Row]:
    """The same question at rates that are to this machine what those are to the peer's."""
    before, after = (_middle(rounds[rate], "p50") for rate in (calm, busy))
    return [
        Row(
            name=f"webhook → socket p50 at {busy}/s",
            measured=after,
            unit="ms",
            limit=before,
            against=f"at {calm}/s: {CALM} and {BUSY}, as slow as here",
            reach=Reach("≤", 3),
        )
    ]


def _middle(rounds: list[dict[str, Any]], name: str) -> float:
    return median([each["latency_ms"][name] for each in rounds])
