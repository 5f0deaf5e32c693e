"""Who is named in a text: ``@`` and a name, at the beginning of a word."""

import re
from collections.abc import Iterable

from inbox.domain.content import Mention

MOST = 50
"""People that one note names."""


def people_named(text: str, people: Iterable[Mention]) -> list[Mention]:
    """Those of these people whom the text names, in the order in which it does.

    Of two whose names begin alike the longer one is meant; two of one name are both meant.
    """
    by_name: dict[str, list[Mention]] = {}
    for one in people:
        by_name.setdefault(one["name"].casefold(), []).append(one)
    if "@" not in text or not by_name:
        return []
    found: dict[str, Mention] = {}
    for match in pattern(by_name).finditer(text):
        for one in by_name.get(match[0][1:].casefold(), ()):
            found.setdefault(one["id"], one)
    return list(found.values())


def pattern(names: Iterable[str]) -> re.Pattern[str]:
    """What finds ``@`` with one of these names. An address of e-mail or of the web names nobody."""
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\S)@(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)
