"""Numbers as people write and dial them: whose they are is found, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.dialled import spellings

BRITISH = "447700900320"
BRAZILIAN = ("5511987654321", "551187654321")
MEXICAN = ("525512345678", "5215512345678")
ARGENTINE = ("541123456789", "5491123456789")


def finds(typed: str, wa_id: str) -> bool:
    return any(digits in wa_id for digits in spellings(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900320",
        "(07700) 900-320",
        "07700.900.320",
        "0044 7700 900320",
        "011 44 7700 900320",
        "+44 7700 900320",
        "+44 (0)7700 900320",
        "\u202a+44 7700 900320\u202c",
        "٠٧٧٠٠ ٩٠٠٣٢٠",
        "０７７００９００３２０",
        "0770",
        "900320",
    ],
)
def test_a_number_is_found_however_it_is_written(typed: str) -> None:
    assert finds(typed, BRITISH)
    assert not finds(typed, "447700900999"[::-1])


@pytest.mark.parametrize(
    ("numbers", "typed"),
    [
        (BRAZILIAN, ["+55 11 98765-4321", "+55 11 8765-4321", "(11) 98765-4321", "11 8765 4321",
                     "011 98765-4321", "98765-4321", "8765-4321", "0 15 11 98765-4321"]),
        (MEXICAN, ["+52 1 55 1234 5678", "+52 55 1234 5678", "55 1234 5678", "044 55 1234 5678",
                   "045 55 1234 5678", "01 55 1234 5678", "1 55 1234 5678"]),
        (ARGENTINE, ["+54 9 11 2345-6789", "+54 11 2345-6789", "011 15-2345-6789",
                     "11 15 2345 6789", "+54 11 15-2345-6789", "9 11 2345 6789", "11 2345-6789"]),
        (("79123456789",), ["8 (912) 345-67-89", "+7 912 345 67 89", "912 345-67-89"]),
        (("36201234567",), ["06 20 123 4567", "+36 20 123 4567"]),
        (("12025550142",), ["(202) 555-0142", "1-202-555-0142", "202.555.0142"]),
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_dialled(numbers: list[str], typed: list[str]) -> None:
    for one in typed:
        for wa_id in numbers:
            assert finds(one, wa_id), (one, wa_id)


def test_another_countrys_number_is_not_taken_for_it() -> None:
    assert not finds("0044 7700 900320", "497700900320")
    assert not finds("+52 55 1234 5678", "15512345678")


@pytest.mark.parametrize("typed", ["", "12", "order 12345", "tel", "²³¹"])
def test_what_is_no_part_of_a_number_has_no_spelling(typed: str) -> None:
    assert spellings(typed) == []


@given(st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True))
def test_a_number_finds_itself(digits: str) -> None:
    assert finds(digits, digits)
    assert finds(f"+{digits}", digits)
    assert finds(f"00{digits}", digits)


@given(st.text(st.sampled_from("0123456789+() -./\u0660\u0669"), max_size=60))
def test_nothing_typed_is_an_error_and_no_spelling_is_short(typed: str) -> None:
    assert all(len(digits) >= 3 and digits.isascii() for digits in spellings(typed))
