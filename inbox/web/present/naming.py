"""What people are called on a page. Names come from strangers' phones."""

import unicodedata
import zlib
from functools import lru_cache

from inbox.domain import numbering
from inbox.domain.contacts import Contact
from inbox.domain.language import N_, _
from inbox.domain.public import SnippetPart
from inbox.domain.text import clip

UNKNOWN = N_("Unknown")
HUES = 12
LEAD = 16
"""Characters of a snippet before its first match: a row shows about thirty."""

NAME_SHOWN = 200
"""Characters of a name: a list of fifty has each of them several times."""
SHORT_NAME = 16
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers and an empty Braille cell: letters and symbols by category, yet nothing to see."""


def near(snippet: list[SnippetPart]) -> list[SnippetPart]:
    """A snippet that begins just before its first match, so that a narrow row shows it."""
    first = next((at for at, part in enumerate(snippet) if part["match"]), 0)
    before = "".join(part["text"] for part in snippet[:first])
    if len(before) <= LEAD:
        return snippet
    _, space, words = before[-LEAD:].partition(" ")
    return [{"text": f"…{words if space else before[-LEAD:]}", "match": False}, *snippet[first:]]


def as_sentence(words: str) -> str:
    """With a full stop, unless it ends with a sign of its own."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def visible(text: str | None) -> bool:
    """Whether there is anything to see. Some names are made of invisible characters."""
    return any(
        unicodedata.category(char)[0] not in "CZM" and char not in _BLANK_LETTERS
        for char in text or ""
    )


@lru_cache(maxsize=4096)
def pretty_phone(number: str | None) -> str:
    """``+12025550123`` as ``+1 202-555-0123``; what is no phone number stays as it is."""
    if not number:
        return ""
    try:
        parsed = numbering.parse(number)
    except numbering.NumberParseException:
        return number
    return numbering.format_number(parsed, numbering.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=4096)
def both_forms(number: str | None) -> tuple[str, ...]:
    """As one writes it from anywhere, and as one dials it at home; what is none, as it is."""
    anywhere = pretty_phone(number)
    if not number or anywhere == number:
        return (anywhere,) if anywhere else ()
    parsed = numbering.parse(number)
    return anywhere, numbering.format_number(parsed, numbering.PhoneNumberFormat.NATIONAL)


def display_name(contact: Contact) -> str:
    """The name; without one to see, the number, the username, or a word that admits it."""
    name = clip(contact.get("name") or "", NAME_SHOWN)
    if visible(name):
        return name
    if phone := contact.get("phone_number"):
        return pretty_phone(phone)
    if username := contact.get("username"):
        return f"@{username}"
    return _(UNKNOWN)


def initials(name: str | None) -> str:
    """The first letters of the first and last word; nothing for numbers and symbols."""
    words = [word for word in (name or "").split() if unicodedata.category(word[0])[0] == "L"]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def in_short(name: str) -> str:
    """A name among other words, where there is little room: the first of its own, if it is long."""
    if len(name) <= SHORT_NAME:
        return name
    return clip((name.split() or [name])[0], SHORT_NAME)


def hue(key: str) -> int:
    """One of a dozen colours, always the same for the same id."""
    return zlib.crc32(key.encode()) % HUES
