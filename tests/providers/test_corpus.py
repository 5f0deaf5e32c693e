"""The webhooks of every system become events, whatever is in them."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.content import TYPE_NAMES, EventContent
from inbox.domain.events import EditEvent, Event, MessageEvent, as_json
from inbox.providers.registry import PROVIDERS
from tests.support.corpus import ANY_JSON, PAYLOADS, expectation, payloads, same
from tests.support.meta import NOW, message

FOLDERS = {
    "meta": "cloud-api",
    "onprem": "waba",
    "whatsable_v1": "whatsable",
    "notifier_v2": "notifier",
}
"""The folder of each provider's payloads."""

ALL = [payload for folder in FOLDERS for payload in payloads(folder)]
FILES = [each["file"] for each in ALL]

every_payload = pytest.mark.parametrize("payload", ALL, ids=FILES)
every_provider = pytest.mark.parametrize("name", FOLDERS.values())


def read(file: str) -> list[Event]:
    raw = (PAYLOADS / file).read_bytes()
    return normalise(FOLDERS[file.partition("/")[0]], json.loads(raw), raw)


def normalise(name: str, body: dict[str, Any], raw: bytes = b"raw") -> list[Event]:
    return PROVIDERS[name].normalise(body, NOW, raw)


def test_the_corpus_is_there() -> None:
    for folder in FOLDERS:
        there = {f"{folder}/{path.name}" for path in (PAYLOADS / folder).iterdir()}
        assert there and there == {payload["file"] for payload in payloads(folder)}


@every_payload
def test_every_payload_gives_the_events_of_the_manifest(payload: dict[str, Any]) -> None:
    wanted = expectation(payload)
    found = [as_json(event) for event in read(payload["file"])]
    assert len(found) == wanted["count"]
    pairs = [
        *zip(wanted["head"], found, strict=False),
        *zip(reversed(wanted["tail"]), reversed(found), strict=False),
    ]
    for event, ours in pairs:
        assert same(event, ours), f"wanted {event}, found {ours}"


@every_payload
def test_every_payload_has_the_keys_and_kinds_of_the_manifest(payload: dict[str, Any]) -> None:
    wanted = expectation(payload)
    found = read(payload["file"])
    kinds = Counter(as_json(event)["kind"] for event in found)
    assert len({event.key for event in found if event.key}) == wanted["unique_keys"]
    assert kinds == wanted.get("by_kind", kinds)


@every_payload
def test_what_a_message_says_is_what_its_type_tells(payload: dict[str, Any]) -> None:
    for event in read(payload["file"]):
        if isinstance(event, (MessageEvent, EditEvent)):
            assert event.type in TYPE_NAMES
            # What the type does not know is left out by this, and what it knows is checked.
            assert msgspec.convert(event.content, EventContent) == event.content


surrogates = st.text(st.characters(categories=["Cs", "Cc", "Ll"]), max_size=8)


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, item in value.items():
                yield from strings(name)
                yield from strings(item)
        case list():
            for item in value:
                yield from strings(item)


def assert_storable(events: list[Event]) -> None:
    shown = [as_json(event) for event in events]
    json.dumps(shown, allow_nan=False)
    for text in strings(shown):
        assert "\x00" not in text
        text.encode("utf-8")


@every_provider
@settings(deadline=None)
@given(st.dictionaries(st.text(), ANY_JSON))
def test_any_object_is_read_without_raising(name: str, body: dict[str, Any]) -> None:
    assert_storable(normalise(name, body))
    assert_storable(normalise(name, {**body, "object": "whatsapp_business_account"}))


_FACTS = ["from", "timestamp", "type", "text", "image", "voice", "context", "referral", "system"]
_MESSAGE = st.dictionaries(
    st.sampled_from(_FACTS),
    ANY_JSON | st.sampled_from(["text", "image", "voice", "ephemeral", "system"]),
).map(lambda facts: message(**facts))
_ARRAYS = st.dictionaries(
    st.sampled_from(["contacts", "messages", "statuses", "errors"]),
    ANY_JSON | st.lists(_MESSAGE, max_size=3),
)


@settings(deadline=None)
@given(_ARRAYS)
def test_any_arrays_without_an_envelope_are_read_and_lose_no_sibling(body: dict[str, Any]) -> None:
    whole = {"id": "sibling", "from": "12025550142", "type": "text", "text": {"body": "whole"}}
    messages = body.get("messages")
    messages = messages if isinstance(messages, list) else []
    events = normalise("waba", body | {"messages": [*messages, whole]})
    assert_storable(events)
    assert "msg:sibling" in {event.key for event in events}


@pytest.mark.parametrize("folder", FOLDERS)
@settings(deadline=None)
@given(st.data())
def test_a_payload_with_any_part_replaced_is_read_without_raising(
    folder: str, data: st.DataObject
) -> None:
    file = data.draw(st.sampled_from([payload["file"] for payload in payloads(folder)]))
    mutant = json.loads((PAYLOADS / file).read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        part: Any = mutant
        while True:
            places = list(part) if isinstance(part, dict) else list(range(len(part)))
            if not places:
                break
            place = data.draw(st.sampled_from(places))
            if isinstance(part[place], (dict, list)) and data.draw(st.booleans() | st.just(True)):
                part = part[place]
                continue
            part[place] = data.draw(ANY_JSON | surrogates)
            break
    assert_storable(normalise(FOLDERS[folder], mutant))
