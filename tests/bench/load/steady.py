"""Webhooks at a steady rate, whatever the server does, and how long until a socket has them.

Both ends are in this process, so there is one clock: from the webhook's bytes being written
to the frame with its message being read.
"""

import asyncio
from collections import deque
from time import perf_counter
from typing import Any

import uvloop

from tests.bench.figures import percentiles
from tests.bench.load.connections import Caller, callers, reader
from tests.bench.load.stage import Effort, orders, tell, wait_for_go
from tests.bench.payloads import number_in, texts

GRACE_SECONDS = 3.0
WARM_SECONDS = 0.5
TICK_SECONDS = 0.001


class Load:
    def __init__(
        self,
        port: int,
        path: str,
        token: str,
        first: int,
        senders: int,
        connections: int,
        rate: int,
        seconds: float,
    ) -> None:
        self._port, self._token = port, token
        self._connections, self._rate = connections, rate
        self._first = first
        self._count = int(rate * (WARM_SECONDS + seconds))
        self._requests = texts(path, range(first, first + self._count), senders)
        self._written = [0.0] * self._count
        self._heard_at = [0.0] * self._count
        self._outstanding = self._count
        self._idle: deque[Caller] = deque()
        self._due: deque[int] = deque()
        self._waits: list[float] = []
        self._refused = 0
        self._events = 0

    async def run(self) -> None:
        self._idle.extend(await callers(self._port, self._connections, self._answered))
        subscriber = await reader(self._port, "/ws", self._token, self._heard)
        wait_for_go()
        effort, began = Effort(), perf_counter()
        await self._post(began)
        posting = perf_counter() - began
        share = effort.share
        deadline = perf_counter() + GRACE_SECONDS
        while self._outstanding and perf_counter() < deadline:
            subscriber.check()
            await asyncio.sleep(0.01)
        events = self._events / posting
        tell(rate=self._count / posting, load_share=share, events=events, **self._figures(began))

    async def _post(self, began: float) -> None:
        """Each request when its time has come; late ones wait for a connection in order."""
        made = 0
        while made < self._count or self._due:
            while made < self._count and began + made / self._rate <= perf_counter():
                self._due.append(made)
                made += 1
            self._hand_out()
            if self._due:
                await asyncio.sleep(TICK_SECONDS)
            elif made < self._count:
                await asyncio.sleep(max(0.0, began + made / self._rate - perf_counter()))

    def _hand_out(self) -> None:
        while self._due and self._idle:
            number, caller = self._due.popleft(), self._idle.popleft()
            self._written[number] = perf_counter()
            caller.ask(self._requests[number])

    def _answered(self, caller: Caller, status: int) -> None:
        self._waits.append(perf_counter() - caller.sent_at)
        self._refused += status != 200
        self._idle.append(caller)
        self._hand_out()

    def _heard(self, frame: bytes, at: float) -> None:
        self._events += not frame.startswith(b'{"type":"feed:')
        if frame.startswith(b'{"type":"message:new"'):
            number = number_in(frame)
            assert number is not None
            if not self._heard_at[number - self._first]:
                self._heard_at[number - self._first] = at
                self._outstanding -= 1

    def _figures(self, began: float) -> dict[str, Any]:
        warm = int(self._rate * WARM_SECONDS)
        counted = range(warm, self._count)
        times = [self._heard_at[n] - self._written[n] for n in counted if self._heard_at[n]]
        late = [self._written[n] - began - n / self._rate for n in counted]
        return {
            "sent": len(counted),
            "missing": self._outstanding,
            "refused": self._refused,
            "latency_ms": _milliseconds(times),
            "late_ms": _milliseconds(late),
            "ack_ms": _milliseconds(self._waits),
        }


def _milliseconds(times: list[float]) -> dict[str, float]:
    return {name: round(1000 * time, 3) for name, time in percentiles(times).items()}


if __name__ == "__main__":
    uvloop.run(Load(**orders()).run())
