"""Conversations by a question: people of that name or number first, then what was said.

Both parts are read newest first and stop when the page is full, so a frequent word costs no more
than a rare one. A page may be short and still have a next one: what one page looks at is bounded.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, literal, select, tuple_

from inbox.desk.conversations import PAGE, Search, rows, shape
from inbox.desk.cursors import Cursor
from inbox.domain.folding import Term, holds, number_terms, terms
from inbox.domain.shapes import Shape, decoded, sort_key
from inbox.domain.times import iso
from inbox.search.indexing import names
from inbox.search.snippets import searched, snippet
from inbox.storage.dialect import among, listed
from inbox.storage.fulltext import contacts_found, conversations_found_since, messages_found
from inbox.storage.tables import contacts, conversations, messages

FEW = 2_000
"""People of whom all are looked at; of more, those who wrote last."""

WALK, STRIDE = 4_000, 500
CANDIDATES, ROUNDS = 400, 5

SAID = "said"
"""The tie of a cursor that is among messages; among people it is a conversation."""

Found = tuple[list[Shape], str | None]


def page(
    connection: Connection,
    user_id: str | None,
    search: Search,
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> Found:
    """Like ``conversations.page``. Each has ``match``: the message that answers, or None for a

    person who does; ``sort`` keeps them in this order.
    """
    asked, people = terms(search.q), number_terms(search.q)
    if not asked:
        return [], None
    found: list[Shape] = []
    if cursor is None or cursor.tie != SAID:
        found, following = _people(connection, user_id, search, people, cursor, limit)
        if following or len(found) == limit:
            return found, following or str(Cursor(10**17, SAID))
        cursor = None
    before = cursor.at if cursor is not None and cursor.at < 10**17 else None
    said, following = _said(connection, user_id, search, asked, people, before, limit - len(found))
    return found + said, following


def _people(
    connection: Connection,
    user_id: str | None,
    search: Search,
    asked: list[Term],
    cursor: Cursor | None,
    limit: int,
) -> Found:
    ids = contacts_found(connection, asked, FEW)
    if not ids:
        return [], None
    few = len(ids) < FEW
    places = _places(user_id, search)
    if few:
        theirs = among(connection.dialect.name, conversations.c.contact_id, "ids")
        places = places.where(theirs).params(ids=listed(connection, ids))
    found: list[str] = []
    following = None
    for _ in range(1 if few else WALK // STRIDE):
        stride = limit + 1 if few else STRIDE
        here = connection.execute(_after(places, cursor).limit(stride)).all()
        for place in here:
            if few or holds(names(*place[2:]), asked):
                if len(found) == limit:
                    return _whole(connection, user_id, found), str(cursor)
                found.append(place.id)
            cursor = Cursor(place.arrived_at, place.id)
        following = str(cursor) if len(here) == stride else None
        if following is None:
            break
    return _whole(connection, user_id, found), following


def _places(user_id: str | None, search: Search) -> Select[Any]:
    """Conversations of the view, newest first, with little more than what orders them."""
    kept = contacts.c
    return (
        rows(user_id, search)
        .with_only_columns(
            conversations.c.id, conversations.c.arrived_at, kept.name, kept.username, kept.wa_id
        )
        .order_by(conversations.c.arrived_at.desc(), conversations.c.id.desc())
    )


def _after(places: Select[Any], cursor: Cursor | None) -> Select[Any]:
    if cursor is None:
        return places
    key = tuple_(conversations.c.arrived_at, conversations.c.id)
    return places.where(key < tuple_(literal(cursor.at), literal(cursor.tie)))


def _whole(connection: Connection, user_id: str | None, ids: list[str]) -> list[Shape]:
    """These conversations, in this order."""
    query = rows(user_id, Search()).where(conversations.c.id.in_(ids))
    found = {row["conversation_id"]: row for row in connection.execute(query).mappings()}
    return [_found(shape(found[each]), None, "1") for each in ids]


def _named(row: Any, asked: Iterable[Term]) -> bool:
    called = names(row["contact_name"], row["contact_username"], row["contact_wa_id"])
    return holds(called, asked)


def _said(
    connection: Connection,
    user_id: str | None,
    search: Search,
    asked: list[Term],
    people: list[Term],
    before: int | None,
    limit: int,
) -> Found:
    done: set[str] = set()
    if before is not None:
        done = conversations_found_since(connection, asked, before)
    found: list[Shape] = []
    for _ in range(ROUNDS):
        if len(found) >= limit:
            break
        candidates = messages_found(connection, asked, before, CANDIDATES)
        newest: dict[str, int] = {}
        for number, conversation_id in candidates:
            if conversation_id not in done:
                newest.setdefault(conversation_id, number)
        wanted = limit - len(found)
        some = dict(list(newest.items())[:wanted])
        found += _matched(connection, user_id, search, asked, people, some)
        done |= some.keys()
        whole = len(some) == len(newest)
        if whole and len(candidates) < CANDIDATES:
            return found, None
        before = candidates[-1][0] if whole else min(some.values())
    return found, str(Cursor(before, SAID)) if before is not None else None


def _matched(
    connection: Connection,
    user_id: str | None,
    search: Search,
    asked: list[Term],
    people: list[Term],
    newest: dict[str, int],
) -> list[Shape]:
    if not newest:
        return []
    known = {
        row["conversation_id"]: row
        for row in connection.execute(
            rows(user_id, search).where(conversations.c.id.in_(newest))
        ).mappings()
        if not _named(row, people)
    }
    kept = messages.c
    said = connection.execute(
        select(kept.number, kept.id, kept.conversation_id, kept.direction, kept.sort_at,
               kept.content).where(kept.number.in_([newest[each] for each in known]))
    ).mappings()  # fmt: skip
    by_conversation = {row["conversation_id"]: row for row in said}
    return [
        _found(shape(known[each]), _match(by_conversation[each], asked), "0", number)
        for each, number in newest.items()
        if each in by_conversation
    ]


def _match(row: Any, asked: list[Term]) -> Shape:
    return {
        "message_id": row["id"],
        "direction": row["direction"],
        "timestamp": iso(row["sort_at"]),
        "snippet": snippet(searched(decoded(row["content"]) or {}), asked),
    }


def _found(found: Shape, match: Shape | None, part: str, number: int | None = None) -> Shape:
    sort = found["sort"] if number is None else sort_key(number, found["id"])
    return found | {"match": match, "sort": f"{part}-{sort}"}
