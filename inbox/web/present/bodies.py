"""Bodies of webhooks as text for people: with indents, nothing secret, nothing that hides."""

import json
import re
from collections.abc import Collection, Iterable
from itertools import takewhile
from typing import Any

from inbox.domain.redaction import redacted, redacted_text
from inbox.domain.text import clip

SHOWN = 200_000
"""Characters of a body, and of its events, on a page."""
_BEYOND = 4_096
"""So much more is looked at: a secret that the end cuts in two is hidden as well."""

# Controls, and what turns the order of letters round or takes no place: in a body "as it came"
# they would make it look like something else. What joins emoji stays.
_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069"
    "\\ufeff\\U000e0000-\\U000e007f]"
)


def readable_body(body: bytes, own: Collection[str] = ()) -> str:
    """JSON with indents, else the text as it came; the start of a long one.

    ``own``: secrets of ours that must not be shown wherever they stand.
    """
    text = body.decode("utf-8", "replace")
    try:
        beginning = _Beginning().of(json.loads(text))
        return seen(clip(_together(_indented(redacted(beginning, own=own))), SHOWN))
    except (ValueError, RecursionError):
        return seen(clip(redacted_text(text[: SHOWN + _BEYOND], own), SHOWN))


def seen(text: str) -> str:
    """What is no character, or none that one sees, stands as the escape that JSON has for it."""
    whole = text.encode("utf-8", "backslashreplace").decode()
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", whole)


class _Beginning:
    """As much of a JSON value as is shown of it, and a little more: of 4 MB most is not."""

    def __init__(self) -> None:
        self._left = SHOWN

    def of(self, value: Any) -> Any:
        # Each thing is counted as shorter than it is written, so that what is left out shows.
        self._left -= len(value) if isinstance(value, str) else 1
        if isinstance(value, dict):
            items = takewhile(lambda _: self._left > 0, value.items())
            return {name: self.of(inner) for name, inner in items}
        if isinstance(value, list):
            return [self.of(inner) for inner in takewhile(lambda _: self._left > 0, value)]
        return value[: SHOWN + _BEYOND] if isinstance(value, str) else value


# With indents a deep body is a thousand times as long: it is never written as a whole.
_indented = json.JSONEncoder(indent=2, ensure_ascii=False).iterencode


def _together(parts: Iterable[str]) -> str:
    """As many as are shown."""
    taken, size = [], 0
    for part in parts:
        taken.append(part)
        size += len(part)
        if size > SHOWN:
            break
    return "".join(taken)
