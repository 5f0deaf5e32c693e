"""``last_messages``: what was said before, read only to date what is new (D.1, D.6).

It comes as JSON in a string, as an array, as prose, or broken. It is never imported: every
webhook repeats it, and none of its lines has an id to know it again by.
"""

import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from inbox.domain.text import few, text
from inbox.domain.times import Micros, when

Side = Literal["user", "bot"]


class Line(NamedTuple):
    side: str
    words: str | None
    at: Micros


def lines(value: object, now: Micros) -> list[Line]:
    """Those with a usable time, in no order: samples and documentation disagree about it."""
    found = []
    for item in few(parsed_json(value)):
        at = when(item.get("timestamp"), now)
        side = item.get("type")
        if at is not None and isinstance(side, str):
            found.append(Line(side, text(item.get("content")), at))
    return found


def parsed_json(value: Any) -> Any:
    """JSON in a string is what it says; prose and what is broken say nothing."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def newest(found: Iterable[Line], side: Side) -> Micros | None:
    return max((line.at for line in found if line.side == side), default=None)
