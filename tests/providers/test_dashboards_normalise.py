"""The webhooks of WhatsAble's two products become events, whatever is in them."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.events import Event, as_json
from inbox.providers.registry import PROVIDERS
from tests.support.corpus import ANY_JSON, PAYLOADS, payloads, same
from tests.support.meta import NOW

NAMES = {"whatsable_v1": "whatsable", "notifier_v2": "notifier"}
CORPUS = [payload for folder in NAMES for payload in payloads(folder)]
FILES = [payload["file"] for payload in CORPUS]

every_payload = pytest.mark.parametrize("payload", CORPUS, ids=FILES)


def read(name: str, body: Any) -> list[Event]:
    raw = json.dumps(body).encode("ascii")
    return PROVIDERS[name].normalise(body, NOW, raw)


def read_file(payload: dict[str, Any]) -> list[Event]:
    raw = (PAYLOADS / payload["file"]).read_bytes()
    return PROVIDERS[NAMES[payload["provider"]]].normalise(json.loads(raw), NOW, raw)


def test_the_corpus_is_there() -> None:
    assert len(CORPUS) == 21 + 17


@every_payload
def test_every_payload_gives_the_events_of_the_manifest(payload: dict[str, Any]) -> None:
    wanted, found = payload["events"], [as_json(event) for event in read_file(payload)]
    assert len(found) == len(wanted)
    for event, ours in zip(wanted, found, strict=True):
        assert same(event, ours), f"wanted {event}, found {ours}"


@every_payload
def test_every_payload_has_the_keys_of_the_manifest(payload: dict[str, Any]) -> None:
    keys = [event.key for event in read_file(payload) if event.key]
    assert len(keys) == payload["unique_keys"]
    assert read_file(payload) == read_file(payload)


surrogates = st.text(st.characters(categories=["Cs", "Cc", "Ll"]), max_size=8)
anything = ANY_JSON | surrogates | st.integers(-(10**18), 10**18).map(str)

_ENVELOPES = {
    "whatsable": [
        lambda data: {"event": "incoming_message", "data": data},
        lambda data: {"event": "message_status", "data": data},
        lambda data: data,
    ],
    "notifier": [lambda data: {"event_type": "incoming_message", "event_id": "e", "data": data}],
}
_FIELDS = [
    "phone_number",
    "recipient_name",
    "last_messages",
    "last_message_of_user",
    "message_type",
    "attachment_url",
    "user_timestamp",
    "incoming_message",
    "message_id",
    "status",
    "timestamp",
    "error",
    "message",
    "conversation_id",
]


def assert_storable(events: list[Event]) -> None:
    assert len(events) == 1
    written = json.dumps([as_json(event) for event in events], allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in written.replace("\\\\", "")
    written.encode("utf-8")


@pytest.mark.parametrize("name", NAMES.values())
@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(_FIELDS), anything), st.data())
def test_any_fields_are_read_without_raising(
    name: str, fields: dict[str, Any], data: st.DataObject
) -> None:
    enveloped = data.draw(st.sampled_from(_ENVELOPES[name]))
    assert_storable(read(name, enveloped(fields)))
    assert_storable(read(name, enveloped({"phone_number": "12025550142", **fields})))


@settings(deadline=None)
@given(st.sampled_from(CORPUS), st.data())
def test_a_payload_with_any_part_replaced_is_read_without_raising(
    payload: dict[str, Any], data: st.DataObject
) -> None:
    mutant = copy.deepcopy(json.loads((PAYLOADS / payload["file"]).read_text()))
    for _ in range(data.draw(st.integers(1, 3))):
        part: Any = mutant
        while places := list(part) if isinstance(part, dict) else list(range(len(part))):
            place = data.draw(st.sampled_from(places))
            if isinstance(part[place], (dict, list)) and data.draw(st.booleans()):
                part = part[place]
                continue
            part[place] = data.draw(anything)
            break
    assert_storable(read(NAMES[payload["provider"]], mutant))


def test_a_history_of_any_depth_is_read_without_raising() -> None:
    for history in ("[" * 50_000, '{"a":' * 50_000, "[1e999]", "[NaN]", '["\\ud83d"]', "\x00"):
        data = {"phone_number": "12025550142", "last_messages": history, "user_timestamp": 1}
        [event] = read("whatsable", data)
        assert as_json(event)["kind"] == "message"
