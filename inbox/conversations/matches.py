"""The messages of one conversation that answer a question: a few under its row, all on demand.

What stands under a row is taken from the newest messages that answer, in all conversations: a
first page has read them anyway. Where there are no more of them it is known how many there are.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from sqlalchemy import Connection, select

from inbox.domain.cursors import Cursor
from inbox.domain.facets import Asked, any_of, of_conversation
from inbox.domain.folding import Term
from inbox.domain.public import ListedConversation, Match
from inbox.domain.rows import MatchRow
from inbox.domain.shapes import content_of, glimpse, sort_key
from inbox.domain.times import Micros, iso
from inbox.search.snippets import plain_text, snippet
from inbox.storage.dialect import among, listed
from inbox.storage.fulltext import messages_found
from inbox.storage.prepared import Prepared
from inbox.storage.tables import messages

SHOWN = 3
"""Under one row, the one by which it was found among them."""
WINDOW = 400
"""The newest of all, among which those under a row are: the same on each page and either way."""
PAGE = 20
MOST = 10_000
"""Of one conversation: the newest to arrive; how many there are beyond is not said."""
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
_there = select(*_COLUMNS).where(messages.c.deleted_at.is_(None))
"""The index hears of what is deleted a moment later."""
_numbered = Prepared(lambda engine: _there.where(among(engine, messages.c.number, "numbers")))
_stand = Prepared(
    lambda engine: select(messages.c.sort_at, messages.c.number, messages.c.id).where(
        messages.c.deleted_at.is_(None), among(engine, messages.c.number, "numbers")
    )
)

Place = tuple[Micros, int, str]
"""``sort_at``, number and id of a message: its thread is in the order of the first two."""


class MatchPage(NamedTuple):
    """Newest first; ``next`` is where to go on; ``total`` None: more than are looked for."""

    data: list[Match]
    next: str | None
    total: int | None


def with_matches(
    connection: Connection,
    asked: Asked,
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
        if (matches := [_match(said[n], asked.words) for n in of[row["id"]][:SHOWN] if n in said])
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
    asked: Asked | None,
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> MatchPage:
    """All that answers in one conversation, page by page."""
    if asked is None:
        return MatchPage([], None, 0)
    places = places_in(connection, conversation_id, asked)
    total = len(places) if len(places) < MOST else None
    here = _below(places, cursor)
    some = here[:limit]
    said = _said(connection, [number for _, number, _ in some])
    following = str(Cursor(some[-1][0], str(some[-1][1]))) if len(here) > limit else None
    data = [_match(said[number], asked.words) for _, number, _ in some if number in said]
    return MatchPage(data, following, total)


def places_in(connection: Connection, conversation_id: str, asked: Asked) -> list[Place]:
    """Where in a conversation the messages stand that answer, the newest first.

    The index has a mark for each conversation, so a word that is frequent elsewhere costs
    nothing here.
    """
    here = asked._replace(marks=[*asked.marks, any_of([of_conversation(conversation_id)])])
    found = messages_found(connection, here, None, MOST)
    numbers = [number for number, of in found if of == conversation_id]
    if not numbers:
        return []
    rows = _stand.rows(connection, numbers=listed(connection, numbers))
    return sorted(((row[0], row[1], row[2]) for row in rows), reverse=True)


def _said(connection: Connection, numbers: list[int]) -> dict[int, MatchRow]:
    if not numbers:
        return {}
    rows = _numbered.rows(connection, numbers=listed(connection, numbers))
    return {row[0]: cast("MatchRow", dict(zip(_NAMES, row, strict=True))) for row in rows}


def _below(places: list[Place], cursor: Cursor | None) -> list[Place]:
    if cursor is None:
        return places
    at = _place_of(cursor)
    return [place for place in places if place[:2] < at]


def _place_of(cursor: Cursor) -> tuple[Micros, int]:
    """What is no number was made by another list, and begins before what that second brought."""
    known = cursor.tie.isdecimal() and len(cursor.tie) < _DIGITS
    return cursor.at, int(cursor.tie) if known else 0


def _match(row: MatchRow, asked: Sequence[Term]) -> Match:
    said = glimpse(row)
    return {
        "message_id": row["id"],
        "direction": row["direction"],
        "type": said["type"],
        "about": said["about"],
        "timestamp": iso(row["sort_at"]),
        "snippet": snippet(plain_text(content_of(row["content"])), asked),
    }
