"""Fan-out: what is said in a burst of webhooks, to a crowd of sockets.

The limit is ``broadcast()`` of the ``websockets`` library, which is given the messages and does
nothing else: as many of them, of as many bytes, to as many sockets.
"""

import http.client
import json
from typing import Any

from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.figures import ratio
from tests.bench.limits import broadcast
from tests.bench.loads import Figures
from tests.bench.report import Reach, Row
from tests.bench.rounds import Rounds
from tests.bench.servers import Running
from tests.bench.wire import HOST

SENDERS = 20
BATCH = 100
MOST = 5
API_PAGE = 1_000

WAYS = {
    "JSON, one event a frame": "/ws",
    "JSON, batch=1": "/ws?batch=1",
    "HTML fragments": "/ws?format=html",
}


class Incomplete(RuntimeError):
    """Not every socket had everything: such a round says nothing about speed."""


def measure(bench: Bench) -> list[Row]:
    sockets = bench.some(100, 500)
    with servers.fresh(bench.scratch) as inbox, servers.limit("broadcast", broadcast.PATH) as all_:
        _hear(bench, inbox, "/ws", 1, SENDERS)

        def once() -> dict[str, float]:
            figures: dict[str, float] = {}
            for name, path in WAYS.items():
                servers.rest([inbox])
                found = _hear(bench, inbox, path, sockets, bench.some(200, 1_000))
                limit = _broadcast(all_, found)
                figures |= {f"{name}: {key}": value for key, value in found.items()}
                figures |= {f"{name}: limit's {key}": value for key, value in limit.items()}
            return figures

        found = bench.rounds(once, [f"{name}: per second" for name in WAYS], MOST)
    return [_row(name, found, sockets) for name in WAYS]


def _row(name: str, found: Rounds, sockets: int) -> Row:
    return Row(
        name=f"fan-out to {sockets}, {name}",
        found=found[f"{name}: per second"],
        unit="/s",
        beside=found[f"{name}: limit's per second"],
        against="broadcast()",
        reach=Reach("≥", 2),
        load=found.load(f"{name}: load", f"{name}: limit's load"),
        by_cpu=ratio(found[f"{name}: limit's cpu"], found[f"{name}: cpu"]),
        details={"bytes": found[f"{name}: bytes"], "frames": found[f"{name}: frames"]},
    )


def _hear(bench: Bench, inbox: Running, path: str, sockets: int, messages: int) -> dict[str, float]:
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
    return _figures(found, len(events))


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


def _broadcast(limit: Running, ours: dict[str, float]) -> dict[str, float]:
    count, size = int(ours["events"]), round(ours["bytes"])
    found = loads.run(
        "crowd",
        limit.pid,
        port=limit.port,
        sockets=int(ours["sockets"]),
        upgrade_path="/",
        requests=[broadcast.go(count, size)],
    )
    if set(found["frames"]) != {count}:
        raise Incomplete("not every socket had every message of broadcast()")
    return _figures(found, count)


def _figures(found: Figures, events: int) -> dict[str, float]:
    """Who reads is busy all along: that is what a crowd on one core is for."""
    sockets = len(found["content"])
    told = {
        "events": events,
        "sockets": sockets,
        "per second": events * sockets / found["seconds"],
        "bytes": sum(found["content"]) / sockets / events - 1,
        "frames": sum(found["frames"]) / sockets,
        "load": found["load_share"],
    }
    if found["server_cpu"] is not None:
        told["cpu"] = 1e6 * found["server_cpu"] / (events * sockets)
    return told


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
