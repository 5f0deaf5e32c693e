"""Clocks for tests: one that is set, and one that skips the waits of a queue."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from inbox.domain.times import Micros, now
from inbox.storage.drain import Drain


def clock_setter(monkeypatch: pytest.MonkeyPatch) -> Callable[[Micros], None]:
    """Sets the clock of the whole process so far from the true time."""
    true = time.time_ns

    def by(offset: Micros) -> None:
        monkeypatch.setattr(time, "time_ns", lambda: true() + offset * 1000)

    return by


def skip_waits(drain: Drain[Any], monkeypatch: pytest.MonkeyPatch, ahead: Micros = 0) -> None:
    """What is due in an hour is done at once.

    Whenever the drain would rest with nothing under way, it is the time of what is due next.
    """
    skipped, rest = [ahead], drain._rest

    async def resting(next_at: Micros | None) -> None:
        if next_at is not None and not drain._under_way:
            skipped[0] += max(0, next_at - drain._now())
        await rest(next_at)

    monkeypatch.setattr(drain, "_now", lambda: now() + skipped[0])
    monkeypatch.setattr(drain, "_rest", resting)
