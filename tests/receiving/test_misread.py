"""Law 32: on what our own reading stumbles is told, kept as failed, and loses no sibling."""

import logging
from typing import Any

import pytest
from sqlalchemy import select

from inbox.conversations import messages
from inbox.domain.events import Misread
from inbox.providers.cloud_api import content
from inbox.providers.notifier import webhooks as notifier
from inbox.providers.registry import PROVIDERS
from inbox.providers.whatsable import webhooks as whatsable
from inbox.receiving import routing
from inbox.receiving.replay import ReplayChoice
from inbox.server.logging import Console
from inbox.storage.tables import journal_entries
from tests.receiving.test_replay import again
from tests.support.inside import Inside
from tests.support.server import said, webhook
from tests.web.test_poison import found_messages

SECRET = "the words of a customer"


def stumble_at(function: Any, bad: Any) -> Any:
    def stumbling(given: Any, *rest: Any) -> Any:
        if bad(given):
            raise KeyError(SECRET)
        return function(given, *rest)

    return stumbling


PLACES = {
    "reader": (content, "read_content", lambda part: part["id"] == "wamid.bad"),
    "routing": (routing, "_in_plain_words", lambda event: event.key == "msg:wamid.bad"),
    "rows": (messages, "_place", lambda arrival: arrival.event.key == "msg:wamid.bad"),
}


async def states(house: Inside) -> list[tuple[str, str | None]]:
    columns = (journal_entries.c.state, journal_entries.c.error)
    query = select(*columns).order_by(journal_entries.c.id)
    return await house.database.read(lambda c: [tuple(row) for row in c.execute(query)])


@pytest.mark.parametrize("place", PLACES)
async def test_siblings_are_there_and_it_fails_visibly_until_the_reader_is_right(
    house: Inside,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = await house.add_channel()
    module, name, bad = PLACES[place]
    with monkeypatch.context() as mistake:
        mistake.setattr(module, name, stumble_at(getattr(module, name), bad))
        three = [said(f"wamid.{which}", "hello") for which in ("one", "bad", "three")]
        for batch in (three, three, [said("wamid.after", "hello")]):
            answer = await house.post_signed(channel, webhook(messages=batch))
            assert answer.status_code == 200
        await house.wait_for("message:new", provider_message_id="wamid.after")
    found = [
        len(await found_messages(house, f"wamid.{which}")) for which in ("one", "bad", "three")
    ]
    assert found == [1, 0, 1]
    (failed, words), *_, last = await states(house)
    assert failed == "failed" and last == ("applied", None)
    assert words is not None and "1 of 3" in words and "KeyError" in words
    tracebacks = [record for record in caplog.records if record.exc_info]
    assert len(tracebacks) == 1 and tracebacks[0].levelno == logging.ERROR
    assert "customer" not in "\n".join([*map(Console().format, caplog.records), words])
    health = await house.http.get("/health")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    assert "KeyError" in health.json()["checks"]["reading"]
    known = await again(house, ReplayChoice(failed=True))
    assert (known.number, known.applied, known.failed) == (2, 2, 0)
    found = [
        len(await found_messages(house, f"wamid.{which}")) for which in ("one", "bad", "three")
    ]
    assert found == [1, 1, 1]
    assert {state for state, _ in await states(house)} == {"applied"}


async def test_a_mistake_that_stays_fails_again_and_brings_nothing_twice(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await house.add_channel()
    module, name, bad = PLACES["reader"]
    monkeypatch.setattr(module, name, stumble_at(getattr(module, name), bad))
    both = [said("wamid.bad", "hello"), said("wamid.good", "hello")]
    await house.post_signed(channel, webhook(messages=both))
    await house.wait_for("message:new", provider_message_id="wamid.good")
    known = await again(house, ReplayChoice(failed=True))
    assert (known.applied, known.failed) == (0, 1)
    assert len(await found_messages(house, "wamid.good")) == 1


async def test_what_is_all_wrong_is_bounded_and_the_next_is_served(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await house.add_channel()
    module, name, _ = PLACES["rows"]
    tries: list[Any] = []

    def bad(arrival: Any) -> bool:
        tries.append(arrival)
        return bool(arrival.event.text == "bad")

    monkeypatch.setattr(module, name, stumble_at(getattr(module, name), bad))
    many = [said(f"wamid.{number}", "bad") for number in range(400)]
    await house.post_signed(channel, webhook(messages=many))
    await house.post_signed(channel, webhook(messages=[said("wamid.after", "hello")]))
    await house.wait_for("message:new", provider_message_id="wamid.after")
    assert len(tries) < 200
    [(state, words), _] = await states(house)
    assert state == "failed" and words is not None and words.startswith("400 of 400")


@pytest.mark.parametrize(
    ("name", "module", "reader", "body"),
    [
        ("waba", content, "read_content", {"messages": [said("wamid.1", "hello")]}),
        ("whatsable", whatsable, "_message", {"event": "incoming_message", "data": {}}),
        ("whatsable", whatsable, "parsed_json", {"event": "incoming_message", "data": {}}),
        ("notifier", notifier, "customer", {"event_type": "incoming_message", "data": {}}),
    ],
)
def test_no_reader_takes_its_own_mistake_for_nothing(
    name: str, module: Any, reader: str, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, reader, stumble_at(None, lambda _: True))
    [event] = PROVIDERS[name].normalise(body, 0, b"raw")
    assert isinstance(event, Misread) and event.error == "KeyError"
