"""Hostile scalars, read once at the border (wire-formats F.5, F.8 and G 18, 19)."""

import sqlite3
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.text import flag, identifier, mapping, mappings, present, scrub, text

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
"""Lone surrogates and NUL included."""


@pytest.mark.parametrize(
    ("hostile", "clean"),
    [
        ("plain", "plain"),
        ("nul\x00byte", "nul\ufffdbyte"),
        ("é\x00", "é\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("cut \ud83d", "cut \ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("  trimmed? no\n", "  trimmed? no\n"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("e\u0301", "e\u0301"),
        ("\u202eevil\u2066", "\u202eevil\u2066"),
    ],
)
def test_only_what_breaks_others_is_replaced(hostile: str, clean: str) -> None:
    assert scrub(hostile) == clean


@given(ANY_TEXT)
def test_scrubbed_text_can_be_stored_and_sent(hostile: str) -> None:
    clean = scrub(hostile)
    assert scrub(clean) == clean
    assert msgspec.json.decode(msgspec.json.encode(clean)) == clean
    with_database = sqlite3.connect(":memory:")
    assert with_database.execute("SELECT ?", [clean]).fetchone() == (clean,)
    with_database.close()


@pytest.mark.parametrize(
    ("value", "read"),
    [("a", "a"), ("", None), (42, "42"), (1.5, "1.5"), (True, None), (None, None), ([], None)],
)
def test_texts(value: Any, read: str | None) -> None:
    assert text(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (" wamid.A= ", "wamid.A="),
        (2**70, str(2**70)),
        ("", None),
        (" ", None),
        (1.0, None),
        (True, None),
        ("x" * 512, "x" * 512),
        ("x" * 513, None),
        (["x"], None),
    ],
)
def test_identifiers(value: Any, read: str | None) -> None:
    assert identifier(value) == read


@given(st.integers() | st.floats() | st.none() | st.text() | st.lists(st.integers()))
def test_a_value_of_the_wrong_kind_is_absent(value: Any) -> None:
    assert flag(value) is None and mapping(value) == {} and mappings(value) == []


def test_scalars_among_objects_do_not_lose_their_siblings() -> None:
    assert mappings([None, {"a": 1}, 3, "x", [], {}]) == [{"a": 1}, {}]


def test_a_zero_says_something_and_an_empty_text_does_not() -> None:
    said = present(latitude=0, live=False, name="", cards=[], media={}, caption=None)
    assert said == {"latitude": 0, "live": False}
