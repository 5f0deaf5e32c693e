"""Phone numbers as identities (wire-formats F.4). Never guess a country code."""

import math
import re
from typing import NamedTuple

from inbox.domain.text import scrub

VERBATIM_LIMIT = 256

_ORNAMENT = re.compile(r"[\s().\-\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_E164 = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)


class Number(NamedTuple):
    """``wa_id``: digits if it looks like a phone, else verbatim. ``phone``: ``+`` and digits."""

    wa_id: str | None
    phone: str | None


NOBODY = Number(None, None)


def number(value: object) -> Number:
    """Read what a provider calls a phone number; strings and whole numbers count."""
    if isinstance(value, str) and _E164.fullmatch(value):
        return Number(value, "+" + value)  # how nearly every webhook writes it
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return NOBODY
    verbatim = scrub(str(value)).strip()[:VERBATIM_LIMIT]
    digits = _ORNAMENT.sub("", verbatim)
    digits = digits[1:] if digits.startswith("+") else digits.removeprefix("00")
    if _E164.fullmatch(digits):
        return Number(digits, "+" + digits)
    return Number(verbatim or None, None)


def match_key(wa_id: str) -> str:
    """One key for the spellings of one number: Brazil's ninth digit, Mexico's 1, Argentina's 9."""
    if wa_id.startswith("55") and len(wa_id) == 12 and wa_id[4] in "6789":
        return wa_id[:4] + "9" + wa_id[4:]
    if wa_id.startswith("521") and len(wa_id) == 13:
        return "52" + wa_id[3:]
    if wa_id.startswith("549") and len(wa_id) == 13:
        return "54" + wa_id[3:]
    return wa_id
