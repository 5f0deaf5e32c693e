"""What a message costs: by the rate card that admins keep, in decimals and never in floats.

A rate holds for a currency, a country (or all that have none of their own) and a category, from
a day on. Which day that is, the channel's own time zone says.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from inbox.domain.countries import is_country
from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.money import currencies
from inbox.domain.text import clip

EVERYWHERE: Final = ""
"""The country of a rate for all that have none of their own."""
OTHERS: Final = "*"
"""How people write that."""
SAID: Final = 40
"""Characters of what is wrong that a sentence repeats."""
KNOWN_CATEGORIES: Final = (
    "marketing",
    "utility",
    "authentication",
    "authentication-international",
    "service",
)
"""Those that Meta charges for. The list is not closed."""

_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_CATEGORY: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)


FAULTS: Final = {
    "currency": N_("“%(said)s” is no currency: write three letters, as EUR."),
    "country": N_("“%(said)s” is no country: write two letters, as GB, or * for all others."),
    "category": N_("“%(said)s” is no category: write one as WhatsApp does, like utility."),
    "from_day": N_("“%(said)s” is no day: write it like 2026-10-01."),
    "price": N_("“%(said)s” is no price: write a decimal like 0.0442, with six digits at most."),
}
"""What is wrong with a part of a rate, by its name."""


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


def checked_rate(currency: str, country: str, category: str, from_day: str, price: str) -> Rate:
    """As people and programs write it; raises ``Invalid``."""
    told = Rate(
        currency.strip().upper(),
        country.strip().upper().replace(OTHERS, EVERYWHERE),
        category.strip().lower(),
        from_day.strip(),
        price.strip(),
    )
    _require("currency", currency, told.currency in currencies())
    _require("country", country, told.country == EVERYWHERE or is_country(told.country))
    _require("category", category, _CATEGORY.fullmatch(told.category) is not None)
    _require("from_day", from_day, _is_day(told.from_day))
    kept = price_kept(told.price)
    if kept is None:
        raise _fault("price", price)
    return told._replace(price=kept)


def _require(name: str, said: str, right: bool) -> None:
    if not right:
        raise _fault(name, said)


def _fault(name: str, said: str) -> Invalid:
    return Invalid(name, _(FAULTS[name], said=clip(said, SAID)))


def _is_day(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


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


def price_kept(words: str) -> str | None:
    """A price as it is kept, without zeros that say nothing; None if it is none."""
    if not _PRICE.fullmatch(words):
        return None
    return plain(Decimal(words))


def plain(amount: Decimal) -> str:
    """``0.0442``, and never ``4.42E-2``."""
    told = f"{amount:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told
