"""What five outgoing webhooks cost who looks: one of them dead, one that takes two seconds."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from inbox.config import load
from inbox.domain.times import now
from inbox.forwarding import endpoints
from inbox.storage.database import connect
from inbox.storage.secrets import Sealer, secret_key
from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.figures import median
from tests.bench.report import Reach, Row
from tests.bench.servers import Home, Running
from tests.bench.wire import HOST

RATE = 500
"""Webhooks a second, of customers that are known: a thousand events, which are counted."""
CONNECTIONS, SENDERS = 64, 500
SLOW_SECONDS = 2.0


class _Program(BaseHTTPRequestHandler):
    taken = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", "0")))
        if self.path == "/slow":
            time.sleep(SLOW_SECONDS)
        type(self).taken += 1
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


def measure(bench: Bench) -> list[Row]:
    """Two servers take turns: who is not measured stands still."""
    none: list[dict[str, Any]] = []
    five: list[dict[str, Any]] = []
    with (
        _programs() as port,
        servers.home(bench.scratch) as plain,
        servers.home(bench.scratch) as told,
    ):
        with ThreadPoolExecutor(1) as beside:
            beside.submit(asyncio.run, _add(told, port)).result()
        allowing = replace(told, more={"INBOX_WEBHOOKS_PRIVATE": "allow"})
        with servers.inbox(plain) as without, servers.inbox(allowing) as with_five:
            for running in (without, with_five):
                _post(bench, running, 1)
            for number in range(bench.some(3, 7)):
                for running, found in ((without, none), (with_five, five)):
                    with _alone({without, with_five} - {running}):
                        found.append(_post(bench, running, bench.some(3, 6)))
                pair = none[-1]["latency_ms"]["p50"], five[-1]["latency_ms"]["p50"]
                bench.say(f"round {number + 1}: p50 {pair[0]:.2f} ms, with five {pair[1]:.2f} ms")
        events = median([one["events"] for one in (*none, *five)])
        bench.say(f"{events:.0f} events a second, of which {_Program.taken} posts were taken")
    before, after = (median([one["latency_ms"]["p50"] for one in each]) for each in (none, five))
    details = {"without": none, "with": five, "taken": _Program.taken}
    return [
        Row(
            name=f"webhook → socket p50 at {events:.0f} events/s with five outgoing webhooks",
            measured=after,
            unit="ms",
            limit=before,
            against="without; one is dead, one takes 2 s",
            reach=Reach("≤", 1.2),
            details=details,
        )
    ]


@contextmanager
def _alone(others: Iterable[Running]) -> Iterator[None]:
    for other in others:
        os.kill(other.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for other in others:
            os.kill(other.pid, signal.SIGCONT)


@contextmanager
def _programs() -> Iterator[int]:
    server = ThreadingHTTPServer((HOST, 0), _Program)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


async def _add(at: Home, port: int) -> None:
    """Three that are well, one that takes its time, and one where nobody listens."""
    settings = load(servers.settings(at.folder))
    sealer = Sealer(secret_key("", settings.data_dir))
    database = connect(settings.database_url)
    there = [f":{port}/one", f":{port}/two", f":{port}/three", f":{port}/slow", ":9/dead"]
    for place in there:
        wishes: endpoints.Wishes = {"url": f"http://{HOST}{place}", "events": ["*"]}
        await database.write(endpoints.add, sealer, wishes, now(), private=True)
    await database.close()


def _post(bench: Bench, inbox: Running, seconds: int) -> dict[str, Any]:
    found = loads.run(
        "steady",
        **inbox.place,
        first=bench.numbers(RATE * (seconds + 1)).start,
        senders=SENDERS,
        connections=CONNECTIONS,
        rate=RATE,
        seconds=seconds,
    )
    bench.judge_load("latency beside outgoing webhooks", found["load_share"])
    return found
