"""A million messages: what costs more with them than with ten thousand, and what search costs."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.figures import median, percentiles
from tests.bench.payloads import post
from tests.bench.report import Reach, Row
from tests.bench.servers import ROOT, Home, Running
from tests.bench.wire import HOST

FEW = 10_000
RATE, SENDERS, CONNECTIONS = 200, 500, 64
STATUSES = 900
SEED_SECONDS = 3_600

QUESTIONS = (
    "k", "ket", "kettle", "thanks", "please", "order", "order 12", "41823", "maria",
    "mar", "5550142", "订单", "شكرا", "שלום", "bicycle ireland", "invoice for order",
    "nobody said this", "schr", "ok",
)  # fmt: skip
"""Frequent and rare words, names, numbers, scripts without spaces, words half typed."""


def measure(bench: Bench) -> list[Row]:
    many, rounds = bench.some(100_000, 1_000_000), bench.some(10, 40)
    with _filled(bench, FEW) as small, _filled(bench, many) as large:
        one, other = _pages(small, rounds), _pages(large, rounds)
        # In turns, so that what else the machine does falls on both.
        for _ in range(2):
            one, other = _joined(one, _pages(small, rounds)), _joined(other, _pages(large, rounds))
        bench.say(f"list {median(other['list']):.1f} ms, thread {median(other['thread']):.1f} ms")
        found = _search(large, bench.some(2, 6))
        bench.say(f"search p95 {percentiles(found)['p95']:.1f} ms")
        live = _steady(bench, large)
        with _statuses(large):
            crowded = _steady(bench, large)
    size = f"{many:,} messages"
    rows = [
        Row(
            name=f"{name} page at {size}",
            measured=median(other[name]),
            unit="ms",
            limit=median(one[name]),
            against=f"at {FEW:,}",
            reach=Reach("≤", 1.3),
        )
        for name in ("list", "thread", "unread", "needs-reply")
    ]
    rows.append(
        Row(
            name=f"search p95 at {size}",
            measured=percentiles(found)["p95"],
            unit="ms",
            reach=Reach("≤", 50, of="measured"),
            details=percentiles(found),
        )
    )
    rows.append(
        Row(
            name=f"opening a thread of {many // 50:,}",
            measured=median(other["longest"]),
            unit="ms",
            limit=190,
            against="peer, its machine",
        )
    )
    for name, figures in (("", live), (f", {STATUSES} statuses at once", crowded)):
        rows += [
            Row(name=f"webhook → socket {each} at {size}{name}", measured=figures[each], unit="ms")
            for each in ("p50", "p99")
        ]
    return rows


@contextmanager
def _filled(bench: Bench, messages: int) -> Iterator[Running]:
    """A server whose database has so many messages."""
    bench.say(f"making up {messages:,} messages")
    with servers.home(bench.scratch) as at:
        _seed(at, messages)
        with servers.inbox(at) as running:
            yield running


def _seed(at: Home, messages: int) -> None:
    counts = ("--conversations", str(messages // 10), "--messages", str(messages))
    subprocess.run(
        [sys.executable, "-m", "inbox", "seed", *counts, "--json"],
        cwd=ROOT,
        env=at.environment,
        stdout=subprocess.DEVNULL,
        timeout=SEED_SECONDS,
        check=True,
    )


def _pages(inbox: Running, rounds: int) -> dict[str, list[float]]:
    listed = json.loads(_get(inbox, "/api/v1/conversations?limit=40")[1])["data"]
    longest = max(_busiest(inbox), key=lambda each: int(each["inbound_count"]))["id"]
    thread = f"/api/v1/conversations/{listed[0]['id']}/messages"
    paths = {
        "list": "/api/v1/conversations",
        "unread": "/api/v1/conversations?view=unread",
        "needs-reply": "/api/v1/conversations?view=needs-reply",
        "thread": thread,
        "longest": f"/api/v1/conversations/{longest}/messages",
    }
    return {name: [_get(inbox, path)[0] for _ in range(rounds)] for name, path in paths.items()}


def _busiest(inbox: Running) -> list[dict[str, Any]]:
    """The newest few hundred, among which are the long ones: they never rest."""
    found: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(5):
        page = json.loads(_get(inbox, f"/api/v1/conversations?limit=100&cursor={cursor}")[1])
        found += page["data"]
        cursor = page["next"] or ""
        if not cursor:
            break
    return found


def _joined(some: dict[str, list[float]], more: dict[str, list[float]]) -> dict[str, list[float]]:
    return {name: some[name] + more[name] for name in some}


def _search(inbox: Running, rounds: int) -> list[float]:
    paths = [f"/api/v1/conversations?q={quote(each)}" for each in QUESTIONS]
    return [_get(inbox, path)[0] for _ in range(rounds) for path in paths]


def _get(inbox: Running, path: str) -> tuple[float, bytes]:
    """Milliseconds until the last byte, and the bytes."""
    connection = http.client.HTTPConnection(HOST, inbox.port, timeout=60)
    try:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {inbox.token}"})
        answer = connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - began
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return 1_000 * seconds, body


def _steady(bench: Bench, inbox: Running) -> dict[str, float]:
    seconds = bench.some(2, 6)
    found = loads.run(
        "steady",
        **inbox.place,
        first=bench.numbers(RATE * (seconds + 1)).start,
        senders=SENDERS,
        connections=CONNECTIONS,
        rate=RATE,
        seconds=seconds,
    )
    latency: dict[str, float] = found["latency_ms"]
    return latency


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
