"""Fan-out: what is said in a burst of webhooks, to a crowd of sockets.

The limit is ``broadcast()`` of the ``websockets`` library, which is given the messages and does
nothing else: as many of them, of as many bytes, to as many sockets.
"""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.figures import median, ratio
from tests.bench.limits import broadcast
from tests.bench.report import Reach, Row
from tests.bench.servers import Running
from tests.bench.wire import HOST

SENDERS = 20
BATCH = 100
API_PAGE = 1_000

WAYS = {
    "JSON, one event a frame": "/ws",
    "JSON, batch=1": "/ws?batch=1",
    "HTML fragments": "/ws?format=html",
}


class Incomplete(RuntimeError):
    """Not every socket had everything: such a round says nothing about speed."""


@dataclass(slots=True)
class Way:
    """One way to ask for the feed, with its rounds and those of its limit."""

    path: str
    ours: list[dict[str, Any]] = field(default_factory=list)
    limit: list[dict[str, Any]] = field(default_factory=list)


def measure(bench: Bench) -> list[Row]:
    ways = {name: Way(path) for name, path in WAYS.items()}
    sockets = bench.some(100, 500)
    with servers.fresh(bench.scratch) as inbox, servers.limit("broadcast", broadcast.PATH) as all_:
        _hear(bench, inbox, "/ws", 1, SENDERS)
        for number in range(bench.some(1, 3)):
            for name, way in ways.items():
                found = _hear(bench, inbox, way.path, sockets, bench.some(200, 1_000))
                way.ours.append(found)
                way.limit.append(_broadcast(bench, all_, found))
                bench.say(
                    f"round {number + 1}, {name}: {found['per_second']:,.0f}/s of "
                    f"{found['bytes']:.0f} bytes; broadcast() {way.limit[-1]['per_second']:,.0f}/s"
                )
    return [_row(name, way, sockets) for name, way in ways.items()]


def _row(name: str, way: Way, sockets: int) -> Row:
    return Row(
        name=f"fan-out to {sockets}, {name}",
        measured=median([each["per_second"] for each in way.ours]),
        unit="/s",
        limit=median([each["per_second"] for each in way.limit]),
        against="broadcast()",
        reach=Reach("≥", 2),
        by_cpu=ratio(
            [each["server_cpu_us"] for each in way.limit],
            [each["server_cpu_us"] for each in way.ours],
        ),
        details={"inbox": way.ours, "broadcast": way.limit},
    )


def _hear(bench: Bench, inbox: Running, path: str, sockets: int, messages: int) -> dict[str, Any]:
    numbers = bench.numbers(messages)
    facts = {"path": inbox.path, "first": numbers.start, "count": messages}
    with loads.load(
        "crowd",
        port=inbox.port,
        sockets=sockets,
        upgrade_path=path,
        token=inbox.token,
        webhooks=facts | {"senders": SENDERS, "size": BATCH},
    ) as ready:
        before = _head(inbox)
        found = ready.go(inbox.pid)
    events = _events(inbox, before)
    _check(found, events, html="html" in path)
    return _figures(bench, found, len(events), path)


def _check(found: dict[str, Any], events: list[dict[str, Any]], html: bool) -> None:
    if html:
        shown = max(event["seq"] for event in events if event["type"] == "message:new")
        complete = min(found["seq"]) >= shown
    else:
        # The API gives the very frames, one after the other with something between.
        wanted = sum(event["size"] + 1 for event in events)
        complete = set(found["content"]) == {wanted}
    if not complete:
        raise Incomplete("not every socket had every event")


def _broadcast(bench: Bench, limit: Running, ours: dict[str, Any]) -> dict[str, Any]:
    count, size = ours["events"], round(ours["bytes"])
    found = loads.run(
        "crowd",
        limit.pid,
        port=limit.port,
        sockets=ours["sockets"],
        upgrade_path="/",
        requests=[broadcast.go(count, size)],
    )
    if set(found["frames"]) != {count}:
        raise Incomplete("not every socket had every message of broadcast()")
    return _figures(bench, found, count, "broadcast()")


def _figures(bench: Bench, found: dict[str, Any], events: int, name: str) -> dict[str, Any]:
    sockets = len(found["content"])
    bench.judge_load(f"fan-out {name}", found["load_share"])
    return {
        "sockets": sockets,
        "events": events,
        "seconds": found["seconds"],
        "per_second": events * sockets / found["seconds"],
        "bytes": sum(found["content"]) / sockets / events - 1,
        "frames": sum(found["frames"]) / sockets,
        "server_cpu_us": _each(found["server_cpu"], events * sockets),
        "load_share": found["load_share"],
    }


def _each(seconds: float | None, count: int) -> float | None:
    return None if seconds is None else 1e6 * seconds / count


def _head(inbox: Running) -> int:
    since = 0
    while events := _page(inbox, since):
        since = events[-1]["seq"]
    return since


def _events(inbox: Running, since: int) -> list[dict[str, Any]]:
    """Every event after ``since``, with its size as a frame."""
    found: list[dict[str, Any]] = []
    while events := _page(inbox, since):
        found += events
        since = events[-1]["seq"]
    return found


def _page(inbox: Running, since: int) -> list[dict[str, Any]]:
    connection = http.client.HTTPConnection(HOST, inbox.port, timeout=30)
    headers = {"Authorization": f"Bearer {inbox.token}"}
    try:
        connection.request("GET", f"/api/v1/events?since={since}&limit={API_PAGE}", headers=headers)
        answer = connection.getresponse().read()
    finally:
        connection.close()
    events = []
    for event in json.loads(answer)["data"]:
        written = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        events.append({**event, "size": len(written.encode())})
    return events
