"""As many webhooks as a server takes: each connection posts again when it has its answer.

With ``feed``, a subscriber counts what is published, until all that was taken has come out.
"""

import asyncio
from itertools import cycle
from time import perf_counter

import uvloop

from tests.bench.figures import percentiles
from tests.bench.load.connections import Caller, Reader, callers, reader
from tests.bench.load.stage import Effort, orders, tell, wait_for_go
from tests.bench.payloads import texts

DRAIN_SECONDS = 60
VARIETY = 500
"""Different requests where the server does not look at them."""


class Load:
    def __init__(
        self,
        port: int,
        path: str,
        token: str,
        feed: bool,
        first: int,
        count: int,
        senders: int,
        connections: int,
        seconds: float,
    ) -> None:
        self._port, self._token, self._feed = port, token, feed
        self._count, self._connections, self._seconds = count, connections, seconds
        made = texts(path, range(first, first + (count if feed else VARIETY)), senders)
        self._requests = iter(made) if feed else cycle(made)
        self._taken = self._refused = self._asked = self._published = 0
        self._waits: list[float] = []
        self._busy = 0
        self._until = 0.0
        self._done = asyncio.Event()
        self._published_at = 0.0

    async def run(self) -> None:
        made = await callers(self._port, self._connections, self._answered)
        subscriber: Reader | None = None
        if self._feed:
            subscriber = await reader(self._port, "/ws?batch=1", self._token, self._heard)
        wait_for_go()
        effort, began = Effort(), perf_counter()
        self._until = began + self._seconds
        for caller in made:
            self._ask(caller)
        async with asyncio.timeout(self._seconds + DRAIN_SECONDS):
            await self._done.wait()
        taking = min(perf_counter(), self._until) - began
        share = effort.share
        if subscriber is not None:
            await self._drain(subscriber)
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
        elif not self._busy:
            self._done.set()

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

    async def _drain(self, subscriber: Reader) -> None:
        """Until everything that was acknowledged was published too."""
        async with asyncio.timeout(DRAIN_SECONDS):
            while self._published < self._taken:
                subscriber.check()
                await asyncio.sleep(0.01)


if __name__ == "__main__":
    uvloop.run(Load(**orders()).run())
