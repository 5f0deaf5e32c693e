"""Law 32, for mistakes that spoil one thing: told once a kind, counted, bounded, and over."""

import asyncio
import logging

import pytest

from inbox import surprises
from inbox.surprises import MOST_KINDS, Surprises

log = logging.getLogger("inbox.tests")


def raised(kind: type[Exception]) -> Exception:
    try:
        raise kind("a customer's words")
    except Exception as error:
        return error


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, bool]]:
    return [(one.getMessage(), bool(one.exc_info)) for one in caplog.records]


async def test_a_kind_is_told_once_with_its_traceback_and_then_counted(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = Surprises(log, "a thing is not read")
    assert met.reason is None
    for error in (KeyError, KeyError, TypeError, KeyError):
        met.met(raised(error))
    assert told(caplog) == [("a thing is not read", True)] * 2
    assert met.reason == "a thing is not read: a mistake of ours (KeyError), 4 × lately"
    monkeypatch.setattr(surprises, "REMINDER_SECONDS", -1)
    met.met(raised(KeyError))
    assert told(caplog)[2:] == [("a thing is not read, as before", False)]
    assert caplog.records[-1].__dict__["more"] == 3
    met.over()


async def test_it_is_over_by_itself_and_that_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    met = Surprises(log, "a thing is not read", lasting=0)
    met.met(raised(KeyError))
    later = asyncio.Event()
    asyncio.get_running_loop().call_later(0.001, later.set)
    await later.wait()
    met.over()
    assert met.reason is None
    assert told(caplog)[1:] == [("a thing is not read: all is well again", False)]


async def test_whoever_makes_kinds_up_fills_neither_the_log_nor_the_memory(
    caplog: pytest.LogCaptureFixture,
) -> None:
    met = Surprises(log, "a thing is not read")
    for number in range(3 * MOST_KINDS):
        met.met(raised(type(f"Kind{number}", (Exception,), {})))
    assert len(caplog.records) == MOST_KINDS + 1
    assert met.times == 3 * MOST_KINDS
    met.over()
