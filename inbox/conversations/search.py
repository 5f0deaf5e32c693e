"""Conversations by a question: people of that name or number first, then what was said.

Both parts are read newest first and stop when the page is full, so a frequent word costs no more
than a rare one. A page may be short and still have a next one: what one page looks at is bounded.
"""

from collections.abc import Callable
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select

from inbox.conversations.former_numbers import formerly
from inbox.conversations.listing import ORDER, PAGE, Search, places, rows, rows_by_id
from inbox.conversations.matches import WINDOW, Answers, with_matches
from inbox.conversations.paging import keyset_page
from inbox.conversations.places import SECOND
from inbox.conversations.question import asked_of
from inbox.conversations.reader_rows import list_rows
from inbox.domain.cursors import Cursor
from inbox.domain.dialled import spellings
from inbox.domain.facets import Asked
from inbox.domain.folding import QUERY_LIMIT, Term, holds, number_terms
from inbox.domain.public import ListedConversation
from inbox.search.indexing import CALLED, names
from inbox.storage.dialect import among, listed
from inbox.storage.fulltext import (
    contact_key,
    contact_keys_found,
    contacts_of,
    conversations_found_since,
    messages_found,
)
from inbox.storage.tables import conversations

FEW, MANY = 1_000, 5_000
"""People of fewer than that are looked up; of fewer than many it is known who they are; of more,
conversations are asked for the name."""

WALK, STRIDE = 4_000, 500
CANDIDATES, ROUNDS = 400, 5

SAID = "said"
"""The tie of a cursor that is among messages; among people it is a conversation."""

LAST_OF_PEOPLE = Cursor(0, "0", up=True)

Found = tuple[list[ListedConversation], str | None]


class Called(NamedTuple):
    """By what people are found: words of their names, and numbers that some had before."""

    terms: list[Term]
    former: set[str]

    def answers(self, row: Any) -> bool:
        """Of ``places``, whether its contact is one of them."""
        return row.contact_id in self.former or holds(
            names(*(getattr(row, name) for name in CALLED)), self.terms
        )


def _called(connection: Connection, q: str) -> Called:
    return Called(number_terms(q), formerly(connection, spellings(q[:QUERY_LIMIT])))


