"""What a value of each kind is, told by a program, a form or a table."""

import pytest

from inbox.domain.attributes import (
    checked_choices,
    checked_key,
    checked_kind,
    checked_value,
    written,
)
from inbox.domain.contacts import AttributeKind, ContactAttribute
from inbox.domain.errors import Invalid


def attribute(kind: AttributeKind) -> ContactAttribute:
    choices = ["Basic", "Plus"] if kind == "choice" else []
    return {"id": "1", "key": "a", "label": "Plan", "kind": kind, "choices": choices}


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", "  Two words ", "Two words"),
        ("text", 12, "12"),
        ("number", 12, 12),
        ("number", "12.50", 12.5),
        ("number", "12,5", 12.5),
        ("number", "-3.0", -3),
        ("number", 1e3, 1000),
        ("date", "2024-02-29", "2024-02-29"),
        ("choice", "plus", "Plus"),
        ("link", "https://example.com/a?b#c", "https://example.com/a?b#c"),
        ("yes_no", True, True),
        ("yes_no", "No", False),
        ("number", "", None),
        ("yes_no", None, None),
    ],
)
def test_a_value_is_kept_as_what_it_is_and_read_again_as_it_is_written(
    kind: AttributeKind, value: object, kept: object
) -> None:
    found = checked_value(attribute(kind), value)
    assert (found, type(found)) == (kept, type(kept))
    if found is not None:
        assert checked_value(attribute(kind), written(found)) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "x" * 1001),
        ("text", ["a"]),
        ("number", "1,250"),
        ("number", "twelve"),
        ("number", True),
        ("number", float("nan")),
        ("number", 10**15),
        ("number", "1e5"),
        ("date", "2023-02-29"),
        ("date", "29.02.2024"),
        ("date", "20240229"),
        ("choice", "Gold"),
        ("link", "javascript:alert(1)"),
        ("link", "https://"),
        ("link", "https://exa mple.com"),
        ("link", "http://[x"),
        ("yes_no", "perhaps"),
        ("yes_no", 2),
    ],
)
def test_what_is_none_is_refused_under_its_key_and_label(
    kind: AttributeKind, value: object
) -> None:
    with pytest.raises(Invalid, match=r"^Plan: ") as told:
        checked_value(attribute(kind), value)
    assert told.value.field == "attributes.a"


@pytest.mark.parametrize("key", ["", "Plan", "1st", "two words", "naïve", "x" * 41, "a-b", "note"])
def test_a_key_is_one_that_programs_can_write(key: str) -> None:
    assert checked_key("order_number2") == "order_number2"
    with pytest.raises(Invalid):
        checked_key(key)


def test_choices_are_of_a_choice_alone_and_each_is_there_once() -> None:
    assert checked_choices("choice", [" Basic", "Basic", "", "Plus"]) == ["Basic", "Plus"]
    assert checked_choices("text", [""]) == []
    for kind, choices in (("choice", [" "]), ("choice", ["x" * 101]), ("text", ["Basic"])):
        with pytest.raises(Invalid) as told:
            checked_choices(checked_kind(kind), choices)
        assert told.value.field == "choices"
    with pytest.raises(Invalid):
        checked_kind("colour")
