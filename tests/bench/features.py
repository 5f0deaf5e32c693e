"""What it costs to have what teams have: labels, assignments, notes, outgoing webhooks and
templates, in turns with the same messages without them."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.bench import servers
from tests.bench.answering import AGENTS, answered
from tests.bench.bench import Bench
from tests.bench.figures import median, ratio
from tests.bench.forwarding import CHOSEN, tell
from tests.bench.furnishing import furnish
from tests.bench.histories import seed
from tests.bench.machine import cpu_seconds, loop_seconds
from tests.bench.pages import Browser, asked, made_up, signed_in
from tests.bench.provider import provider
from tests.bench.report import Reach, Row
from tests.bench.rounds import Rounds
from tests.bench.servers import Home, Running
from tests.bench.webhooks import steady, warm
from tests.bench.wire import HOST

MESSAGES = 10_000
RATE = 200
MOST = 5
ASKED = 40
NOISE = Reach("≤", 1.1)

KINDS = {
    "socket p50": f"webhook → socket p50 at {RATE}/s",
    "socket p99": f"webhook → socket p99 at {RATE}/s",
    "accepted p50": f"Enter → accepted p50, {AGENTS} agents",
    "accepted p95": f"Enter → accepted p95, {AGENTS} agents",
    "list": "list page of the API",
    "thread": "thread page of the API",
    "/": "the list, `/`: the loop's time",
    "part": "the thread part: the loop's time",
}
BY_CPU = {kind: kind.split()[0] for kind in KINDS if not kind.endswith(("p95", "p99"))}
"""Of which figure all threads' processor time is told beside."""

TURNS = ("without", "with", "with", "without")
"""What a machine's speed does in the meantime falls on both, and so does it to be first."""
SETTLED_SECONDS = 0.002
"""What a server does once it has answered is the answer's cost as well."""


@dataclass(frozen=True, slots=True)
class Side:
    """``paths``: the thread of the newest conversation, for a program and for a page."""

    server: Running
    browser: Browser
    paths: tuple[str, str]


def measure(bench: Bench) -> list[Row]:
    arrivals: dict[str, float] = {}
    with provider(arrivals) as port, ExitStack() as made:
        homes = {
            name: made.enter_context(_home(bench, port, furnished))
            for name, furnished in (("without", False), ("with", True))
        }
        found = bench.rounds(
            lambda: _round(bench, homes, arrivals),
            [f"{side} {kind}" for side in homes for kind in ("socket p50", "accepted p50", "/")],
            MOST,
        )
    return [_row(found, kind, words) for kind, words in KINDS.items()]


def _row(found: Rounds, kind: str, words: str) -> Row:
    cpu = BY_CPU.get(kind)
    return Row(
        name=f"{words}, with labels, notes and all",
        found=found[f"with {kind}"],
        unit="ms",
        beside=found[f"without {kind}"],
        against="without",
        reach=NOISE,
        by_cpu=ratio(found[f"with {cpu} cpu"], found[f"without {cpu} cpu"]),
        load=found.load("with load", "without load"),
    )


@contextmanager
def _home(bench: Bench, port: int, furnished: bool) -> Iterator[Home]:
    with servers.home(bench.scratch, api_base=f"http://{HOST}:{port}/v26.0") as home:
        seed(bench, home, MESSAGES)
        with servers.inbox(home) as inbox:
            warm(bench, inbox)
        if furnished:
            furnish(home)
            tell(home, CHOSEN["choosing"], [f":9/{number}" for number in range(5)])
        yield home


def _round(bench: Bench, homes: dict[str, Home], arrivals: dict[str, float]) -> dict[str, float]:
    """By servers that are started for it: how fast one process is, and it alone, by how its memory
    happens to lie, is no feature's doing, and as much as what is looked for."""
    with ExitStack() as made:
        sides = {name: made.enter_context(_side(home)) for name, home in homes.items()}
        running = [each.server for each in sides.values()]
        for each in sides.values():  # the first ones open ways to the provider
            with servers.alone(each.server, running):
                answered(bench, each.server, arrivals, seconds=1)
        servers.rest(running)
        figures = _pages(sides)
        slots: dict[str, list[float]] = {}
        for name in TURNS:
            with servers.alone(sides[name].server, running):
                for kind, took in _poured(bench, sides[name].server, arrivals).items():
                    slots.setdefault(f"{name} {kind}", []).append(took)
    return figures | {kind: median(both) for kind, both in slots.items()}


@contextmanager
def _side(home: Home) -> Iterator[Side]:
    with servers.inbox(home) as inbox:
        newest = made_up(inbox, 1)[0]["id"]
        paths = f"/api/v1/conversations/{newest}/messages", f"/conversations/{newest}"
        yield Side(inbox, signed_in(inbox), paths)


def _pages(sides: dict[str, Side]) -> dict[str, float]:
    """One for one in turns: the median of what each of them cost."""
    asks: dict[str, Callable[[Side], object]] = {
        "list": lambda side: asked(side.server, "/api/v1/conversations"),
        "thread": lambda side: asked(side.server, side.paths[0]),
        "/": lambda side: side.browser.get("/"),
        "part": lambda side: side.browser.get(side.paths[1], part=True),
    }
    figures: dict[str, float] = {}
    for kind, ask in asks.items():
        found: dict[str, list[float]] = {}
        for side in sides.values():
            ask(side)
        for number in range(ASKED):
            for name in sorted(sides, reverse=bool(number % 2)):
                clock, loop, cpu = _cost(sides[name], ask)
                found.setdefault(name, []).append(loop if kind in {"/", "part"} else clock)
                found.setdefault(f"{name} {kind} cpu", []).append(cpu)
        figures |= {key if " " in key else f"{key} {kind}": median(found[key]) for key in found}
    return figures


def _cost(side: Side, ask: Callable[[Side], object]) -> tuple[float, float, float]:
    """Milliseconds by the clock, of the loop and of all threads; the clock's, where nobody keeps
    count of theirs."""
    pid = side.server.pid
    before, began = (loop_seconds(pid), cpu_seconds(pid)), time.perf_counter()
    ask(side)
    clock = time.perf_counter() - began
    time.sleep(SETTLED_SECONDS)
    after = loop_seconds(pid), cpu_seconds(pid)
    loop, cpu = (
        clock if then is None or now is None else now - then
        for then, now in zip(before, after, strict=True)
    )
    return 1e3 * clock, 1e3 * loop, 1e3 * cpu


def _poured(bench: Bench, inbox: Running, arrivals: dict[str, float]) -> dict[str, float]:
    servers.rest([inbox])
    poured = steady(bench, inbox, RATE, bench.some(2, 5))
    figures = {f"socket {name}": took for name, took in poured["latency_ms"].items()}
    figures |= {"load": poured["load_share"], "socket cpu": poured["server_cpu"] or 0.0}
    servers.rest([inbox])
    before = cpu_seconds(inbox.pid) or 0.0
    replies = answered(bench, inbox, arrivals)
    figures["accepted cpu"] = (cpu_seconds(inbox.pid) or 0.0) - before
    return figures | {f"accepted {name}": took for name, took in replies.items()}
