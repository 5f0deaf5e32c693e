"""Keyset cursors: where a page ended, as one opaque word."""

import re

from msgspec import Struct

from inbox.domain.language import _
from inbox.domain.times import Micros

_WORD = re.compile(r"([0-9]{1,18})~([0-9A-Za-z-]{1,64})", re.ASCII)


class WrongCursor(ValueError):
    """Not a cursor that a page of ours gave."""


class Cursor(Struct, frozen=True):
    """``up``: the page ends at this place instead of going on from it."""

    at: Micros
    tie: str
    up: bool = False

    def __str__(self) -> str:
        return f"{self.at}~{self.tie}"

    @classmethod
    def read(cls, word: str, *, up: bool = False) -> "Cursor":
        found = _WORD.fullmatch(word)
        if found is None:
            raise WrongCursor(_("This cursor is not from a page of ours: start without one."))
        return cls(int(found[1]), found[2], up)
