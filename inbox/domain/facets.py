"""What of a message goes into the index of words beside its words: a filter costs what a word does.

Who wrote it, in which conversation and channel, in which month, and what is in it. Each is a
*mark* of one or two characters for private use, which no word has and which nobody can ask for by
typing. They are kept in the index: none may change its meaning.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, get_args
from zlib import crc32

from inbox.domain.content import Content
from inbox.domain.folding import Term
from inbox.domain.times import SECOND, Micros

Kind = Literal["file", "image", "video", "audio", "document", "sticker", "link"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_CUSTOMER, _NOBODY, _KINDS = 0xE000, 0xE001, 0xE010
_MONTHS, _YEARS = 0xE100, 0xEB00
_CONVERSATIONS, _AUTHORS, _CHANNELS = 0xF0000, 0x100000, 0x108000
_FIRST_YEAR, _LAST_YEAR = 1970, 2150
_BITS = 15
_PART = (1 << _BITS) - 1

_LINK = re.compile(r"\bhttps?://|\bwww\.", re.IGNORECASE)


class Said(NamedTuple):
    """What the marks of a message are made of."""

    conversation_id: str
    channel_id: str
    direction: str
    sender_id: str | None
    type: str
    sort_at: Micros


class Asked(NamedTuple):
    """What is looked for: words that have to be there, and marks; said from and until before."""

    words: Sequence[Term]
    marks: Sequence[Term] = ()
    since: Micros | None = None
    until: Micros | None = None

    @property
    def terms(self) -> list[Term]:
        return [*self.words, *self.marks]


def marks(said: Said, content: Content) -> list[str]:
    """Of a message that is there; of one that is gone there are none."""
    day = _day(said.sort_at)
    return [
        _of_id(_CONVERSATIONS, said.conversation_id),
        _of_id(_CHANNELS, said.channel_id),
        by_customer() if said.direction == "incoming" else by_user(said.sender_id),
        _month(day.year, day.month),
        _year(day.year),
        *(chr(_KINDS + KINDS.index(kind)) for kind in _kinds(said.type, content)),
    ]


def of_conversation(conversation_id: str) -> str:
    return _of_id(_CONVERSATIONS, conversation_id)


def of_channel(channel_id: str) -> str:
    return _of_id(_CHANNELS, channel_id)


def of_kind(kind: Kind) -> str:
    return chr(_KINDS + KINDS.index(kind))


def by_customer() -> str:
    return chr(_CUSTOMER)


def by_user(user_id: str | None) -> str:
    """None: our side, but none who signs in: a program, or the phone that has the number."""
    return chr(_NOBODY) if user_id is None else _of_id(_AUTHORS, user_id)


def any_of(found: list[str]) -> Term:
    """One of these marks has to be there."""
    first, *others = found
    return Term(first, (first,), False, tuple(others))


def said_between(since: Micros | None, until: Micros | None) -> list[Term]:
    """The months and years of that time, a little more than it: its ends are looked at by row."""
    if since is None and until is None:
        return []
    first = _day(since) if since is not None else datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    last = _day(until - 1) if until is not None else datetime(_LAST_YEAR, 12, 1, tzinfo=UTC)
    if (first.year, first.month) > (last.year, last.month):
        return [any_of([chr(_MONTHS - 1)])]
    return [any_of(list(_months(first, last)))]


def _months(first: datetime, last: datetime) -> Iterator[str]:
    for year in range(first.year, last.year + 1):
        begin = first.month if year == first.year else 1
        end = last.month if year == last.year else 12
        if (begin, end) == (1, 12):
            yield _year(year)
        else:
            yield from (_month(year, month) for month in range(begin, end + 1))


def _month(year: int, month: int) -> str:
    return chr(_MONTHS + (year - _FIRST_YEAR) * 12 + month - 1)


def _year(year: int) -> str:
    return chr(_YEARS + year - _FIRST_YEAR)


def _day(at: Micros) -> datetime:
    most = datetime(_LAST_YEAR, 12, 1, tzinfo=UTC)
    seconds = min(max(at, 0) // SECOND, int(most.timestamp()))
    return datetime.fromtimestamp(seconds, UTC)


def _of_id(begin: int, key: str) -> str:
    """Thirty bits of it: two that share them are told apart by their rows, where it matters."""
    number = crc32(key.encode())
    return chr(begin + (number & _PART)) + chr(_CONVERSATIONS + (number >> _BITS & _PART))


def _kinds(name: str, content: Content) -> Iterator[Kind]:
    kind = _of_file(name, content)
    if kind:
        yield from ("file", kind)
    if _LINK.search(content.get("text") or content.get("caption") or ""):
        yield "link"


def _of_file(name: str, content: Content) -> Kind | None:
    """A template and buttons may have a file above their words, an answer or a card has none."""
    known: Kind | None = next((kind for kind in KINDS[1:-1] if kind == name), None)
    media = content.get("media")
    if known or not media:
        return known
    main = (media.get("mime") or media.get("mime_type") or "").partition("/")[0]
    return next((kind for kind in KINDS[1:4] if kind == main), "document")
