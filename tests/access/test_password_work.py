"""Passwords cost memory and a processor: never more than two at once, and a crowd is refused."""

import asyncio
import threading

import pytest

from inbox.access import password_work, passwords
from inbox.access.password_work import AT_ONCE, WAITING
from inbox.domain.errors import Busy


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Each computing waits for a turn that the test gives; how many do is in ``passwords``."""
    turns = threading.Semaphore(0)

    def slow(_kept: str | None, _password: str) -> bool:
        passwords.under_way.append(threading.get_ident())  # type: ignore[attr-defined]
        assert turns.acquire(timeout=20)
        return True

    monkeypatch.setattr(passwords, "under_way", [], raising=False)
    monkeypatch.setattr(passwords, "password_matches", slow)
    return turns


async def test_two_at_once_the_others_wait_and_a_crowd_is_refused(
    held: threading.Semaphore,
) -> None:
    most = AT_ONCE + WAITING
    asked = [asyncio.create_task(password_work.matches(None, "x")) for _ in range(most)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await password_work.matches(None, "x")
    for _ in range(most):
        held.release()
    assert all(await asyncio.gather(*asked))
    assert len(set(passwords.under_way)) <= AT_ONCE  # type: ignore[attr-defined]
    held.release()
    assert await password_work.matches(None, "x")  # a moment later there is room again
