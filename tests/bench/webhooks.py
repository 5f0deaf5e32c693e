"""Webhooks poured into a server: a customer's text each, of customers that it knows."""

from tests.bench import loads
from tests.bench.bench import Bench
from tests.bench.loads import Figures
from tests.bench.servers import Running

SENDERS = 5_000
"""So many that at any rate here each writes less than once a second, as in life."""
CONNECTIONS = 64
PACE = 4_000


def warm(bench: Bench, inbox: Running) -> None:
    """Every sender writes once: what makes a contact is another measurement."""
    burst(bench, inbox, SENDERS, 60)


def burst(bench: Bench, inbox: Running, count: int, seconds: float, pace: float = PACE) -> Figures:
    """``count`` of them as fast as they are taken, or as many as are in so long."""
    return loads.run(
        "posts",
        inbox.pid,
        **inbox.place,
        feed=True,
        first=bench.numbers(count).start,
        count=count,
        senders=SENDERS,
        pace=pace,
        connections=CONNECTIONS,
        seconds=seconds,
    )


def steady(bench: Bench, inbox: Running, rate: int, seconds: float) -> Figures:
    return loads.run("steady", inbox.pid, **inbox.place, **pouring(bench, rate, seconds))


def pouring(bench: Bench, rate: int, seconds: float) -> Figures:
    """The orders for it."""
    return {
        "first": bench.numbers(int(rate * (seconds + 1))).start,
        "senders": SENDERS,
        "connections": CONNECTIONS,
        "rate": rate,
        "seconds": seconds,
    }
