"""Languages that nobody speaks, made out of English: they show what a translation would break.

``Accented`` (en-XA) is longer, with letters of many languages, and each text stands in brackets:
what has none was never translated, and what lacks one is cut off or glued together. ``Mirrored``
(ar-XB) runs from right to left. Names of values and markup stay as they are.
"""

import re
from collections.abc import Callable
from gettext import NullTranslations
from itertools import cycle
from typing import Final

OPEN, CLOSE = "⟦", "⟧"
LONGER: Final = 0.4
"""How much more room many languages need than English."""

_KEPT: Final = re.compile(
    r"(<(?:code|kbd)>.*?</(?:code|kbd)>|%\(\w+\)s|%%|<[^<>]*>|&\w+;)", re.DOTALL
)
_LETTERS: Final = str.maketrans(
    "aceghijklnoprstuwyzACDEGHIJKLNORSTUWYZ",
    "áçéğĥíĵķļñóþŕšţúŵýžÁÇĐÉĞĤÍĴĶĻÑÓŔŠŢÚŴÝŽ",
)
_MORE: Final = ("óñé", "ţŵó", "ţĥŕéé", "fóúŕ")
_FROM_THE_RIGHT, _AS_BEFORE = "\u202e", "\u202c"


class _Pseudo(NullTranslations):
    def gettext(self, message: str) -> str:
        return self.turned(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.turned(msgid1 if n == 1 else msgid2)

    def turned(self, text: str) -> str:
        raise NotImplementedError


class Accented(_Pseudo):
    """``⟦Šéñd óñé⟧``"""

    def turned(self, text: str) -> str:
        if text.startswith(OPEN):
            return text  # it was said already: no catalogue knows it by this
        plain = _KEPT.sub("", text)
        said = _letters(text, lambda part: part.translate(_LETTERS))
        return f"{OPEN}{said}{_padding(len(plain) * LONGER)}{CLOSE}"


class Mirrored(_Pseudo):
    """Each run of letters is written from right to left."""

    def turned(self, text: str) -> str:
        if _FROM_THE_RIGHT in text:
            return text
        return _letters(text, lambda part: f"{_FROM_THE_RIGHT}{part}{_AS_BEFORE}")


def _letters(text: str, turn: Callable[[str], str]) -> str:
    parts = _KEPT.split(text)
    return "".join(
        part if at % 2 or not part.strip() else turn(part) for at, part in enumerate(parts)
    )


def _padding(length: float) -> str:
    """Words of at least this many letters; none for a text that is a sign or two."""
    found, words = "", cycle(_MORE)
    while len(found) < length:
        found += f" {next(words)}"
    return found
