"""WhatsApp's own markup, as people type it: what is a mark, and the words without the marks.

*bold* _italic_ ~strike~ `mono` ```mono```, and at the start of a line ``> `` for a quote and
``- `` or ``* `` for a list. A numbered list reads well as it is typed.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

LONGEST: Final = 2_000
"""Characters of an address."""
_UNSEEN = r"\u200b-\u200f\u2028-\u202f\u2060-\u206f"
_FOREIGN_STOPS = r"«»“-‟…、。〃〈-】！（），：；？،؟"
_RUN = rf"[^\s<>\"`\\{_UNSEEN}{_FOREIGN_STOPS}]{{1,{LONGEST}}}"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_ALONE = (
    "com|org|net|edu|gov|int|info|biz|mobi|app|dev|shop|store|online|site|website|tech|cloud|blog|"
    "africa|asia|eu|ai|io|co|ac|ae|ar|au|bd|br|ca|ch|cl|cn|cz|de|dk|ec|eg|es|fi|fr|gh|gr|hk|hr|hu|"
    "ie|il|ir|jp|ke|kr|kz|lk|ma|mx|ng|nl|nz|pe|ph|pk|pt|ro|ru|sa|se|sg|sk|th|tr|tw|ua|ug|uk|uy|uz|"
    "ve|vn|za|zw|рф|укр|бел"
)
"""Endings by which a name alone is known for one of the web: they end no word and no file."""
_WITH_PATH = "[a-z]{2}|name|page|link|live|world|email|support|agency|company|group|global|travel"
_ENDING = (
    rf"(?:(?-i:{_ALONE}|{_ALONE.upper()})(?![\w@-]|\.\w)|(?:{_WITH_PATH})(?=(?::[0-9]{{2,5}})?/))"
)
_DOMAIN = (
    rf"(?<![\w@./+-])(?:{_LABEL}\.){{1,6}}{_ENDING}(?::[0-9]{{2,5}}(?![0-9]))?(?:[/?#](?:{_RUN})?)?"
)
_DOTTED = rf"\.(?<=[^\W_]\.){_ENDING}"

_TOKENS = (
    r"```(?P<block>.+?)```"
    r"|`(?P<mono>[^`\n]+)`"
    rf"|(?P<web>(?<![a-z0-9])https?://{_RUN})"
    rf"|(?P<mail>(?:\bmailto:)?\b\w[\w.+'-]{{0,63}}@(?:{_LABEL}\.){{1,5}}[^\W\d_]{{2,24}}\b)"
    rf"|(?P<bare>(?<![\w.@/-])www\.{_RUN}|{_DOMAIN})"
    r"|(?P<tel>(?:\btel:)?(?<![\w+])(?:\+|00)[1-9](?:[ .()-]{0,3}[0-9]){6,15}(?![\w]))"
    r"|(?<![\w*])\*(?=[^\s*])(?P<bold>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?<![\w])_(?=[^\s_])(?P<italic>[^_\n]+)(?<=\S)_(?![\w])"
    r"|(?<![\w~])~(?=[^\s~])(?P<strike>[^~\n]+)(?<=\S)~(?![\w~])"
)
_SOMEWHERE = rf"(?=[`*_~+0hwtm])(?:{_TOKENS})"
"""All but bare names begin with one of few letters: five times faster where there is none."""

_HINT: Final = re.compile(r"[`*_~@+]|https?:|www\.|tel:|\b00[1-9]", re.IGNORECASE)

LINE: Final = re.compile(r"^(?:(?P<quote>> )|(?P<bullet>[-*] ))", re.MULTILINE)
"""What makes a line a quote or a point of a list."""

_WOVEN: Final = ("web", "bare")
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSING: Final = frozenset(_BRACKETS.values())
_STOPS: Final = ".,;:!?'\"*_~([{\u2018\u2019"
_STYLES: Final = ("block", "mono", "bold", "italic", "strike")
_DEEPEST: Final = 3


class Piece(NamedTuple):
    """``kind`` is a style, or ``web``, ``bare``, ``mail`` or ``tel`` for an address."""

    kind: str
    body: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Piece]:
    """From left to right. After an address that ends sooner, its rest is looked at as well."""
    bare = "@" in text or ("." in text and _compiled(_DOTTED).search(text))
    if not bare and not _HINT.search(text):
        return
    pattern = _compiled(_TOKENS if bare else _SOMEWHERE)
    at = 0
    while found := pattern.search(text, at):
        kind = found.lastgroup or ""
        body, at = found[kind], found.end()
        if kind in _WOVEN:
            body = body[: _length(body)]
            at = found.start() + len(body)
        yield Piece(kind, body, found.start(), at)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """With the first text that may need it: all of them are 8 ms of a start."""
    return re.compile(pattern, re.DOTALL | re.IGNORECASE)


def _length(address: str) -> int:
    """Up to a bracket that is not opened within, and without the stop that ends a sentence."""
    open_: list[str] = []
    end = len(address)
    for at, character in enumerate(address):
        if closes := _BRACKETS.get(character):
            open_.append(closes)
        elif character in _CLOSING and (not open_ or open_.pop() != character):
            end = at
            break
    return len(address[:end].rstrip(_STOPS))


def plain(text: str) -> str:
    """The words without the marks around them; what only looks like a mark stays."""
    return _without_marks(LINE.sub("", text), _DEEPEST)


def _without_marks(text: str, depth: int) -> str:
    if not depth:
        return text
    out, at = [], 0
    for token in tokens(text):
        out.append(text[at : token.start])
        out.append(_bare(token, text, depth))
        at = token.end
    return "".join([*out, text[at:]])


def _bare(token: Piece, text: str, depth: int) -> str:
    if token.kind not in _STYLES:
        return text[token.start : token.end]
    words = token.body
    return words if token.kind in ("block", "mono") else _without_marks(words, depth - 1)
