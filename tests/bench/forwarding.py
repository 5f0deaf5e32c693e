"""What outgoing webhooks cost who looks: five that are told everything, of which one is dead and
one takes two seconds, and five that have chosen events which never come."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from inbox.config import load
from inbox.domain.times import now
from inbox.forwarding import endpoints
from inbox.storage.database import connect
from inbox.storage.secrets import Sealer, secret_key
from tests.bench import servers
from tests.bench.bench import Bench
from tests.bench.figures import median, ratio
from tests.bench.report import Reach, Row
from tests.bench.rounds import Rounds
from tests.bench.servers import Home, Running
from tests.bench.webhooks import steady, warm
from tests.bench.wire import HOST

RATE = 500
"""Webhooks a second, of customers that are known: a thousand events, which are counted."""
SLOW_SECONDS = 2.0
MOST = 5

CHOSEN = {"none": (), "five": ("*",), "choosing": ("conversation:merged", "labels:updated")}
AGAINST = {"five": "without; one is dead, one takes 2 s", "choosing": "without"}
NAMES = {
    "five": "with five outgoing webhooks",
    "choosing": "with five that chose what never comes",
}


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
    with programs() as port, ExitStack() as made:
        running = {
            kind: made.enter_context(_serving(bench, port, events))
            for kind, events in CHOSEN.items()
        }
        for inbox in running.values():
            warm(bench, inbox)
        found = bench.rounds(
            lambda: _round(bench, running), [f"{kind} p50" for kind in CHOSEN], MOST
        )
        bench.say(f"{_Program.taken} posts were taken")
    return [_row(found, kind) for kind in NAMES]


def _row(found: Rounds, kind: str) -> Row:
    return Row(
        name=f"webhook → socket p50 at {median(found['none events']):.0f} events/s {NAMES[kind]}",
        found=found[f"{kind} p50"],
        unit="ms",
        beside=found["none p50"],
        against=AGAINST[kind],
        reach=Reach("≤", 1.2),
        by_cpu=ratio(found[f"{kind} cpu"], found["none cpu"]),
        load=found.load("none load", f"{kind} load"),
    )


def _round(bench: Bench, running: dict[str, Running]) -> dict[str, float]:
    """They take turns: who is not measured stands still."""
    figures: dict[str, float] = {}
    for kind, inbox in running.items():
        with servers.alone(inbox, running.values()):
            if kind != "five":  # which has posts to try again, and never rests
                servers.rest([inbox])
            found = steady(bench, inbox, RATE, bench.some(2, 5))
        figures |= {
            f"{kind} p50": found["latency_ms"]["p50"],
            f"{kind} events": found["events"],
            f"{kind} load": found["load_share"],
        }
        if found["server_cpu"] is not None:
            figures[f"{kind} cpu"] = found["server_cpu"]
    return figures


@contextmanager
def _serving(bench: Bench, port: int, events: Sequence[str]) -> Iterator[Running]:
    with servers.home(bench.scratch) as home:
        if events:
            tell(home, events, [f":{port}/{name}" for name in ("one", "two", "three", "slow")])
            tell(home, events, [":9/dead"])
        allowing = replace(home, more={**home.more, "INBOX_WEBHOOKS_PRIVATE": "allow"})
        with servers.inbox(allowing) as inbox:
            yield inbox


@contextmanager
def programs() -> Iterator[int]:
    """Where outgoing webhooks are taken: at ``/slow`` after two seconds, elsewhere at once."""
    server = ThreadingHTTPServer((HOST, 0), _Program)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def tell(home: Home, events: Sequence[str], places: Sequence[str]) -> None:
    """Endpoints that are told of ``events``, one at each place."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, _tell(home, events, places)).result()


async def _tell(home: Home, events: Sequence[str], places: Sequence[str]) -> None:
    settings = load(servers.settings(home.folder) | dict(home.more))
    sealer = Sealer(secret_key("", settings.data_dir))
    database = connect(settings.database_url)
    for place in places:
        wishes: endpoints.Wishes = {"url": f"http://{HOST}{place}", "events": events}
        await database.write(endpoints.add, sealer, wishes, now(), private=True)
    await database.close()
