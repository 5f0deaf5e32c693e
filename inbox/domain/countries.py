"""The country of a customer: of their number, or of Meta's id for who shows none."""

from functools import cache, lru_cache

from inbox.domain import numbering


@lru_cache(maxsize=4_096)
def country_of(peer: str) -> str:
    """Two letters for a number in digits or a user id, as ``US.4081``; empty if it is not known."""
    if not peer.isdecimal():
        return peer[:2] if peer[2:3] == "." and peer[:2].isupper() else ""
    try:
        parsed = numbering.parse(f"+{peer}")
    except numbering.NumberParseException:
        return ""
    found = numbering.region_code_for_number(parsed)
    found = found or numbering.region_code_for_country_code(parsed.country_code or 0)
    return found if is_country(found) else ""


def is_country(code: str) -> bool:
    """Whether numbers are given out there: two letters, as ``GB``."""
    return code in numbering.SUPPORTED_REGIONS


@cache
def countries() -> tuple[str, ...]:
    """All of them."""
    return tuple(sorted(numbering.SUPPORTED_REGIONS))
