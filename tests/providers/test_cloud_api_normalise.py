"""Meta's webhooks become events, whatever is in them."""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.events import Event, as_json
from tests.support.corpus import ANY_JSON, body, expectation, payloads, same
from tests.support.meta import normalise

META = payloads("meta")
FILES = [each["file"] for each in META]


def test_the_corpus_is_there() -> None:
    assert len(META) > 90


@pytest.mark.parametrize("payload", META, ids=FILES)
def test_every_payload_gives_the_events_of_the_manifest(payload: dict[str, Any]) -> None:
    wanted = expectation(payload)
    found = [as_json(event) for event in normalise(body(payload["file"]))]
    assert len(found) == wanted["count"]
    pairs = [
        *zip(wanted["head"], found, strict=False),
        *zip(reversed(wanted["tail"]), reversed(found), strict=False),
    ]
    for event, ours in pairs:
        assert same(event, ours), f"wanted {event}, found {ours}"


@pytest.mark.parametrize("payload", META, ids=FILES)
def test_every_payload_has_the_keys_and_kinds_of_the_manifest(payload: dict[str, Any]) -> None:
    wanted = expectation(payload)
    found = normalise(body(payload["file"]))
    kinds = Counter(as_json(event)["kind"] for event in found)
    assert len({event.key for event in found if event.key}) == wanted["unique_keys"]
    assert kinds == wanted.get("by_kind", kinds)


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


@settings(deadline=None)
@given(st.dictionaries(st.text(), ANY_JSON))
def test_any_object_is_read_without_raising(body: dict[str, Any]) -> None:
    assert_storable(normalise(body))
    assert_storable(normalise({**body, "object": "whatsapp_business_account"}))


@settings(deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_a_payload_with_any_part_replaced_is_read_without_raising(
    file: str, data: st.DataObject
) -> None:
    mutant = copy.deepcopy(body(file))
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
    assert_storable(normalise(mutant))
