"""Numbers as identities (wire-formats F.4): one person is one contact, two are never one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.phone import NOBODY, match_key, number

DIGITS = st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True)


@pytest.mark.parametrize(
    "spelled",
    [
        "12025550142",
        "+12025550142",
        "0012025550142",
        "+1 (202) 555-0142",
        "1.202.555.0142",
        "\u202a+1 202 555 0142\u202c",
        12025550142,
        12025550142.0,
    ],
)
def test_spellings_of_one_number_are_one_number(spelled: Any) -> None:
    assert number(spelled) == ("12025550142", "+12025550142")


@pytest.mark.parametrize("value", [None, True, False, "", "  ", [], {}, 1.5, float("nan"), b"1"])
def test_what_is_no_number_is_nobody(value: Any) -> None:
    assert number(value) == NOBODY


@pytest.mark.parametrize(
    "value", ["US.40817263549081726354", "02025550142", "call me", "123456", "1" * 16, "١٢٣٤٥٦٧٨"]
)
def test_what_cannot_be_dialled_is_kept_as_it_is(value: str) -> None:
    assert number(value) == (value, None)


def test_an_endless_number_is_cut() -> None:
    assert number("x" * 10_000).wa_id == "x" * 256


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("553187654321", "5531987654321"),
        ("5215512345678", "525512345678"),
        ("5491123456789", "541123456789"),
    ],
)
def test_variants_of_one_number_match(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("553132345678", "5531932345678"),  # a landline: no ninth digit
        ("12025550142", "12025550143"),
        ("22501234567", "2250701234567"),  # Ivory Coast: cannot be computed
    ],
)
def test_different_numbers_do_not_match(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@given(DIGITS)
def test_a_match_key_matches_itself(digits: str) -> None:
    assert match_key(match_key(digits)) == match_key(digits)


@given(DIGITS)
def test_a_country_is_never_guessed(digits: str) -> None:
    assert number(digits) == (digits, "+" + digits)
    assert number("0" + digits).phone is None
