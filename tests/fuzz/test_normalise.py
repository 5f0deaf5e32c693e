"""Every provider reads any JSON: it never raises, and what it gives can be stored and shown."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.events import Event, Misread, as_json
from inbox.domain.text import LIST_LIMIT, NAME_LIMIT, TEXT_LIMIT
from inbox.providers.cloud_api import CloudApi
from inbox.providers.registry import PROVIDERS
from inbox.web.settings.webhook_log import SHOWN, readable_body
from tests.fuzz import mutations, values
from tests.fuzz.seeds import OBJECT
from tests.fuzz.values import ANY_JSON
from tests.support.meta import ACCOUNT, NOW
from tests.support.server import said, webhook

BOUND = 2 * 1024 * 1024
"""Bytes of JSON that one event may come to, whatever came in."""

READERS = {type(one).normalise: name for name, one in reversed(PROVIDERS.items())}
"""One name for each way of reading: some providers read as another does."""

every_provider = pytest.mark.parametrize("name", READERS.values())


def read(name: str, body: dict[str, Any]) -> list[Event]:
    events = PROVIDERS[name].normalise(body, NOW, b"raw")
    for event in events:
        assert not isinstance(event, Misread), repr(event.fault)
        # Strict JSON, and neither half a surrogate pair nor the NUL that PostgreSQL refuses.
        written = json.dumps(as_json(event), allow_nan=False, ensure_ascii=False)
        assert len(written.encode("utf-8")) < BOUND
        assert "\\u0000" not in written.replace("\\\\", "")
    return events


def enveloped(value: Any) -> dict[str, Any]:
    change = {"field": "messages", "value": value}
    return {"object": OBJECT, "entry": [{"changes": [change]}]}


@every_provider
@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.text() | st.sampled_from(["object", "entry"]), ANY_JSON))
def test_any_object_is_read(name: str, body: dict[str, Any]) -> None:
    read(name, body)
    read(name, body | {"object": OBJECT})


_PARTS = ("messages", "contacts", "statuses", "errors", "metadata", "message_echoes")
_FACTS = ("id", "from", "timestamp", "type", "text", "status", "context", "errors", "interactive")


@pytest.mark.parametrize("name", [READERS[CloudApi.normalise]])
def test_any_value_is_read_and_loses_no_sibling(name: str) -> None:
    rng = random.Random(29)
    whole = webhook(ACCOUNT, messages=[said("wamid.sibling", "whole")])["entry"]
    for _ in range(150):
        value = {part: _any_part(rng) for part in rng.sample(_PARTS, rng.randrange(6))}
        body = enveloped(value)
        body["entry"] += whole
        assert "msg:wamid.sibling" in {event.key for event in read(name, body)}


def _any_part(rng: random.Random) -> Any:
    if rng.random() < 0.3:
        return values.anything(rng)
    return [
        {fact: values.anything(rng) for fact in rng.sample(_FACTS, rng.randrange(9))}
        for _ in range(rng.randrange(4))
    ]


@every_provider
def test_mutated_payloads_are_read(name: str) -> None:
    rng = random.Random(23)
    for number in range(120):
        case = mutations.bent(rng, number, name)
        if case.wanted == {200}:
            read(name, json.loads(case.body))


# What is endless has an end ----------------------------------------------------------------


def one(**facts: Any) -> dict[str, Any]:
    return as_json(read("cloud-api", webhook(ACCOUNT, messages=[said("wamid.1", "") | facts]))[0])


def test_a_text_is_as_long_as_whatsapp_lets_people_write_and_no_longer() -> None:
    assert one(text={"body": "é" * TEXT_LIMIT})["text"] == "é" * TEXT_LIMIT
    assert one(text={"body": "é" * 4_000_000})["text"] == "é" * (TEXT_LIMIT - 1) + "…"


def test_a_name_goes_with_every_event_and_is_shorter() -> None:
    person = {"wa_id": "12025550142", "profile": {"name": "N" * 1_000_000}}
    [event] = read("cloud-api", webhook(contacts=[person], messages=[said("wamid.1", "hello")]))
    assert len(as_json(event)["contact"]["name"]) == NAME_LIMIT


def test_a_message_has_no_more_parts_than_somebody_could_look_at() -> None:
    cards = [{"name": {"formatted_name": "Ana"}}] * 100_000
    assert len(one(type="contacts", contacts=cards)["cards"]) == LIST_LIMIT


@pytest.mark.parametrize("response", [{"a": ["x" * 60] * 50_000}, json.dumps({"a": "x" * 10**6})])
def test_an_endless_answer_to_a_form_is_the_start_of_its_text(response: Any) -> None:
    answer = {"type": "nfm_reply", "nfm_reply": {"response_json": response}}
    facts = one(type="interactive", interactive=answer)["interactive"]
    assert facts["raw"].startswith('{"a": ') and len(facts["raw"]) == TEXT_LIMIT


# The webhook log shows what came ------------------------------------------------------------


def test_half_a_surrogate_pair_is_shown_as_the_escape_it_came_as() -> None:
    shown = readable_body(rb'{"a": "\ud83d", "b": "\ud83d\ude00"}')
    assert r'"a": "\ud83d"' in shown and '"b": "\U0001f600"' in shown


def test_a_body_is_shown_up_to_a_bound_even_if_indents_would_make_it_a_thousand_times_longer() -> (
    None
):
    shown = readable_body(b"[" * 400 + b"1," * 1_000_000 + b"1" + b"]" * 400)
    assert shown.startswith("[\n  [") and len(shown) <= SHOWN
