"""WhatsApp's own markup, as people type it: what is a mark, and the words without the marks.

*bold* _italic_ ~strike~ `mono` ```mono```, and at the start of a line ``> `` for a quote and
``- `` or ``* `` for a list. A numbered list reads well as it is typed.
"""

import re
from typing import Final

_TRAILING = r".,;:!?'\"*_~)\]}"
HINT: Final = re.compile(r"[`*_~@+]|https?:|www\.|tel:|mailto:", re.IGNORECASE)
"""A text in which this is not found has no tokens."""

_TOKENS = (
    r"```(?P<block>.+?)```"
    r"|`(?P<mono>[^`\n]+)`"
    rf"|(?P<web>\bhttps?://[^\s<>\"`]*[^\s<>`{_TRAILING}])"
    rf"|(?P<bare>\bwww\.[^\s<>\"`]*[^\s<>`{_TRAILING}])"
    r"|(?P<mail>(?:\bmailto:)?\b[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\b)"
    r"|(?P<tel>(?:\btel:)?(?<![\w+])\+[1-9](?:[ .()-]{0,2}[0-9]){6,14}(?![\w]))"
    r"|(?<![\w*])\*(?=[^\s*])(?P<bold>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?<![\w])_(?=[^\s_])(?P<italic>[^_\n]+)(?<=\S)_(?![\w])"
    r"|(?<![\w~])~(?=[^\s~])(?P<strike>[^~\n]+)(?<=\S)~(?![\w~])"
)
MAILED: Final = re.compile(_TOKENS, re.DOTALL | re.IGNORECASE)
TOKEN: Final = re.compile(rf"(?=[`*_~+hwt])(?:{_TOKENS})", re.DOTALL | re.IGNORECASE)
"""All but addresses begin with one of few letters: five times faster where no @ is."""

LINE: Final = re.compile(r"^(?:(?P<quote>> )|(?P<bullet>[-*] ))", re.MULTILINE)
"""What makes a line a quote or a point of a list."""

_STYLES: Final = ("block", "mono", "bold", "italic", "strike")
_DEEPEST: Final = 3


def tokens(text: str) -> re.Pattern[str]:
    """The pattern that finds the tokens of this text; which one it was is ``lastgroup``."""
    return MAILED if "@" in text else TOKEN


def plain(text: str) -> str:
    """The words without the marks around them; what only looks like a mark stays."""
    return _without_marks(LINE.sub("", text), _DEEPEST)


def _without_marks(text: str, depth: int) -> str:
    if not depth or not HINT.search(text):
        return text

    def bare(found: re.Match[str]) -> str:
        name = found.lastgroup or ""
        if name not in _STYLES:
            return found[0]
        words = found[name]
        return words if name in ("block", "mono") else _without_marks(words, depth - 1)

    return tokens(text).sub(bare, text)
