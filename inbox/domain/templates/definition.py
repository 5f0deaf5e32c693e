"""A template as its provider lists it: its parts, and the gaps in its texts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from inbox.domain.text import JsonObject, few, mapping, text

GAP: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}", re.ASCII)
FILES: Final = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}
"""Formats of a header that are files, and what such a file is called in a message."""


def gaps(words: str) -> list[str]:
    """Each once; numbers in their order, whatever stands first."""
    found = list(dict.fromkeys(GAP.findall(words)))
    return sorted(found, key=int) if all(one.isdigit() for one in found) else found


def with_values(words: str, values: Mapping[str, str]) -> str:
    """With what is known put in its place; other gaps stay as they are."""
    return GAP.sub(lambda gap: values.get(gap[1], gap[0]), words)


class Section(NamedTuple):
    """What stands together: the template itself, or a card of its carousel.

    ``prefix`` begins the names of its fields: empty, or ``card.0.``.
    """

    prefix: str
    components: Sequence[JsonObject]

    @property
    def card(self) -> bool:
        return bool(self.prefix)

    def part(self, kind: str) -> JsonObject | None:
        return next((one for one in self.components if part_kind(one) == kind), None)

    def words(self, kind: str) -> str:
        return text(mapping(self.part(kind)).get("text")) or ""

    @property
    def header_format(self) -> str | None:
        """``TEXT``, a file's, ``LOCATION`` …; None without a header."""
        part = self.part("HEADER")
        return None if part is None else (text(part.get("format")) or "TEXT").upper()

    @property
    def buttons(self) -> list[JsonObject]:
        return few(mapping(self.part("BUTTONS")).get("buttons"))


class Definition(Struct, frozen=True, kw_only=True):
    """``components`` as Meta spells them. ``named``: its gaps have names and not numbers."""

    name: str
    language: str
    category: str = "UTILITY"
    named: bool = False
    components: Sequence[JsonObject] = ()

    @property
    def whole(self) -> Section:
        return Section("", self.components)

    @property
    def cards(self) -> list[Section]:
        told = few(mapping(self.whole.part("CAROUSEL")).get("cards"))
        return [
            Section(f"card.{number}.", few(card.get("components")))
            for number, card in enumerate(told)
        ]

    @property
    def sections(self) -> Iterator[Section]:
        yield self.whole
        yield from self.cards

    @property
    def expires(self) -> bool:
        """Whether its offer ends at a time that is told with each message."""
        offer = mapping(mapping(self.whole.part("LIMITED_TIME_OFFER")).get("limited_time_offer"))
        return offer.get("has_expiration") is True


def part_kind(part: JsonObject) -> str:
    """What a component or a button is, in Meta's capitals: answers differ in them."""
    return (text(part.get("type")) or "").upper()


def one_time(button: JsonObject) -> bool:
    """Whether a button hands over a password for one use: listed as an address of WhatsApp's."""
    if part_kind(button) == "OTP":
        return True
    return part_kind(button) == "URL" and "/otp/code/" in (text(button.get("url")) or "")
