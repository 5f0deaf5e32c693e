import asyncio
import json
import logging
import re
import sys

import pytest

from inbox.server.logging import Console, Json, catch_the_rest, configure
from inbox.storage.secrets import WrongKey


def _record(error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.makeLogRecord(
        {"name": "inbox.x", "levelname": "WARNING", "msg": "it %s", "args": ("failed",)}
    )
    record.exc_info = exc_info
    record.__dict__ |= extra
    return record


def _raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as raised:
        return raised


def test_a_line_of_json_says_when_who_and_what() -> None:
    fact = json.loads(Json().format(_record(channel="c1", at_once=object)))
    assert fact["at"].endswith("Z")
    assert (fact["level"], fact["logger"], fact["event"]) == ("warning", "inbox.x", "it failed")
    assert fact["channel"] == "c1"


def test_a_line_for_people_is_one_line() -> None:
    line = Console().format(_record(channel="c1"))
    assert line.endswith("warning inbox.x: it failed channel=c1")
    assert "\n" not in line


@pytest.mark.parametrize("form", [Json(), Console()])
def test_an_exception_never_quotes_a_message(form: logging.Formatter) -> None:
    error = _raised(ValueError("see you at 8, Ana"), KeyError("my number is 12025550142"))
    text = form.format(_record(error))
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "in _raised" in text
    assert "Ana" not in text
    assert "12025550142" not in text


def test_our_own_words_and_the_systems_are_kept() -> None:
    text = Console().format(_record(_raised(WrongKey("sealed with another key"))))
    assert "inbox.storage.secrets.WrongKey: sealed with another key" in text
    assert "disk full" in Console().format(_record(_raised(OSError(28, "disk full"))))


def test_libraries_are_heard_only_when_they_warn(capsys: pytest.CaptureFixture[str]) -> None:
    root, ours = logging.getLogger(), logging.getLogger("inbox")
    before = root.handlers[:], root.level, ours.level
    try:
        configure("debug", "console")
        logging.getLogger("websockets").debug("< TEXT 'see you at 8'")
        logging.getLogger("httpx").info("POST https://graph.example/?access_token=x")
        logging.getLogger("uvicorn.error").warning("odd")
        logging.getLogger("inbox.feed").debug("ours")
    finally:
        logging.captureWarnings(False)
        root.handlers[:], root.level = before[:2]
        ours.setLevel(before[2])
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["odd", "ours"]


@pytest.mark.parametrize("form", [Json(), Console()])
def test_a_value_cannot_look_like_a_line_of_its_own(form: logging.Formatter) -> None:
    line = form.format(_record(channel="c1\n2026-01-01 00:00:00 error inbox: forged\u2028\x1b[2J"))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_a_line_for_people_says_the_day(caplog: pytest.LogCaptureFixture) -> None:
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d warning ", Console().format(_record()))


@pytest.mark.parametrize("form", [Json(), Console()])
async def test_asyncio_does_not_quote_what_a_task_ended_with(
    form: logging.Formatter, caplog: pytest.LogCaptureFixture
) -> None:
    """Its own lines go on with the reprs of results, exceptions and arguments."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    done.set_exception(ValueError("see you at 8, Ana"))
    loop.default_exception_handler(
        {
            "message": "Task exception was never retrieved",
            "exception": done.exception(),
            "future": done,
        }
    )
    loop.default_exception_handler({"message": "Exception in callback greet('Ana')"})
    never, callback = (form.format(record) for record in caplog.records)
    assert "Task exception was never retrieved" in never and "builtins.ValueError" in never
    assert "Exception in callback" in callback
    assert "Ana" not in never + callback


def test_what_nobody_catches_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    monkeypatch.setattr("threading.excepthook", None)
    catch_the_rest()
    error = _raised(ValueError("see you at 8, Ana"))
    sys.excepthook(type(error), error, error.__traceback__)
    [record] = caplog.records
    assert record.levelname == "CRITICAL"
    told = Json().format(record)
    assert "the process ends" in told and "builtins.ValueError" in told and "Ana" not in told
