"""A million messages: what costs more with them than with ten thousand, and what search costs."""

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

from tests.bench import histories, servers
from tests.bench.bench import Bench
from tests.bench.figures import median, percentiles
from tests.bench.pages import asked, made_up
from tests.bench.payloads import post
from tests.bench.report import Reach, Row, at_most
from tests.bench.rounds import Rounds
from tests.bench.servers import Running
from tests.bench.webhooks import steady, warm
from tests.bench.wire import HOST

FEW = 10_000
RATE = 200
STATUSES = 900
MOST = 5
ASKED = 15
KINDS = ("list", "thread", "unread", "needs-reply")

QUESTIONS = (
    "k", "ket", "kettle", "thanks", "please", "order", "order 12", "41823", "maria",
    "mar", "5550142", "订单", "شكرا", "שלום", "bicycle ireland", "invoice for order",
    "nobody said this", "schr", "ok",
)  # fmt: skip
"""Frequent and rare words, names, numbers, scripts without spaces, words half typed."""


def measure(bench: Bench) -> list[Row]:
    many = bench.some(100_000, 1_000_000)
    with histories.filled(bench, FEW) as small, histories.filled(bench, many) as large:
        sides = {"few": (small, _paths(small)), "many": (large, _paths(large))}
        warm(bench, large)
        found = bench.rounds(lambda: _round(bench, sides), ("few list", "many list"), MOST)
        with _statuses(large):
            crowd = bench.rounds(lambda: _steady(bench, large), ("p50",), MOST)
    size = f"{many:,} messages"
    return [
        *(_growth(found, name, size) for name in KINDS),
        Row(
            name=f"search p95 at {size}",
            found=found["search"],
            unit="ms",
            reach=at_most(50),
        ),
        Row(name=f"opening a thread of {many // 50:,}", found=found["many longest"], unit="ms"),
        *(
            Row(
                name=f"webhook → socket {name} at {RATE}/s and {size}{beside}",
                found=rounds[name],
                unit="ms",
                load=rounds.load("load"),
            )
            for beside, rounds in (("", found), (f", {STATUSES} statuses at once", crowd))
            for name in ("p50", "p99")
        ),
    ]


def _growth(found: Rounds, name: str, size: str) -> Row:
    return Row(
        name=f"{name} page of the API at {size}",
        found=found[f"many {name}"],
        unit="ms",
        beside=found[f"few {name}"],
        against=f"at {FEW:,}",
        reach=Reach("≤", 1.3),
    )


def _round(bench: Bench, sides: dict[str, tuple[Running, dict[str, str]]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for side, (inbox, paths) in sides.items():
        servers.rest([inbox])
        for name, path in paths.items():
            found[f"{side} {name}"] = median([asked(inbox, path)[0] for _ in range(ASKED)])
    large, _ = sides["many"]
    paths = [f"/api/v1/conversations?q={quote(each)}" for each in QUESTIONS]
    found["search"] = percentiles([asked(large, path)[0] for path in 2 * paths])["p95"]
    return found | _steady(bench, large)


def _paths(inbox: Running) -> dict[str, str]:
    """What is asked for; the longest threads never rest, so they are among the newest."""
    newest = made_up(inbox, 500)
    longest = max(newest, key=lambda each: int(each["inbound_count"]))
    return {
        "list": "/api/v1/conversations",
        "unread": "/api/v1/conversations?view=unread",
        "needs-reply": "/api/v1/conversations?view=needs-reply",
        "thread": f"/api/v1/conversations/{newest[0]['id']}/messages",
        "longest": f"/api/v1/conversations/{longest['id']}/messages",
    }


def _steady(bench: Bench, inbox: Running) -> dict[str, float]:
    found = steady(bench, inbox, RATE, bench.some(2, 5))
    return {**found["latency_ms"], "load": found["load_share"]}


@contextmanager
def _statuses(inbox: Running) -> Iterator[None]:
    """Every half second a webhook with as many statuses as Meta ever puts into one."""
    over = Event()

    def send() -> None:
        number = 0
        while not over.wait(0.5):
            told = [_status(number + each) for each in range(STATUSES)]
            number += STATUSES
            _send(inbox, told)

    thread = Thread(target=send, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)


def _status(number: int) -> dict[str, Any]:
    return {
        "id": f"wamid.status.{number}",
        "status": "delivered",
        "timestamp": str(int(time.time())),
        "recipient_id": "12025550142",
    }


def _send(inbox: Running, statuses: list[dict[str, Any]]) -> None:
    value = {"messaging_product": "whatsapp", "statuses": statuses}
    entry = {"id": "0", "changes": [{"value": value, "field": "messages"}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    request = post(inbox.path, body)
    head, _, content = request.partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    connection = http.client.HTTPConnection(HOST, inbox.port, timeout=60)
    try:
        connection.request("POST", inbox.path, content, headers=dict(lines))
        connection.getresponse().read()
    finally:
        connection.close()
