"""Names of the web that cannot be taken for others.

Letters of many scripts look alike, and who chooses them well owns a name that reads as a bank's. A
name is shown as it is written while each of its labels is of one script and none passes for Latin;
else as its punycode, ``xn--…``, which is what it is to the network.
"""

import unicodedata
from functools import lru_cache
from typing import Final

import idna

_EAST_ASIAN: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
"""Written together in one word."""
_UNLIKE_LATIN: Final = frozenset({"EAST ASIAN", "ARABIC", "HEBREW", "THAI", "DEVANAGARI"})
_LATIN: Final = "LATIN"
_OWN_LETTERS: Final = frozenset("ßæœøłđþð")
"""Of Latin, that are no ASCII letter with a mark, and look like none without."""


@lru_cache(maxsize=4096)
def honest(host: str) -> str:
    """The name as it may be shown and followed; empty if it is no name of the web."""
    if host.isascii():
        return host
    try:
        code = idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""
    return host if _plain(unicodedata.normalize("NFC", host)) else code


def _plain(host: str) -> bool:
    scripts = [_script(label) for label in host.removesuffix(".").split(".")]
    return all(
        script in (_LATIN, scripts[-1]) or script in _UNLIKE_LATIN for script in scripts
    ) and all(scripts)


def _script(label: str) -> str:
    """The one that all its letters are of; empty if they are of several, or pass for Latin's."""
    letters = [each for each in label if not (each.isascii() and not each.isalpha())]
    found = {_of(letter) for letter in letters} or {_LATIN}
    return found.pop() if len(found) == 1 else ""


def _of(letter: str) -> str:
    script = unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
    if script in _EAST_ASIAN:
        return "EAST ASIAN"
    if script == _LATIN and letter not in _OWN_LETTERS:
        return _LATIN if unicodedata.normalize("NFD", letter)[0].isascii() else ""
    return script
