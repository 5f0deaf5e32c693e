"""Words as search knows them: the same for both engines, because neither makes them.

Case and accents are folded. Chinese, Japanese, Thai and others put no spaces between words, so
their runs become pairs of neighbours ("王小明": 王小, 小明, 明): a pair is how long most of their
words are, and pairs in a row find longer ones. An emoji is a word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple
from unicodedata import normalize

from inbox.domain.dialled import spellings

TEXT_LIMIT = 20_000
WORD_LIMIT = 64
QUERY_LIMIT = 200
TERMS = 8

_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0981-\u0dff\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe20-\ufe2f"
)
_RUN = re.compile(f"[{_SPACELESS}]")
_PLAIN = re.compile(r"[a-z0-9]+")
_ASCII_REST = re.compile(r"[\x00-\x2f:-@\[-`{-\x7f]+")

_FOLDED: dict[int, Any] = {
    **dict.fromkeys((*range(0x0300, 0x0370), *range(0x0591, 0x05C8), *range(0x064B, 0x0660))),
    **dict.fromkeys((0x0640, 0x0670, 0x200C, 0x200D, *range(0x06D6, 0x06EE))),
    **str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}),
}


class Term(NamedTuple):
    """A word of a question. ``words`` in a row; a ``prefix`` is only the start of its last.

    ``others``: words each of which answers as well, as a number has several spellings.
    """

    plain: str
    words: tuple[str, ...]
    prefix: bool
    others: tuple[str, ...] = ()


@cache
def _word() -> re.Pattern[str]:
    """Compiled with the first text that needs it: it is 8 ms of a start."""
    return re.compile(
        rf"[{_SPACELESS}]+|[{_EMOJI}]|(?:[{_MARKS}]|(?![{_SPACELESS}{_EMOJI}])[^\W_])+"
    )


def fold(word: str) -> str:
    """Lower case without accents: Zoë and ZOE are one, and so are أحمد and احمد."""
    if word.isascii():
        return word.lower()
    plain = normalize("NFKD", word.casefold()).translate(_FOLDED)
    return _ASCII_REST.sub("", normalize("NFC", plain))


def words(text: str) -> list[str]:
    """In their order, as they go into the index."""
    if text.isascii():
        return [word[:WORD_LIMIT] for word in _PLAIN.findall(text[:TEXT_LIMIT].lower())]
    found: list[str] = []
    for match in _word().finditer(text[:TEXT_LIMIT]):
        folded = fold(match[0])
        if _RUN.match(match[0]):
            found += (folded[at : at + 2] for at in range(len(folded)))
        elif folded:
            found.append(folded[:WORD_LIMIT])
    return found


def suffixes(text: str) -> list[str]:
    """Every word from each of its letters on, so that its middle is found by its start."""
    found = dict.fromkeys(word[at:] for word in words(text) for at in range(min(len(word), 24)))
    return list(found)


def terms(question: str) -> list[Term]:
    """What a question asks for, all of it at once; empty when there is no word in it."""
    found = []
    for match in _word().finditer(question[:QUERY_LIMIT]):
        folded = fold(match[0])
        if _RUN.match(match[0]) and len(folded) > 1:
            pairs = tuple(folded[at : at + 2] for at in range(len(folded) - 1))
            found.append(Term(folded, pairs, False))
        elif folded:
            found.append(Term(folded[:WORD_LIMIT], (folded[:WORD_LIMIT],), True))
    return list(dict.fromkeys(found))[:TERMS]


def number_terms(question: str) -> list[Term]:
    """The same, but a telephone number is one word however it is written and dialled."""
    spelled = spellings(question[:QUERY_LIMIT])
    return any_of(spelled) if spelled else terms(question)


def any_of(spelled: list[str]) -> list[Term]:
    """One term that each of these words answers."""
    first, *others = (word[:WORD_LIMIT] for word in spelled)
    return [Term(first, (first,), True, tuple(others))]


def folded(text: str) -> str:
    """Its words in a row, in which ``Term.plain`` can be looked for; also by a database."""
    if text.isascii():
        return " ".join(_PLAIN.findall(text.lower()))
    return " ".join(fold(match[0]) for match in _word().finditer(text))


def holds(text: str, asked: Iterable[Term]) -> bool:
    """Whether all of it is somewhere in the words of a text, also in the middle of one."""
    if text.isascii():  # what stands between words is in no term
        return _within(text.lower(), asked)
    return _within(folded(text), asked)


def _within(haystack: str, asked: Iterable[Term]) -> bool:
    return all(
        term.plain in haystack or any(other in haystack for other in term.others) for term in asked
    )


def spans(text: str, asked: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where in the text the words are that answer the question, from left to right."""
    starts = tuple(term.plain for term in asked if term.prefix)
    inner = [term.plain for term in asked]
    for match in _word().finditer(text[:TEXT_LIMIT]):
        folded = fold(match[0])
        if not _RUN.match(match[0]):
            if starts and folded.startswith(starts):
                yield match.span()
        elif len(folded) != len(match[0]):
            if any(plain in folded for plain in inner):
                yield match.span()
        else:
            for plain in inner:
                at = folded.find(plain)
                if at >= 0:
                    yield match.start() + at, match.start() + at + len(plain)
                    break
