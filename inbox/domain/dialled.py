"""Numbers as people write and dial them, to find whose they are.

What is typed into a search names no country: ``07700 900320`` is somebody's in Britain and
somebody else's elsewhere. So no identity is made of it (see ``phone``); it only says which
digits the number may have within.
"""

import contextlib
import re
import unicodedata
from collections.abc import Iterator

from inbox.domain import numbering

SHORTEST = 3
_WHOLE = 8

_TRUNK_ASIDE = re.compile(r"[(\[]\s*0\s*[)\]]")
"""As in +44 (0)7700 900320: dialled at home only."""
_PLUS = re.compile(r"\D*[+＋]")
_EXIT = re.compile(r"(?:0011|011|010|810)(?=\d{7})|00(?=\d{3})")
_BRAZILIAN = re.compile(r"((?:55)?[1-9]{2}|)(9?)([6-9]\d{7})")
_MARKED = re.compile(r"(?:(52)1|(54)9)(\d{10})")
_UNMARKED = re.compile(r"(52|54)(\d{10})")
_MOBILE_AT_HOME = re.compile(r"(?:01|04[45]|1|9)(\d{10})")
_MARK = {"52": "1", "54": "9"}
"""Of mobiles in Mexico and Argentina: some write it and some do not."""

_BY_THEIR_RULES = ("AR", "BR", "BY", "HU", "RU")
"""Where more than a zero is dialled at home: an 8, 06, a carrier, or 15 after the area."""


def digits_of(typed: str) -> str:
    """The digits in any script; none at all if there are letters as well."""
    if any(character.isalpha() for character in typed):
        return ""
    bare = _TRUNK_ASIDE.sub("", typed)
    return "".join(str(unicodedata.decimal(each)) for each in bare if each.isdecimal())


def spellings(typed: str) -> list[str]:
    """What to look for within numbers, any of which answers; empty if it is no part of one."""
    digits = digits_of(typed)
    if len(digits) < SHORTEST:
        return []
    abroad, certain = _from_abroad(digits, plus=bool(_PLUS.match(typed)))
    whole = {each for one in abroad for each in (_with_country(one) if certain else _at_home(one))}
    found = whole | {each for one in whole for each in _variants(one)}
    return sorted(
        each for each in found if not any(less != each and less in each for less in found)
    )


def _from_abroad(digits: str, *, plus: bool) -> tuple[set[str], bool]:
    """Without the code that leads out of a country; whether it is certain that there was one."""
    exits = _EXIT.match(digits)
    if plus or not exits:
        return {digits}, plus
    bare = digits[exits.end() :]
    return ({bare}, True) if digits.startswith("00") else ({digits, bare}, False)


def _with_country(digits: str) -> Iterator[str]:
    """And without what is dialled at home all the same, as in +44 07700 and +54 11 15."""
    yield digits
    with contextlib.suppress(numbering.NumberParseException):
        parsed = numbering.parse(f"+{digits}")
        if numbering.is_whole(parsed):
            yield f"{parsed.country_code}{numbering.national_significant_number(parsed)}"


def _at_home(digits: str) -> Iterator[str]:
    """With and without what is dialled before a number in its own country."""
    yield digits
    if digits.startswith("0") and len(digits) > SHORTEST:
        yield digits[1:]
    if found := _MOBILE_AT_HOME.fullmatch(digits):
        yield found[1]
    for region in _BY_THEIR_RULES if len(digits) >= _WHOLE else ():
        with contextlib.suppress(numbering.NumberParseException):
            parsed = numbering.parse(digits, region)
            if numbering.is_whole(parsed):
                national = numbering.national_significant_number(parsed)
                yield national.removeprefix("9") if region == "AR" else national


def _variants(digits: str) -> Iterator[str]:
    """The other spellings of a mobile: Brazil's ninth digit, Mexico's 1, Argentina's 9."""
    if found := _BRAZILIAN.fullmatch(digits):
        area, nine, line = found.groups()
        yield area + line
        if area and not nine:
            yield f"{area}9{line}"
    if found := _MARKED.fullmatch(digits):
        yield f"{found[1] or found[2]}{found[3]}"
    if found := _UNMARKED.fullmatch(digits):
        yield f"{found[1]}{_MARK[found[1]]}{found[2]}"
