"""Which rate holds, and how prices are written: decimals, never floats."""

from datetime import date
from decimal import Decimal

import pytest

from inbox.domain.rate_card import Rate, plain, price_kept, price_of

CARD = [
    Rate("EUR", "", "utility", "2026-01-01", "0.05"),
    Rate("EUR", "GB", "utility", "2026-04-01", "0.02"),
    Rate("EUR", "GB", "utility", "2026-07-01", "0.03"),
]


@pytest.mark.parametrize(
    ("country", "day", "amount"),
    [
        ("GB", date(2026, 8, 1), "0.03"),
        ("GB", date(2026, 7, 1), "0.03"),
        ("GB", date(2026, 6, 30), "0.02"),
        ("GB", date(2026, 3, 31), "0.05"),
        ("US", date(2026, 8, 1), "0.05"),
        ("US", date(2025, 12, 31), None),
    ],
)
def test_a_country_goes_before_all_others_and_the_newest_holds(
    country: str, day: date, amount: str | None
) -> None:
    found = price_of(CARD, country, "utility", day)
    assert found == (None if amount is None else Decimal(amount))
    assert price_of(CARD, country, "marketing", day) is None


@pytest.mark.parametrize(
    ("words", "kept"),
    [("0.0440", "0.044"), ("3", "3"), ("10.00", "10"), ("0", "0"), ("100", "100")],
)
def test_a_price_is_kept_without_zeros_that_say_nothing(words: str, kept: str) -> None:
    assert price_kept(words) == kept


@pytest.mark.parametrize("words", ["", "-1", "1e3", "0,05", "€1", "1.1234567", "NaN", "1" * 10])
def test_what_is_no_price_is_none(words: str) -> None:
    assert price_kept(words) is None


def test_a_small_amount_is_written_with_all_its_digits() -> None:
    assert plain(Decimal("0.0000042") * 1000) == "0.0042"
    assert plain(Decimal("1E-7")) == "0.0000001"
