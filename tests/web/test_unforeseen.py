"""Law 32: what nobody foresaw leaves a traceback, and ``/health`` says so, wherever it came up."""

import asyncio
import logging
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from inbox.feed.log import append
from inbox.surprises import LASTING_SECONDS
from inbox.web.process.unforeseen import Unforeseen
from tests.feed.test_mistakes import checks, tracebacks
from tests.support.events import made_event
from tests.support.inside import Inside


def _raise(error: Exception) -> Any:
    raise error


async def test_a_commit_that_nobody_can_be_told_of_turns_health_red(
    house: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(house.database, "on_commit", lambda _news: _raise(KeyError("words")))
    for _ in range(2):
        await house.database.write(append, [made_event("test:event", {})], house.house.now())
    status, found = await checks(house)
    assert status == 503 and "a commit is not told of: a mistake of ours" in found["database"]
    assert tracebacks(caplog) == ["a commit is not told of"]


async def test_an_errand_that_fails_is_seen_there_and_sends_nobody_away(house: Inside) -> None:
    async def errand() -> None:
        raise KeyError("words")

    assert (await checks(house))[1]["mistakes"] == "ok"
    house.house.later(errand())
    while house.house.errands:  # noqa: ASYNC110 - it is asked
        await asyncio.sleep(0)
    status, found = await checks(house)
    assert status == 200
    assert found["mistakes"] == "degraded: a mistake of ours (KeyError), 1 × lately: the log has it"


@pytest.fixture
def told() -> dict[str, float]:
    return {"now": 0.0}


@pytest.mark.parametrize(
    ("logger", "error", "heard"),
    [
        ("inbox.web.http.errors", KeyError("words"), True),
        ("asyncio", TypeError(), True),
        ("uvicorn.error", AssertionError(), True),
        ("sqlalchemy.pool", KeyError(), False),
        ("inbox.storage", OperationalError("", None, Exception()), False),
        ("inbox", ConnectionResetError(), False),
    ],
)
def test_a_traceback_of_ours_counts_until_it_is_long_ago(
    logger: str, error: Exception, heard: bool, told: dict[str, float]
) -> None:
    ears = Unforeseen(lambda: told["now"])
    told_by = logging.getLogger(logger)
    told_by.addHandler(ears)
    try:
        told_by.error("it went wrong", exc_info=error)
        told_by.error("words alone")
    finally:
        told_by.removeHandler(ears)
    assert bool(ears.reason) is heard and "words" not in str(ears.reason)
    told["now"] = LASTING_SECONDS
    assert ears.reason is None
