"""What of a message is shown as the reason why it was found."""

from collections.abc import Sequence

from inbox.domain.changes import said_words
from inbox.domain.content import Content
from inbox.domain.folding import Term, spans
from inbox.domain.markup import plain
from inbox.domain.message_types import attached
from inbox.domain.public import SnippetPart

BEFORE, LENGTH = 30, 160


def searched(content: Content) -> str:
    """The text of a message in which search looks: its words and what its attachment is called."""
    return _told(said_words(content), content)


def plain_text(content: Content) -> str:
    """The same without the marks around words: no ``*`` that a bubble would not show."""
    return _told(plain(said_words(content)), content)


def _told(said: str, content: Content) -> str:
    return "\n".join(filter(None, (said, *attached(content))))


def snippet(text: str, asked: Sequence[Term]) -> list[SnippetPart]:
    """``[{"text", "match"}]``: the surroundings of the first hit, cut so that one may mark hits.

    The text is as it was written, never markup.
    """
    found = list(spans(text, asked))
    start = max(0, found[0][0] - BEFORE) if found else 0
    if start:
        # Begin with a word, where one begins soon.
        space = text.find(" ", start, found[0][0])
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + LENGTH)
    parts: list[SnippetPart] = [{"text": "…", "match": False}] if start else []
    at = start
    for begin, stop in found:
        if begin >= end or begin < at:
            continue
        parts += _part(text[at:begin], False)
        parts += _part(text[begin : min(stop, end)], True)
        at = min(stop, end)
    parts += _part(text[at:end], False)
    return [*parts, {"text": "…", "match": False}] if end < len(text) else parts


def _part(text: str, match: bool) -> list[SnippetPart]:
    return [{"text": text, "match": match}] if text else []
