"""A clock that skips the waits of a queue: what is due in an hour is done at once."""

from typing import Any

import pytest

from inbox.domain.times import Micros, now
from inbox.storage.drain import Drain


def skip_waits(drain: Drain[Any], monkeypatch: pytest.MonkeyPatch, ahead: Micros = 0) -> None:
    """Whenever the drain would rest with nothing under way, it is the time of what is due next."""
    skipped, rest = [ahead], drain._rest

    async def resting(next_at: Micros | None) -> None:
        if next_at is not None and not drain._under_way:
            skipped[0] += max(0, next_at - drain._now())
        await rest(next_at)

    monkeypatch.setattr(drain, "_now", lambda: now() + skipped[0])
    monkeypatch.setattr(drain, "_rest", resting)
