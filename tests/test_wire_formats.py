"""What docs/wire-formats.md says of us is what the code does."""

import re

from msgspec.structs import fields

from inbox.domain import text
from inbox.domain.events import KINDS
from inbox.domain.status import LADDER
from inbox.providers.registry import PROVIDERS
from inbox.receiving.body import parse
from tests.test_citations import WIRE_FORMATS

NOT_TOLD = {"key", "ts", "account", "content", "fault"}
"""Fields of an event that F.1 has words for, whose parts it names one by one, or that are only for
our own log."""


def section(name: str) -> str:
    return re.split(r"\n##", WIRE_FORMATS.split(f"\n### {name} ")[1])[0]


def test_the_events_have_the_fields_that_they_are_said_to_have() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section("F.1"), re.MULTILINE))
    assert rows.keys() == set(KINDS.values())
    for event, kind in KINDS.items():
        told = {word for words in re.findall(r"`([^`]+)`", rows[kind]) for word in words.split()}
        known = {field.name for field in fields(event)} - NOT_TOLD
        assert known <= told, kind
        assert kind == "message" or told == known, kind


def test_the_ladder_is_the_one_that_is_told() -> None:
    steps = section("F.6").split("in this order")[0]
    assert tuple(re.findall(r"`(\w+)`", steps)) == LADDER


def test_the_limits_of_scalars_are_those_that_are_told() -> None:
    limits = (text.TEXT_LIMIT, text.NAME_LIMIT, text.IDENTIFIER_LIMIT, text.LIST_LIMIT)
    for limit in limits:
        assert f" {limit:,}" in section("F.8")


def test_replies_go_where_they_are_said_to_go() -> None:
    for provider in PROVIDERS.values():
        assert provider.default_api_base in WIRE_FORMATS


def test_the_samples_of_the_document_can_be_read() -> None:
    samples = re.findall(r"^```json\n(.*?)^```", WIRE_FORMATS, re.MULTILINE | re.DOTALL)
    assert len(samples) > 7
    for sample in samples:
        assert parse(sample.encode())