def search_page(
    connection: Connection,
    user_id: str | None,
    search: Search,
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> Found:
    """Like ``listing.list_page``, by what was asked for; where it is narrowed, by messages alone.

    Each has ``match``: the newest message that answers, or None for a person who does, and the
    first of its ``matches``; ``sort`` keeps them in this order.
    """
    asked = asked_of(connection, user_id, search)
    if asked is None:
        return [], None
    people = _called(connection, "" if search.narrowed else search.q)
    if cursor is not None and cursor.up:
        return _page_above(connection, user_id, search, asked, people, cursor, limit)
    found: list[ListedConversation] = []
    if not search.narrowed and (cursor is None or cursor.tie != SAID):
        found, following = _people(connection, user_id, search, people, cursor, limit)
        if following or len(found) == limit:
            return found, following or str(Cursor(10**17, SAID))
        cursor = None
    before = cursor.at if cursor is not None and cursor.at < 10**17 else None
    said, following = _said(connection, user_id, search, asked, people, before, limit - len(found))
    return found + said, following


def place_of(sort: str) -> Cursor:
    """Where a row of a page stands, found or not: what is beside it begins there."""
    letter, place = (sort[0], sort[2:]) if sort[1] == "-" else ("", sort)
    at, tie = place.split("-", 1)
    return Cursor(int(at) + (SECOND if letter == "b" else 0), SAID if letter == "0" else tie)


def _page_above(
    connection: Connection,
    user_id: str | None,
    search: Search,
    asked: Asked,
    people: Called,
    cursor: Cursor,
    limit: int,
) -> Found:
    """The page that ends where the cursor is: of what was said, and then of people."""
    found: list[ListedConversation] = []
    if cursor.tie == SAID:
        found, following = _said_above(connection, user_id, search, asked, people, cursor.at, limit)
        if search.narrowed:
            return found, following
        if following or len(found) == limit:
            return found, following or str(LAST_OF_PEOPLE)
        cursor = LAST_OF_PEOPLE
    called, following = _people(connection, user_id, search, people, cursor, limit - len(found))
    return called[::-1] + found, following


def _people(
    connection: Connection,
    user_id: str | None,
    search: Search,
    asked: Called,
    cursor: Cursor | None,
    limit: int,
) -> Found:
    """The rarer a name, the more of it is asked of the index.

    The more frequent it is, the sooner a walk has met enough who have it.
    """
    walk = _Walk(connection, cursor, limit)
    named = places(user_id, search, named=True)
    letter = all(len(term.plain) == 1 for term in asked.terms)
    if not letter or walk.go(named, asked.answers, STRIDE):
        keys = set(contact_keys_found(connection, asked.terms, MANY))
        keys |= {contact_key(each) for each in asked.former}
        if not keys:
            walk.over = True
        elif len(keys) < FEW:
            theirs = among(connection.dialect.name, conversations.c.contact_id, "ids")
            ids = listed(connection, contacts_of(connection, keys))
            walk.go(named.where(theirs).params(ids=ids), asked.answers, limit + 1)
        elif len(keys) < MANY:
            short = places(user_id, search, named=False)
            walk.far(short, lambda row: contact_key(row.contact_id) in keys)
        else:
            walk.far(named, asked.answers)
    return _whole(connection, user_id, walk.found), None if walk.over else str(walk.cursor)


class _Walk:
    """Conversations that answer, from the cursor on; ``over`` when there are no more to look at."""

    def __init__(self, connection: Connection, cursor: Cursor | None, limit: int) -> None:
        self.cursor = cursor
        self.found: list[str] = []
        self.over = False
        self._connection, self._limit = connection, limit
        self._up = cursor is not None and cursor.up

    def far(self, query: Select[Any], answers: Callable[[Any], bool]) -> None:
        for _ in range(WALK // STRIDE):
            if not self.go(query, answers, STRIDE):
                return

    def go(self, query: Select[Any], answers: Callable[[Any], bool], stride: int) -> bool:
        """Look at so many; whether there are more, and room for them."""
        last = None
        here = self._connection.execute(keyset_page(query, ORDER, self.cursor, stride)).all()
        full = False
        for row in here:
            if answers(row):
                full = len(self.found) == self._limit
                if full:
                    break
                self.found.append(row.id)
            last = row
        if last is not None:
            self.cursor = Cursor(last.arrived_at, last.id, self._up)
        self.over = not full and len(here) < stride
        return not full and not self.over


def _whole(connection: Connection, user_id: str | None, ids: list[str]) -> list[ListedConversation]:
    """These conversations, in this order."""
    if not ids:
        return []
    found = list_rows(connection, rows_by_id(connection, user_id, ids))
    known = {one["id"]: one for one in found}
    return [_person(known[each]) for each in ids]


def _person(found: ListedConversation) -> ListedConversation:
    place = f"1-{found['sort']}"
    return {**found, "match": None, "matches": [], "match_count": None, "sort": place}


def _named(row: Any, asked: Called) -> bool:
    if not asked.terms:
        return False
    called = names(*(getattr(row, f"contact_{name}") for name in CALLED))
    return row.contact_id in asked.former or holds(called, asked.terms)


def _said(
    connection: Connection,
    user_id: str | None,
    search: Search,
    asked: Asked,
    people: Called,
    before: int | None,
    limit: int,
) -> Found:
    done: set[str] = set()
    if before is not None:
        done = conversations_found_since(connection, asked, before)
    found: dict[int, ListedConversation] = {}
    newest_of_all: Answers | None = None
    following: str | None = str(Cursor(before, SAID)) if before is not None else None
    for _ in range(ROUNDS):
        if len(found) >= limit:
            break
        candidates = messages_found(connection, asked, before, CANDIDATES)
        ended = len(candidates) < CANDIDATES
        if before is None and (ended or CANDIDATES >= WINDOW):
            newest_of_all = candidates
        newest: dict[str, int] = {}
        for number, conversation_id in candidates:
            if conversation_id not in done:
                newest.setdefault(conversation_id, number)
        some = dict(list(newest.items())[: limit - len(found)])
        found |= _talks(connection, user_id, search, people, some)
        done |= some.keys()
        whole = len(some) == len(newest)
        if whole and ended:
            following = None
            break
        before = candidates[-1][0] if whole else min(some.values())
        following = str(Cursor(before, SAID))
    return with_matches(connection, asked, found, newest_of_all), following


def _said_above(
    connection: Connection,
    user_id: str | None,
    search: Search,
    asked: Asked,
    people: Called,
    after: int,
    limit: int,
) -> Found:
    """The other way round: a conversation stands where its newest answer is, not its next one."""
    found: dict[int, ListedConversation] = {}
    following: str | None = str(Cursor(after, SAID))
    for _ in range(ROUNDS):
        if len(found) >= limit:
            break
        candidates = messages_found(connection, asked, after, CANDIDATES, up=True)
        if not candidates:
            following = None
            break
        newer = conversations_found_since(connection, asked, candidates[-1][0] + 1)
        newest = {of: number for number, of in candidates if of not in newer}
        nearest = sorted(newest.items(), key=itemgetter(1))[: limit - len(found)]
        found = _talks(connection, user_id, search, people, dict(nearest[::-1])) | found
        whole = len(nearest) == len(newest)
        if whole and len(candidates) < CANDIDATES:
            following = None
            break
        after = candidates[-1][0] if whole else nearest[-1][1]
        following = str(Cursor(after, SAID))
    return with_matches(connection, asked, found), following


def _talks(
    connection: Connection,
    user_id: str | None,
    search: Search,
    people: Called,
    newest: dict[str, int],
) -> dict[int, ListedConversation]:
    """Those of the view whose contact does not answer already, by their newest match."""
    if not newest:
        return {}
    query = rows(user_id, search).where(conversations.c.id.in_(newest))
    found = [row for row in connection.execute(query) if not _named(row, people)]
    known = {one["id"]: one for one in list_rows(connection, found)}
    return {number: known[each] for each, number in newest.items() if each in known}
