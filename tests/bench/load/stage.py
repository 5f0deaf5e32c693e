"""How a load talks to who started it: orders as JSON, ``go`` on stdin, figures on stdout."""

import gc
import json
import sys
import time
from typing import Any


def orders() -> dict[str, Any]:
    given: dict[str, Any] = json.loads(sys.argv[1])
    return given


def wait_for_go(**facts: Any) -> None:
    """Say that everything is prepared; leave when nobody wants it any more.

    From then on nothing is collected: it would look at every request that was made, again and
    again, while others wait for theirs.
    """
    gc.disable()
    tell(ready=True, **facts)
    if not sys.stdin.readline():
        raise SystemExit(0)


def tell(**figures: Any) -> None:
    print(json.dumps(figures), flush=True)


class Effort:
    """How much of its core a load needed: near 1 it measures itself and not the server."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    @property
    def share(self) -> float:
        wall = time.perf_counter() - self._wall
        return (time.process_time() - self._cpu) / wall if wall else 0.0
