"""The messages of one conversation that answer a question: a few under its row, all on demand.

What stands under a row is taken from the newest messages that answer, in all conversations: a
first page has read them anyway. Where there are no more of them it is known how many there are.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, cast

from sqlalchemy import Connection, literal, select, tuple_

from inbox.domain.cursors import Cursor
from inbox.domain.folding import Term, answers, terms
from inbox.domain.public import ListedConversation, Match
from inbox.domain.rows import MatchRow
from inbox.domain.shapes import content_of, glimpse, sort_key
from inbox.domain.times import Micros, iso
from inbox.search.snippets import plain_text, searched, snippet
from inbox.storage.dialect import among, listed
from inbox.storage.fulltext import messages_found
from inbox.storage.prepared import Prepared
from inbox.storage.tables import messages
from inbox.storage.typed_rows import all_rows

SHOWN = 3
"""Under one row, the one by which it was found among them."""
WINDOW = 400
"""The newest of all, among which those under a row are: the same on each page and either way."""
PAGE = 20
FREQUENT = 2_000
"""Answers in all conversations: of so many, it is the messages of the one that are looked at."""
WALK, STRIDE = 1_000, 200
_DIGITS = 19

Answers = list[tuple[int, str]]
"""Numbers of messages with their conversations, the newest first."""

_COLUMNS = (
    messages.c.number,
    messages.c.id,
    messages.c.direction,
    messages.c.sort_at,
    messages.c.type,
    messages.c.content,
    messages.c.media,
    messages.c.deleted_at,
)
_NAMES = [column.name for column in _COLUMNS]
_ORDER = (messages.c.sort_at, messages.c.number)
_there = select(*_COLUMNS).where(messages.c.deleted_at.is_(None))
"""The index hears of what is deleted a moment later."""
_numbered = Prepared(lambda engine: _there.where(among(engine, messages.c.number, "numbers")))


class MatchPage(NamedTuple):
    """Newest first; ``next`` is where to go on, also where little was found so far."""

    data: list[Match]
    next: str | None


def with_matches(
    connection: Connection,
    asked: list[Term],
    found: Mapping[int, ListedConversation],
    newest: Answers | None = None,
) -> list[ListedConversation]:
    """These rows, each by the number of its newest match, in their order.

    ``newest``: those of the window, if they are known.
    """
    if not found:
        return []
    if newest is None:
        newest = messages_found(connection, asked, None, WINDOW)
    whole = len(newest) < WINDOW
    of: dict[str, list[int]] = {row["id"]: [number] for number, row in found.items()}
    for number, conversation_id in newest:
        theirs = of.get(conversation_id)
        if theirs and number < theirs[0]:
            theirs.append(number)
    said = _said(connection, [number for theirs in of.values() for number in theirs[:SHOWN]])
    return [
        _found(row, number, matches, len(of[row["id"]]) if whole else None)
        for number, row in found.items()
        if (matches := [_match(said[n], asked) for n in of[row["id"]][:SHOWN] if n in said])
    ]


def _found(
    row: ListedConversation, number: int, matches: list[Match], count: int | None
) -> ListedConversation:
    place = f"0-{sort_key(number, row['id'])}"
    return {
        **row,
        "match": matches[0],
        "matches": matches,
        "match_count": count,
        "sort": place,
    }


def page(
    connection: Connection,
    conversation_id: str,
    q: str,
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> MatchPage:
    """All that answers in one conversation, page by page; it may be short and have a next.

    A rare word is asked of the index; of a frequent one the conversation has some itself.
    """
    asked = terms(q)
    found = messages_found(connection, asked, None, FREQUENT) if asked else []
    if len(found) < FREQUENT:
        theirs = _said(connection, [number for number, of in found if of == conversation_id])
        rows = _below(theirs.values(), cursor)
        following = str(_place(rows[limit - 1])) if len(rows) > limit else None
        return MatchPage([_match(row, asked) for row in rows[:limit]], following)
    some: list[MatchRow] = []
    for number, row in enumerate(_walk(connection, conversation_id, cursor), 1):
        if len(some) == limit or number > WALK:
            return MatchPage([_match(one, asked) for one in some], str(cursor))
        if answers(searched(content_of(row["content"])), asked):
            some.append(row)
        cursor = _place(row)
    return MatchPage([_match(one, asked) for one in some], None)


def _said(connection: Connection, numbers: list[int]) -> dict[int, MatchRow]:
    if not numbers:
        return {}
    rows = _numbered.rows(connection, numbers=listed(connection, numbers))
    return {row[0]: cast("MatchRow", dict(zip(_NAMES, row, strict=True))) for row in rows}


def _below(rows: Iterable[MatchRow], cursor: Cursor | None) -> list[MatchRow]:
    ordered = sorted(rows, key=lambda row: (row["sort_at"], row["number"]), reverse=True)
    if cursor is None:
        return ordered
    at = _place_of(cursor)
    return [row for row in ordered if (row["sort_at"], row["number"]) < at]


def _walk(
    connection: Connection, conversation_id: str, cursor: Cursor | None
) -> Iterator[MatchRow]:
    """Its messages from there on, the newest first."""
    theirs = _there.where(messages.c.conversation_id == conversation_id)
    theirs = theirs.order_by(*(column.desc() for column in _ORDER)).limit(STRIDE)
    while True:
        query = theirs
        if cursor is not None:
            query = query.where(tuple_(*_ORDER) < tuple_(*map(literal, _place_of(cursor))))
        rows = all_rows(MatchRow, connection.execute(query))
        yield from rows
        if len(rows) < STRIDE:
            return
        cursor = _place(rows[-1])


def _place(row: MatchRow) -> Cursor:
    return Cursor(row["sort_at"], str(row["number"]))


def _place_of(cursor: Cursor) -> tuple[Micros, int]:
    """What is no number was made by another list, and begins before what that second brought."""
    known = cursor.tie.isdecimal() and len(cursor.tie) < _DIGITS
    return cursor.at, int(cursor.tie) if known else 0


def _match(row: MatchRow, asked: list[Term]) -> Match:
    said = glimpse(row)
    return {
        "message_id": row["id"],
        "direction": row["direction"],
        "type": said["type"],
        "about": said["about"],
        "timestamp": iso(row["sort_at"]),
        "snippet": snippet(plain_text(content_of(row["content"])), asked),
    }
