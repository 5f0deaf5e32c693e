"""As many webhooks as a server takes: each connection posts again when it has its answer.

With ``feed``, a subscriber counts what is published, until all that was taken has come out.
"""

from itertools import cycle
from time import perf_counter

from tests.bench.figures import percentiles
from tests.bench.load.connections import Caller, Ends, callers, reader
from tests.bench.load.stage import Effort, orders, tell, wait_for_go
from tests.bench.payloads import texts

DRAIN_SECONDS = 60
GRACE_SECONDS = 10
VARIETY = 500
"""Different requests where the server does not look at them."""
LOOK_SECONDS = 0.05


class Load:
    """``pace``: how many a second are expected, so that each webhook carries its own time."""

    def __init__(
        self,
        port: int,
        path: str,
        token: str,
        feed: bool,
        first: int,
        count: int,
        senders: int,
        pace: float,
        connections: int,
        seconds: float,
    ) -> None:
        self._port, self._token, self._feed = port, token, feed
        self._count, self._connections, self._seconds = count, connections, seconds
        numbers = range(first, first + (count if feed else VARIETY))
        made = texts(path, numbers, senders, pace)
        self._requests = iter(made) if feed else cycle(made)
        self._taken = self._refused = self._asked = self._published = 0
        self._waits: list[float] = []
        self._busy = 0
        self._until = 0.0
        self._published_at = 0.0

    def run(self) -> None:
        ends = Ends()
        made = callers(ends, self._port, self._connections, self._answered)
        if self._feed:
            reader(ends, self._port, "/ws?batch=1", self._token, self._heard)
        wait_for_go()
        effort, began = Effort(), perf_counter()
        self._until = began + self._seconds
        for caller in made:
            self._ask(caller)
        while self._busy:
            ends.turn(LOOK_SECONDS)
            if perf_counter() > self._until + GRACE_SECONDS:
                raise TimeoutError(f"{self._busy} posts were not answered")
        taking = min(perf_counter(), self._until) - began
        share = effort.share
        self._drain(ends)
        tell(
            seconds=taking,
            taken=self._taken,
            refused=self._refused,
            per_second=len(self._waits) / taking,
            wait_ms={name: 1000 * wait for name, wait in percentiles(self._waits).items()},
            published=self._published,
            published_seconds=max(0.0, self._published_at - began),
            load_share=share,
        )

    def _ask(self, caller: Caller) -> None:
        if self._asked < self._count and perf_counter() < self._until:
            self._asked += 1
            self._busy += 1
            caller.ask(next(self._requests))

    def _answered(self, caller: Caller, status: int) -> None:
        now = perf_counter()
        self._busy -= 1
        if 200 <= status < 300:
            self._taken += 1
            if now <= self._until:
                self._waits.append(now - caller.sent_at)
        else:
            self._refused += 1
        self._ask(caller)

    def _heard(self, frame: bytes, at: float) -> None:
        found = frame.count(b'"type":"message:new"')
        if found:
            self._published += found
            self._published_at = at

    def _drain(self, ends: Ends) -> None:
        """Until everything that was acknowledged was published too."""
        deadline = perf_counter() + DRAIN_SECONDS
        while self._feed and self._published < self._taken:
            ends.turn(LOOK_SECONDS)
            if perf_counter() > deadline:
                raise TimeoutError(f"{self._taken - self._published} texts were not published")


if __name__ == "__main__":
    Load(**orders()).run()
