"""Money as people write it, and which currencies there are: from CLDR."""

from decimal import Decimal
from functools import cache

from babel.numbers import format_currency, list_currencies

from inbox.domain.language import cldr, language


@cache
def currencies() -> frozenset[str]:
    """By their three letters, as ``EUR``."""
    return frozenset(list_currencies())


def money(amount: str | Decimal, currency: str) -> str:
    """All digits that an amount has, and at least those that its currency has: €0.0442."""
    place = cldr(language().locale)
    return format_currency(Decimal(amount), currency, locale=place, decimal_quantization=False)


def country_name(code: str) -> str:
    """As it is called in the language that is spoken; a code that is unknown stays as it is."""
    return str(cldr(language().locale).territories.get(code, code))
