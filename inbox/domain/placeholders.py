"""``{{contact.first_name|there}}`` in a canned response: what it may name, and how it is filled.

Text is looked through once and values are put in as they are, so what a customer calls themselves
is never read as a placeholder, and there is nothing here that could be made to compute.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple
from unicodedata import category

from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.text import clip

KNOWN: Final = {
    "contact.name": N_("What the customer is called"),
    "contact.first_name": N_("The first word of that"),
    "contact.phone": N_("The customer's number"),
    "agent.name": N_("Your name"),
    "agent.first_name": N_("The first word of that"),
    "channel.name": N_("The channel's name"),
}
"""What can be put in, and what it is."""

BY_ITSELF: Final = {
    name: words for name, words in KNOWN.items() if not name.startswith("agent.")
} | {"channel.opens": N_("When it opens again, by its own clock, as “Monday 09:00”")}
"""What can be put into what a channel says by itself: nobody is its author."""

VALUE_LIMIT: Final = 100
"""Characters of one value: names can be endless."""

_JOINERS: Final = "\u200c\u200d"  # which Persian and family emoji need
_ANY: Final = re.compile(r"\{\{([^{}]*)\}\}|\{\{|\}\}")
_NAMED: Final = re.compile(r"\s*([\w.]+)\s*(?:\|(.*))?", re.DOTALL)


class Filled(NamedTuple):
    """``missing``: names of placeholders that had neither a value nor a fallback."""

    text: str
    missing: list[str]


class _Placeholder(NamedTuple):
    name: str
    fallback: str | None


def check_placeholders(
    text: str, field: str = "content", known: Collection[str] = KNOWN.keys()
) -> None:
    """Raises ``Invalid`` for what would not be filled."""
    for found in _ANY.finditer(text):
        one = _placeholder(found)
        if one is None or one.name not in known:
            raise Invalid(
                field,
                _(
                    "“%(written)s” is not a variable. There are %(known)s, each with a fallback "
                    "if you like: {{contact.first_name|there}}.",
                    written=clip(found[0], 60),
                    known=", ".join(f"{{{{{name}}}}}" for name in known),
                ),
            )


def _placeholder(found: re.Match[str]) -> _Placeholder | None:
    named = _NAMED.fullmatch(found[1] or "")
    if named is None or named[1] not in KNOWN.keys() | BY_ITSELF.keys():
        return None
    return _Placeholder(named[1], None if named[2] is None else named[2].strip())


def names_in(text: str) -> Iterator[str]:
    """What is named in it."""
    for found in _ANY.finditer(text):
        if one := _placeholder(found):
            yield one.name


def fill(text: str, values: Mapping[str, str | None]) -> Filled:
    """With each placeholder's value, else its fallback, else nothing; all else stays as it is."""
    missing: dict[str, None] = {}

    def value(found: re.Match[str]) -> str:
        one = _placeholder(found)
        if one is None:
            return found[0]
        told = one_line(values.get(one.name) or "") or one.fallback
        if told is None:
            missing[one.name] = None
        return told or ""

    return Filled(_ANY.sub(value, text), list(missing))


def one_line(value: str) -> str:
    """A name as it may stand in a sentence: no breaks, nothing unseen that turns text round."""
    kept = "".join(_visible(value))
    return clip(" ".join(kept.split()), VALUE_LIMIT)


def _visible(value: str) -> Iterator[str]:
    for letter in value[: 10 * VALUE_LIMIT]:
        kind = category(letter)
        if letter in _JOINERS or kind not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            yield letter
        elif kind == "Cc":
            yield " "


def first_word(name: str | None) -> str | None:
    return next(iter(name.split()), None) if name else None
