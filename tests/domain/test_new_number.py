"""Numbers as people all over the world type them, to write to them first."""

import pytest

from inbox.domain.errors import Invalid
from inbox.domain.new_number import home_of, read_number


@pytest.mark.parametrize(
    ("typed", "home", "phone", "region"),
    [
        ("+44 7700 900123", "", "+447700900123", "GB"),
        ("+44 (0)7700 900123", "US", "+447700900123", "GB"),
        ("0044 7700 900123", "US", "+447700900123", "GB"),
        ("07700 900123", "GB", "+447700900123", "GB"),
        ("(202) 555-0142", "US", "+12025550142", "US"),
        ("011 44 7700 900123", "US", "+447700900123", "GB"),
        ("+1 202.555.0142", "GB", "+12025550142", "US"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "GB", "+447700900123", "GB"),
        ("\u202a+44 7700 900123\u202c", "", "+447700900123", "GB"),
        ("\uff0b44 7700 900123", "", "+447700900123", "GB"),
    ],
)
def test_a_number_is_read_as_it_is_dialled(typed: str, home: str, phone: str, region: str) -> None:
    assert read_number(typed, home) == (phone, region)


@pytest.mark.parametrize(
    ("typed", "home", "why"),
    [
        ("07700 900123", "", "Begin with +"),
        ("", "GB", "Enter a phone number"),
        ("Amara", "GB", "Enter a phone number"),
        ("+999 123456789", "", "Begin with +|No country"),
        ("07700", "GB", "too few digits"),
        ("+44 7700 900123 4567", "", "too many digits"),
        ("1" * 60, "GB", "too many digits"),
        ("1" * 600, "GB", "no phone number"),
        ("555-0142", "US", "too few digits"),
    ],
)
def test_what_is_none_is_said_in_words(typed: str, home: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as wrong:
        read_number(typed, home)
    assert wrong.value.field == "phone_number"


def test_home_is_where_our_own_number_is() -> None:
    assert [home_of(each) for each in ("+12025550100", "+447700900123", None, "", "+8")] == [
        "US",
        "GB",
        "",
        "",
        "",
    ]
