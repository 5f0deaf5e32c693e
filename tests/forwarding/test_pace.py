"""Receiving goes first: posts wait where the cores we may use are scarce, and nowhere else."""

import asyncio
from types import SimpleNamespace

import pytest

from inbox.forwarding import pace
from inbox.forwarding.pace import LATELY_SECONDS, LONGEST_SECONDS, Pace


@pytest.mark.parametrize(
    ("cores", "used", "least", "most"),
    [
        (1, 0.4, 0.0, 0.0),
        (1, 0.75, 0.1, 0.2),
        (1, 1.0, LONGEST_SECONDS, LONGEST_SECONDS),
        (2, 0.9, 0.0, 0.0),
        (2, 2.0, LONGEST_SECONDS, LONGEST_SECONDS),
    ],
)
async def test_a_post_waits_as_long_as_cores_are_scarce(
    monkeypatch: pytest.MonkeyPatch, cores: int, used: float, least: float, most: float
) -> None:
    waited: list[float] = []
    clock = SimpleNamespace(now=100.0, monotonic=lambda: clock.now)
    clock.process_time = lambda: clock.now * used

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(pace, "time", clock)
    monkeypatch.setattr(pace, "_cores", lambda: cores)
    monkeypatch.setattr(pace, "asyncio", SimpleNamespace(**vars(asyncio) | {"sleep": sleep}))
    calm = Pace(share=1)
    clock.now += LATELY_SECONDS
    await calm.turn()
    assert least - 1e-9 <= waited[-1] <= most + 0.05
