"""Webhooks at a steady rate, whatever the server does, and how long until a socket has them.

Both ends are in this process, so there is one clock: from the webhook's bytes being written
to the frame with its message being read. While the server holds every connection those that are
due wait for one, and that counts as well: who calls would wait too.
"""

from collections import deque
from time import perf_counter
from typing import Any

from tests.bench.figures import percentiles
from tests.bench.load.connections import Caller, Ends, callers, reader
from tests.bench.load.stage import Effort, orders, tell, wait_for_go
from tests.bench.payloads import number_in, texts

GRACE_SECONDS = 3.0
WARM_SECONDS = 0.5
LOOK_SECONDS = 0.05


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
        self._requests = texts(path, range(first, first + self._count), senders, rate)
        self._written = [0.0] * self._count
        self._heard_at = [0.0] * self._count
        self._outstanding = self._count
        self._idle: deque[Caller] = deque()
        self._waits: list[float] = []
        self._refused = 0
        self._events = 0

    def run(self) -> None:
        ends = Ends()
        self._idle.extend(callers(ends, self._port, self._connections, self._answered))
        reader(ends, self._port, "/ws", self._token, self._heard)
        wait_for_go()
        effort, began = Effort(), perf_counter()
        self._post(ends, began)
        posting = perf_counter() - began
        share = effort.share
        deadline = perf_counter() + GRACE_SECONDS
        while self._outstanding and perf_counter() < deadline:
            ends.turn(LOOK_SECONDS)
        events = self._events / posting
        tell(rate=self._count / posting, load_share=share, events=events, **self._figures(began))

    def _post(self, ends: Ends, began: float) -> None:
        """Each request when its time has come; late ones wait for a connection in order."""
        number, held = 0, False
        while number < self._count:
            due = began + number / self._rate
            left = due - perf_counter()
            if left > 0 or not self._idle:
                held = left <= 0
                ends.turn(LOOK_SECONDS if held else left)
                continue
            caller = self._idle.popleft()
            caller.ask(self._requests[number])
            self._written[number] = due if held else caller.sent_at
            number += 1

    def _answered(self, caller: Caller, status: int) -> None:
        self._waits.append(perf_counter() - caller.sent_at)
        self._refused += status != 200
        self._idle.append(caller)

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
    Load(**orders()).run()
