"""Allow-lists: what is written is what is meant, and who is not on them is a stranger."""

import pytest

from inbox.domain.addresses import admits, first, ranges


def test_addresses_and_ranges_are_read_however_they_are_separated() -> None:
    assert ranges(" 203.0.113.7,198.51.100.0/24\n2001:DB8::/32;203.0.113.7 ") == (
        "203.0.113.7/32",
        "198.51.100.0/24",
        "2001:db8::/32",
    )
    assert ranges(" \n") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("203.0.113.0/33", "203.0.113.0/33"),
        ("203.0.113.7 example.com", "example.com"),
        ("203.0.113.7/24", "it is 203.0.113.0/24"),
        ("2001:db8::1/32", "it is 2001:db8::/32"),
        ("1.2.3", "no address"),
        ("\u0663.1.1.1", "no address"),
        (" ".join(f"10.0.{n}.1" for n in range(201)), "At most 200"),
    ],
)
def test_what_is_no_range_is_named(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ranges(text)


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("198.51.100.255", True),
        ("::ffff:198.51.100.9", True),
        ("198.51.101.0", False),
        ("2001:db8:ffff::1", True),
        ("2001:db9::1", False),
        ("", False),
        ("an unknown address", False),
        ("198.51.100.9:443", False),
    ],
)
def test_only_who_is_in_a_range_is_let_in(address: str, inside: bool) -> None:
    allowed = ranges("198.51.100.0/24, 2001:db8::/32")
    assert admits(allowed, address) is inside
    assert admits(allowed, first(allowed))
