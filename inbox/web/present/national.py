"""Numbers that somebody wrote as one dials them at home, in the country of their own number.

Only what looks like one for certain: with the zero that is dialled first at home, or grouped as
in North America, and of a length that numbers have there.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from inbox.domain import numbering
from inbox.domain.countries import country_of
from inbox.domain.inner_ids import inside
from inbox.domain.public import Message

NORTH_AMERICA = 1
_ZERO = r"\(?0[1-9](?:[ ()/.-]{0,2}[0-9]){7,10}"
_GROUPED = r"(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}"
_ALONE = r"(?![\w/=-]|[.,:][0-9]|[ ()]?[0-9])"
_NUMBER = re.compile(rf"(?<![\w+#/.,:=(-])(?:{_ZERO}|{_GROUPED}){_ALONE}", re.ASCII)


class Dialled(NamedTuple):
    """Where in a text it is, and how it is dialled from anywhere."""

    start: int
    end: int
    number: str


def region_of(message: Message) -> str:
    """The country of a customer's number, or of their user id; empty if it is not known."""
    known = inside(message.get("provider_message_id") or "")
    if known is None or message["direction"] != "incoming":
        return ""
    return country_of(known.peer)


def dialled_at_home(text: str, region: str) -> Iterator[Dialled]:
    for found in _NUMBER.finditer(text) if region else ():
        if number := _from_anywhere(found[0], region):
            yield Dialled(found.start(), found.end(), number)


@lru_cache(maxsize=4_096)
def _from_anywhere(written: str, region: str) -> str:
    american = numbering.country_code_for_region(region) == NORTH_AMERICA
    if american == written.lstrip("(").startswith("0"):
        return ""
    if not american and numbering.ndd_prefix_for_region(region, True) != "0":
        return ""
    try:
        parsed = numbering.parse(written, region)
    except numbering.NumberParseException:
        return ""
    if not numbering.is_whole(parsed):
        return ""
    return numbering.format_number(parsed, numbering.PhoneNumberFormat.E164)
