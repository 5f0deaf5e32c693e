"""The nearest peer, measured on another machine, and what that makes of it on this one.

Whatomate (Go, PostgreSQL, Redis), on the machine where a POST that does nothing was answered
19,300 times a second by the same stack as here. How often it is here tells how much slower this
machine is. That is rough, as the peer's time is not all the processor's; so what was measured
there stands beside it, as it is.
"""

from tests.bench import loads, servers
from tests.bench.bench import Bench
from tests.bench.limits import noop

STORED = 550
"""Webhooks a second."""
MS = {"p50": 2.5, "p95": 3.8, "p99": 6.0}
"""From the webhook to the socket, at 200 a second."""

THERE, HERE = "peer, its machine", "peer, as slow as here"

_NOOPS = 19_300
_CONNECTIONS, _SECONDS = 64, 1.0


def slower(bench: Bench) -> float:
    """How many times slower this machine is than the peer's; measured once in a run."""
    if bench.slower is None:
        with servers.limit("noop", noop.PATH) as nothing:
            for seconds in (0.3, _SECONDS):
                found = loads.run(
                    "posts",
                    nothing.pid,
                    **nothing.place,
                    feed=False,
                    first=0,
                    count=10**9,
                    senders=1,
                    connections=_CONNECTIONS,
                    seconds=seconds,
                )
        bench.slower = _NOOPS / found["per_second"]
        bench.say(f"this machine is {bench.slower:.1f} times slower than the peer's")
    return bench.slower
