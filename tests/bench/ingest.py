"""Durable ingest: signed texts taken for good, and applied and published, as many as go in.

The limit is a POST that does nothing, on the same stack, core and connections.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.bench import loads, peer, servers
from tests.bench.bench import Bench
from tests.bench.figures import median, ratio
from tests.bench.limits import noop
from tests.bench.report import Reach, Row
from tests.bench.servers import Running

CONNECTIONS = 64
SENDERS = 500
FASTEST = 15_000
"""Webhooks a second that are prepared; a server that takes more has its round cut short."""


@dataclass(slots=True)
class Side:
    """One server's rounds."""

    name: str
    server: Running
    feed: bool
    rounds: list[dict[str, Any]] = field(default_factory=list)

    def post(self, bench: Bench, seconds: float, count: int) -> dict[str, Any]:
        found = loads.run(
            "posts",
            self.server.pid,
            **self.server.place,
            feed=self.feed,
            first=bench.numbers(count).start,
            count=count if self.feed else 10**9,
            senders=SENDERS,
            connections=CONNECTIONS,
            seconds=seconds,
        )
        if found["server_cpu"] is not None:
            found["server_cpu_us"] = 1e6 * found["server_cpu"] / max(1, found["taken"])
        if self.feed:
            found["published_per_second"] = found["published"] / found["published_seconds"]
        if found["refused"]:
            bench.notes.append(f"ingest: {found['refused']} posts to {self.name} were refused")
        bench.judge_load(self.name, found["load_share"])
        return found

    @property
    def cpu(self) -> list[float | None]:
        """What each round's webhooks cost the server, all they lead to included."""
        return [each.get("server_cpu_us") for each in self.rounds]

    def middle(self, figure: str) -> float:
        return median([each[figure] for each in self.rounds])


def measure(bench: Bench) -> list[Row]:
    seconds = bench.some(1, 3)
    with servers.fresh(bench.scratch) as inbox, servers.limit("noop", noop.PATH) as nothing:
        ours, limit = Side("inbox", inbox, feed=True), Side("no-op", nothing, feed=False)
        # The first message of each sender makes a contact; that is another measurement.
        ours.post(bench, 30, SENDERS)
        limit.post(bench, 0.3, SENDERS)
        for number in range(bench.some(2, 5)):
            limit.rounds.append(limit.post(bench, seconds, SENDERS))
            ours.rounds.append(ours.post(bench, seconds, FASTEST * seconds))
            bench.say(
                f"round {number + 1}: no-op {limit.rounds[-1]['per_second']:,.0f}/s, "
                f"taken {ours.rounds[-1]['per_second']:,.0f}/s, "
                f"published {ours.rounds[-1]['published_per_second']:,.0f}/s"
            )
    return _rows(ours, limit, peer.slower(bench))


def _rows(ours: Side, limit: Side, slower: float) -> list[Row]:
    taken, published = ours.middle("per_second"), ours.middle("published_per_second")
    nothing = limit.middle("per_second")
    details = {"connections": CONNECTIONS, "inbox": ours.rounds, "no-op": limit.rounds}
    waits = {name: [each["wait_ms"][name] for each in ours.rounds] for name in ("p50", "p99")}
    return [
        Row(
            name="webhooks taken durably",
            measured=taken,
            unit="/s",
            limit=nothing,
            against="no-op",
            reach=Reach("≥", 0.65),
            details=details,
        ),
        Row(
            name="journaled, applied, published",
            measured=published,
            unit="/s",
            limit=nothing,
            against="no-op",
            reach=Reach("≥", 0.40),
            by_cpu=ratio(limit.cpu, ours.cpu),
        ),
        Row(
            name="the same beside the peer",
            measured=published,
            unit="/s",
            limit=peer.STORED,
            against=peer.THERE,
        ),
        Row(
            name="the same beside the peer",
            measured=published,
            unit="/s",
            limit=peer.STORED / slower,
            against=peer.HERE,
            reach=Reach("≥", 10),
        ),
        *(
            Row(name=f"webhook → 200 {name}, saturated", measured=median(found), unit="ms")
            for name, found in waits.items()
        ),
    ]
