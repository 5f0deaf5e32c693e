"""What is shared in a conversation: pictures and films, documents, and links in what was said."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from inbox.domain.content import Content
from inbox.domain.fields import says
from inbox.domain.markup import tokens
from inbox.domain.public import Message

SharedKind = Literal["media", "documents", "links"]

MEDIA: Final = "type IN ('image', 'video')"
DOCUMENTS: Final = "type = 'document'"
LINKS: Final = "content LIKE '%://%'"
"""Conditions on messages, word for word those of the indexes that are only of these.

Some of the last have no link in what is said: ``links_in`` tells.
"""
_MOST: Final = 20
_STYLES: Final = ("bold", "italic", "strike")


class SharedMessage(Message):
    """A message by which something was shared."""

    links: Annotated[list[str], says("Addresses in what it says, as they were written.")]


def links_in(content: Content) -> list[str]:
    """Addresses of the web in what was said, each once and as it was written."""
    words = content.get("text") or content.get("caption") or ""
    return list(dict.fromkeys(_addresses(words)))[:_MOST]


def _addresses(words: str) -> Iterator[str]:
    for piece in tokens(words):
        if piece.kind == "web":
            yield words[piece.start : piece.end]
        elif piece.kind in _STYLES:
            yield from _addresses(piece.body)
