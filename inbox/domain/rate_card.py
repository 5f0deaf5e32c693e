"""What a message costs: by the rate card that admins keep, in decimals and never in floats.

A rate holds for a currency, a country (or all that have none of their own) and a category, from
a day on. Which day that is, the channel's own time zone says.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

EVERYWHERE: Final = ""
"""The country of a rate for all that have none of their own."""
KNOWN_CATEGORIES: Final = (
    "marketing",
    "utility",
    "authentication",
    "authentication-international",
    "service",
)
"""Those that Meta charges for. The list is not closed."""

_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
CATEGORY: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)


class RateKey(NamedTuple):
    """For what a rate holds; ``from_day`` as ISO 8601."""

    currency: str
    country: str
    category: str
    from_day: str


class Rate(NamedTuple):
    """``price`` of one message, as ``0.0442``."""

    currency: str
    country: str
    category: str
    from_day: str
    price: str

    @property
    def key(self) -> RateKey:
        return RateKey(*self[:4])


def price_of(rates: Iterable[Rate], country: str, category: str, day: date) -> Decimal | None:
    """What one message costs that day; of ``rates``, those in the channel's currency.

    A country's own rate goes before that for all others, and the newest of them holds.
    """
    on = day.isoformat()
    fitting = [
        rate
        for rate in rates
        if rate.category == category and rate.country in (country, EVERYWHERE)
        if rate.from_day <= on
    ]
    if not fitting:
        return None
    best = max(fitting, key=lambda rate: (rate.country != EVERYWHERE, rate.from_day))
    return Decimal(best.price)


def price(words: str) -> str | None:
    """A price as it is kept, without zeros that say nothing; None if it is none."""
    if not _PRICE.fullmatch(words):
        return None
    return plain(Decimal(words))


def plain(amount: Decimal) -> str:
    """``0.0442``, and never ``4.42E-2``."""
    told = f"{amount:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told
