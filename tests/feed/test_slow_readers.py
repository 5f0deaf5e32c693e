"""Law 13: a slow reader slows nobody, is never skipped in silence, and resumes by ``since``."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.bench.machine import resident
from tests.feed.conftest import Frame, Listen
from tests.feed.stalled import Stalled
from tests.support.server import Line, Server, said, webhook

MB = 1 << 20
SIZE = 16_000
TEXTS = 40
"""At once, of ``SIZE`` bytes, each in a message and in its conversation: 1.3 MB of events."""

ROUNDS = 18
GROWTH = 16 * MB
SIGNED_OUT, LAGGING = 4401, 1013
SEND_SECONDS = 5


@pytest.fixture
def stall(server: Server) -> Iterator[Any]:
    with ExitStack() as opened:

        def stall(query: str = "") -> Stalled:
            token = server.api().headers["Authorization"].partition(" ")[2]
            stalled = Stalled(server.url, query, token)
            opened.callback(stalled.close)
            return stalled

        yield stall


def stored(frames: list[Frame]) -> list[Frame]:
    return [frame for frame in frames if "at" in frame]


class Burst:
    """Megabytes of events, and how they reach somebody who reads."""

    def __init__(self, server: Server, line: Line, listen: Listen) -> None:
        self._server, self._line, self._ear = server, line, listen()
        self._ear.hear()
        self._round = 0
        self.longest = 0.0
        self.highest = 0.0

    def write(self) -> None:
        for _ in range(ROUNDS):
            self._round += 1
            name = f"{self._line.id}.{self._round}"
            messages = [
                said(f"wamid.{name}.{n}", "x" * SIZE, sender=f"1202555{n:04}") for n in range(TEXTS)
            ]
            began = time.monotonic()
            body = webhook(messages=messages)
            assert self._server.post_signed(self._line, body).status_code == 200
            told = 0
            while told < TEXTS:
                told += self._ear.hear()["type"] == "message:new"
            self.longest = max(self.longest, time.monotonic() - began)
            self.highest = max(self.highest, resident(self._server.pid))


def test_a_reader_that_stalls_is_told_and_resumes_and_slows_nobody(
    server: Server, line: Line, listen: Listen, stall: Any
) -> None:
    burst = Burst(server, line, listen)
    burst.write()
    server.settle()  # asks for pages of large events: the memory for that is taken now
    before, burst.longest = resident(server.pid), 0.0
    stalled = [stall(query) for query in ("", "", "?batch=1")]
    burst.write()
    # Who says nothing is let go after the time that a blocked send has, so that is over then.
    assert listen(headers={}).closed() == SIGNED_OUT
    assert burst.longest < SEND_SECONDS
    assert burst.highest - before < GROWTH
    frames, code = stalled[0].read()
    assert (frames[-1]["type"], code) == ("feed:lagging", LAGGING)
    had = stored(frames)
    assert had[-1]["seq"] == frames[-1]["seq"] < server.settle()
    rest = listen(since=had[-1]["seq"]).until("feed:caught_up")
    assert [*had, *stored(rest)] == logged(server, frames[0]["seq"], rest)


def logged(server: Server, since: int, frames: list[Frame]) -> list[Frame]:
    return [event for event in server.events(since) if event["seq"] <= frames[-1]["seq"]]
