"""What a page costs the server among many messages, and the first after a start.

One at a time: by the loop's own time, in which nobody else is answered, and by the clock.
"""

import http.client
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

from tests.bench import histories, servers
from tests.bench.bench import Bench
from tests.bench.figures import median
from tests.bench.machine import cpu_seconds, loop_seconds
from tests.bench.report import Row, at_most
from tests.bench.servers import CHANNEL, EMAIL, PASSWORD, Running
from tests.bench.wire import HOST

WARM, ASKED = 10, 40
"""Conversations that were opened just now, and pages of one kind in a round."""
MOST = 5

REACH = {
    "the list, `/`": 8,
    "a conversation's page": 10,
    "the thread part": 4,
    "the thread part, not opened before": None,
}


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody who is signed in; one connection, as browsers keep theirs."""

    server: Running
    cookie: str
    connection: http.client.HTTPConnection

    def get(self, path: str, *, part: bool = False) -> bytes:
        """``part``: what htmx asks for. Raises ``RuntimeError`` for all but 200."""
        headers = {"Cookie": self.cookie, "Accept": "text/html", "Accept-Encoding": "gzip"}
        headers |= {"HX-Request": "true"} if part else {}
        try:
            self.connection.request("GET", path, headers=headers)
            answer = self.connection.getresponse()
        except ConnectionResetError:  # who asks nothing for five seconds is let go
            self.connection.close()
            self.connection.request("GET", path, headers=headers)
            answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return body


def signed_in(inbox: Running) -> Browser:
    connection = http.client.HTTPConnection(HOST, inbox.port, timeout=60)
    form = urlencode({"email": EMAIL, "password": PASSWORD})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", form, kind)
    answer = connection.getresponse()
    answer.read()
    cookies = [each.split(";")[0] for each in answer.headers.get_all("set-cookie") or []]
    return Browser(inbox, "; ".join(cookies), connection)


def returning(inbox: Running, cookie: str) -> Browser:
    """The same one, on a server that was started anew."""
    return Browser(inbox, cookie, http.client.HTTPConnection(HOST, inbox.port, timeout=60))


def measure(bench: Bench) -> list[Row]:
    many = bench.some(100_000, 1_000_000)
    with histories.filled(bench, many) as inbox:
        browser = signed_in(inbox)
        newest = iter(each["id"] for each in made_up(inbox, WARM + MOST * ASKED))
        known, fresh = list(islice(newest, WARM)), newest
        found = bench.rounds(lambda: _round(browser, known, fresh), tuple(REACH), MOST)
    first = bench.rounds(lambda: _first(bench, many, browser.cookie), ("first",), MOST)
    size = f"at {many:,} messages"
    return [
        *(
            Row(
                name=f"{kind}: the loop's time {size}",
                found=found[kind],
                unit="ms",
                beside=found[f"{kind}: processor"],
                against="of all its threads",
                reach=at_most(reach) if reach else None,
                details={"clock": found[f"{kind}: clock"]},
            )
            for kind, reach in REACH.items()
        ),
        Row(
            name=f"the first `/` after a start: the loop's time {size}",
            found=first["first"],
            unit="ms",
            reach=at_most(40),
        ),
        Row(
            name=f"the first `/` after a start, by the clock, {size}",
            found=first["clock"],
            unit="ms",
        ),
    ]


def _round(browser: Browser, known: list[str], fresh: Iterator[str]) -> dict[str, float]:
    again = list(islice(cycle(f"/conversations/{each}" for each in known), ASKED))
    new = [f"/conversations/{each}" for each in islice(fresh, ASKED)]
    asked = {
        "the list, `/`": (["/"] * ASKED, False),
        "a conversation's page": (again, False),
        "the thread part": (again, True),
        "the thread part, not opened before": (new, True),
    }
    found: dict[str, float] = {}
    for kind, (paths, part) in asked.items():
        for path in {*paths} - {*new}:
            browser.get(path, part=part)
        servers.rest([browser.server])
        found |= {f"{kind}{name}": took for name, took in costs(browser, paths, part).items()}
    return found


def costs(browser: Browser, paths: Iterable[str], part: bool = False) -> dict[str, float]:
    """Milliseconds of one of these pages: of the loop, by the clock, of all threads."""
    pid, clock = browser.server.pid, []
    before = loop_seconds(pid), cpu_seconds(pid)
    for path in paths:
        began = time.perf_counter()
        browser.get(path, part=part)
        clock.append(1e3 * (time.perf_counter() - began))
    after = loop_seconds(pid), cpu_seconds(pid)
    found = {": clock": median(clock)}
    for name, then, now in zip(("", ": processor"), before, after, strict=True):
        if then is not None and now is not None:
            found[name] = 1e3 * (now - then) / len(clock)
    return found


def _first(bench: Bench, many: int, cookie: str) -> dict[str, float]:
    with histories.filled(bench, many) as inbox:
        cost = costs(returning(inbox, cookie), ["/"])
    return {"first": cost.get("", cost[": clock"]), "clock": cost[": clock"]}


def made_up(inbox: Running, count: int) -> list[dict[str, Any]]:
    """The newest conversations of the made-up history, as a program is told them."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while len(found) < count and cursor is not None:
        page = json.loads(asked(inbox, f"/api/v1/conversations?limit=100&cursor={cursor}")[1])
        found += [each for each in page["data"] if each["channel"]["name"] != CHANNEL]
        cursor = page["next"]
    return found[:count]


def asked(inbox: Running, path: str) -> tuple[float, bytes]:
    """By a program: milliseconds until the last byte, and the bytes."""
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
