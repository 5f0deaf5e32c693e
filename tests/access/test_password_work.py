"""Passwords cost memory and a processor: never more than two at once, and a crowd is refused."""

import asyncio
import threading

import pytest

from inbox.access import password_work, passwords
from inbox.access.password_work import AT_ONCE, WAITING
from inbox.domain.errors import Busy


class Held:
    """Each computing waits until the test lets it go."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.turns = threading.Semaphore(0)

    def __call__(self, _kept: str | None, _password: str) -> bool:
        self.threads.add(threading.get_ident())
        return self.turns.acquire(timeout=20)


async def test_two_at_once_the_others_wait_and_a_crowd_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held, most = Held(), AT_ONCE + WAITING
    monkeypatch.setattr(passwords, "password_matches", held)
    asked = [asyncio.create_task(password_work.matches(None, "x")) for _ in range(most)]
    await asyncio.sleep(0)
    try:
        with pytest.raises(Busy):
            async with asyncio.timeout(5):  # who is not refused waits for a turn
                await password_work.matches(None, "x")
    finally:
        held.turns.release(most + 2)
    assert all(await asyncio.gather(*asked))
    assert len(held.threads) <= AT_ONCE
    assert await password_work.matches(None, "x")  # a moment later there is room again
