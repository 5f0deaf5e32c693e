"""What it costs to have what teams have: labels, assignments, notes, outgoing webhooks and
templates, in turns with the same messages without them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.bench import servers
from tests.bench.answering import AGENTS, answered
from tests.bench.bench import Bench
from tests.bench.figures import median, ratio
from tests.bench.forwarding import CHOSEN, tell
from tests.bench.furnishing import furnish
from tests.bench.histories import seed
from tests.bench.machine import cpu_seconds
from tests.bench.pages import Browser, asked, costs, made_up, signed_in
from tests.bench.provider import provider
from tests.bench.report import Reach, Row
from tests.bench.rounds import Rounds
from tests.bench.servers import Running
from tests.bench.webhooks import steady, warm
from tests.bench.wire import HOST

MESSAGES = 10_000
RATE = 200
MOST = 5
ASKED = 20
NOISE = Reach("≤", 1.1)

CPU = {
    "socket p50": "socket cpu",
    "accepted p50": "accepted cpu",
    "list": "list cpu",
    "thread": "thread cpu",
}
"""Which figure is the processor time of which; the loop's own time is one already."""

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


@dataclass(frozen=True, slots=True)
class Side:
    """``paths``: the thread of the newest conversation, for a program and for a page."""

    server: Running
    browser: Browser
    paths: tuple[str, str]


def measure(bench: Bench) -> list[Row]:
    arrivals: dict[str, float] = {}
    with provider(arrivals) as port, ExitStack() as made:
        sides = {
            name: made.enter_context(_side(bench, port, furnished))
            for name, furnished in (("without", False), ("with", True))
        }
        for side in sides.values():
            answered(bench, side.server, arrivals)  # the first replies open ways to the provider
        found = bench.rounds(
            lambda: _round(bench, sides, arrivals),
            [f"{side} {kind}" for side in sides for kind in ("socket p50", "accepted p50", "/")],
            MOST,
        )
    return [_row(found, kind, words) for kind, words in KINDS.items()]


def _row(found: Rounds, kind: str, words: str) -> Row:
    costs_of = CPU.get(kind)
    return Row(
        name=f"{words}, with labels, notes and all",
        found=found[f"with {kind}"],
        unit="ms",
        beside=found[f"without {kind}"],
        against="without",
        reach=NOISE,
        by_cpu=ratio(found[f"with {costs_of}"], found[f"without {costs_of}"]),
        load=found.load("with load", "without load"),
    )


@contextmanager
def _side(bench: Bench, port: int, furnished: bool) -> Iterator[Side]:
    with servers.home(bench.scratch, api_base=f"http://{HOST}:{port}/v26.0") as home:
        seed(bench, home, MESSAGES)
        with servers.inbox(home) as inbox:
            warm(bench, inbox)
        if furnished:
            furnish(home)
            tell(home, CHOSEN["choosing"], [f":9/{number}" for number in range(5)])
        with servers.inbox(home) as inbox:
            newest = made_up(inbox, 1)[0]["id"]
            paths = f"/api/v1/conversations/{newest}/messages", f"/conversations/{newest}"
            yield Side(inbox, signed_in(inbox), paths)


def _round(bench: Bench, sides: dict[str, Side], arrivals: dict[str, float]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, side in sides.items():
        with servers.alone(side.server, [each.server for each in sides.values()]):
            figures |= {
                f"{name} {kind}": took for kind, took in _once(bench, side, arrivals).items()
            }
    return figures


def _once(bench: Bench, side: Side, arrivals: dict[str, float]) -> dict[str, float]:
    inbox = side.server
    servers.rest([inbox])
    poured = steady(bench, inbox, RATE, bench.some(2, 5))
    figures = {f"socket {name}": took for name, took in poured["latency_ms"].items()}
    figures |= {"load": poured["load_share"], "socket cpu": poured["server_cpu"] or 0.0}
    servers.rest([inbox])
    with computed(inbox, figures, "accepted cpu"):
        replies = answered(bench, inbox, arrivals)
    figures |= {f"accepted {name}": took for name, took in replies.items()}
    servers.rest([inbox])
    thread, part = side.paths
    for name, path in (("list", "/api/v1/conversations"), ("thread", thread)):
        with computed(inbox, figures, f"{name} cpu"):
            figures[name] = median([asked(inbox, path)[0] for _ in range(ASKED)])
    for name, path, of_htmx in (("/", "/", False), ("part", part, True)):
        side.browser.get(path, part=of_htmx)
        cost = costs(side.browser, [path] * ASKED, of_htmx)
        figures[name] = cost.get("", cost[": clock"])
    return figures


@contextmanager
def computed(inbox: Running, figures: dict[str, float], name: str) -> Iterator[None]:
    """Notes how many seconds all its threads computed meanwhile; 0 where nobody keeps count."""
    before = cpu_seconds(inbox.pid) or 0.0
    yield
    figures[name] = (cpu_seconds(inbox.pid) or 0.0) - before
