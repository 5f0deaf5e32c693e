"""Filters and words together: what is found is what a look at every row finds, on both engines."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from inbox.access import people
from inbox.channels import store
from inbox.conversations import matches, search
from inbox.conversations.listing import Search, list_page
from inbox.conversations.question import asked_of
from inbox.domain import facets
from inbox.domain.cursors import Cursor
from inbox.domain.folding import terms, words
from inbox.domain.reach import Reach
from inbox.domain.shapes import decoded
from inbox.domain.times import DAY, MINUTE
from inbox.search.indexing import index
from inbox.search.snippets import searched
from inbox.storage.database import Database
from inbox.storage.fulltext import messages_found
from inbox.storage.secrets import Sealer
from inbox.storage.tables import messages, unsearched_messages
from inbox.trial import filling, history
from tests.search.test_finding import is_said

NOW = 1_790_000_000_000_000
FILES = {"image", "video", "audio", "document", "sticker"}


@pytest.fixture
async def users(database: Database) -> tuple[str, str]:
    return await database.write(_fill)


def _fill(connection: Connection) -> tuple[str, str]:
    """Two numbers, and two who answer, beside programs that do."""
    for seed in (3, 4):
        channel = store.add(connection, Sealer(b"k" * 40), name="T", provider="sandbox", now=NOW)
        plan = history.Plan(
            channel_id=channel.id, seed=seed, conversations=12, messages=600, ends=NOW
        )
        for number in range(plan.pages):
            filling.write(connection, history.trial_page(plan, number))
    ana, ben = (
        people.add(connection, email=f"{name}@example.com", name=name, role="agent", now=NOW).id
        for name in ("ana", "ben")
    )
    ours = messages.c.direction == "outgoing"
    for part, user_id in enumerate((ana, ben)):
        theirs = update(messages).where(ours, messages.c.number % 3 == part)
        connection.execute(theirs.values(sender_id=user_id))
    noted = select(messages.c.number).where(ours)
    connection.execute(unsearched_messages.insert().from_select(["number"], noted))
    index(connection, 2_000)
    return ana, ben


def _searches(connection: Connection, ben: str) -> list[Search]:
    times = sorted(connection.execute(select(messages.c.sort_at)).scalars())
    early, late = times[len(times) // 3], times[2 * len(times) // 3]
    channel = connection.execute(select(messages.c.channel_id)).scalars().first() or ""
    return [
        Search(wrote="me"),
        Search(wrote="colleague", q="o"),
        Search(wrote="customer", q="kettle"),
        Search(wrote=ben, channel_id=channel),
        Search(has="file", since=early),
        Search(has="image", until=late, wrote="customer"),
        Search(q="o", since=early, until=late, channel_id=channel),
        Search(q="the", has="file"),
        Search(q="o", wrote="customer", reach=Reach(frozenset({channel}))),
        Search(wrote="customer", since=late, until=early),
    ]


def _answer(connection: Connection, me: str, asked: Search) -> dict[str, list[Any]]:
    """By looking at every row: conversation → its messages that answer, the newest first."""
    found: dict[str, list[Any]] = {}
    there = select(messages).where(messages.c.deleted_at.is_(None))
    for row in connection.execute(there.order_by(messages.c.number.desc())):
        if _answers(row, me, asked):
            found.setdefault(row.conversation_id, []).append(row)
    return found


def _answers(row: Any, me: str, asked: Search) -> bool:
    ours = row.direction == "outgoing"
    wrote = {"": True, "me": row.sender_id == me, "colleague": ours and row.sender_id != me}
    wrote["customer"] = not ours
    kept = words(searched(decoded(row.content)))
    return (
        wrote.get(asked.wrote, row.sender_id == asked.wrote)
        and all(is_said(kept, term) for term in terms(asked.q))
        and (not asked.has or row.type in (FILES if asked.has == "file" else {asked.has}))
        and asked.channel_id in ("", row.channel_id)
        and asked.reach.has_channel(row.channel_id)
        and (asked.since or 0) <= row.sort_at < (asked.until or NOW + DAY)
    )


def _pages(connection: Connection, me: str, asked: Search) -> list[Any]:
    found, cursor = [], None
    for _ in range(60):
        page, following = search.search_page(connection, me, asked, cursor, 5)
        found += page
        if following is None:
            return found
        cursor = Cursor.read(following)
    raise AssertionError("the pages never end")


async def test_filters_answer_like_a_look_at_every_row(
    database: Database, users: tuple[str, str]
) -> None:
    def compare(connection: Connection) -> list[int]:
        ana, ben = users
        sizes = []
        for asked in _searches(connection, ben):
            said = _answer(connection, ana, asked)
            rows = _pages(connection, ana, asked)
            if asked.q and not asked.narrowed:  # people come first
                rows = [row for row in rows if row["match"]]
            newest = {row["id"]: row["match"]["message_id"] for row in rows}
            assert newest == {of: found[0].id for of, found in said.items()}, asked
            for row in rows:
                shown = [one["message_id"] for one in row["matches"]]
                assert shown == [one.id for one in said[row["id"]]][: len(shown)]
            sizes.append(len(rows))
        return sizes

    *some, none = await database.read(compare)
    assert min(some) > 2 and none == 0, str(some)


async def test_in_one_conversation_filters_hold_too_and_all_are_counted(
    database: Database, users: tuple[str, str]
) -> None:
    def compare(connection: Connection) -> int:
        ana, ben = users
        total = 0
        for asked in _searches(connection, ben):
            for conversation_id, rows in _answer(connection, ana, asked).items():
                rows.sort(key=lambda row: (row.sort_at, row.number), reverse=True)
                question = asked_of(connection, ana, asked)
                page = matches.page(connection, conversation_id, question, limit=100)
                assert [one["message_id"] for one in page.data] == [row.id for row in rows]
                assert page.total == len(rows)
                total += len(rows)
        return total

    assert await database.read(compare) > 200


async def test_a_rare_filter_beside_a_frequent_word_needs_no_second_look(
    database: Database, users: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index holds both: however many have the word, what comes back has the filter."""
    monkeypatch.setattr(search, "ROUNDS", 1)
    monkeypatch.setattr(search, "CANDIDATES", 3)

    def ask(connection: Connection) -> tuple[int, int, int]:
        asked = Search(q="the", has="file", wrote="customer")
        question = asked_of(connection, users[0], asked)
        assert question is not None
        frequent = len(messages_found(connection, facets.Asked(question.words), None, 10_000))
        rows, _ = search.search_page(connection, users[0], asked)
        nothing = Search(q="o", reach=Reach(frozenset()))
        return frequent, len(rows), len(_pages(connection, users[0], nothing))

    frequent, found, unseen = await database.read(ask)
    assert frequent > 100 and found > 0 and unseen == 0


async def test_a_time_alone_is_that_of_the_last_arrival(
    database: Database, users: tuple[str, str]
) -> None:
    def ask(connection: Connection) -> tuple[set[int], set[int]]:
        everything, _ = list_page(connection, None, Search())
        at = _arrived(everything[10])
        asked = Search(since=at, until=at + MINUTE)
        narrowed, _ = list_page(connection, None, asked)
        arrivals = [
            {int(row["sort"].partition("-")[0]) for row in some} for some in (everything, narrowed)
        ]
        return {one for one in arrivals[0] if at <= one < at + MINUTE}, arrivals[1]

    expected, found = await database.read(ask)
    assert found == expected and found


def test_nobody_can_type_a_mark() -> None:
    said = facets.Said("a conversation", "a channel", "incoming", None, "image", NOW)
    kept = facets.marks(said, {"text": "see https://example.com"})
    assert len(set(kept)) == 8  # of each that one may ask for, and of a file in general
    assert words(" ".join(kept)) == [] and terms(" ".join(kept)) == []


@pytest.mark.parametrize(
    ("since", "until", "count"), [(0, DAY, 1), (None, 40 * DAY, 2), (0, 800 * DAY, 5)]
)
def test_a_time_is_asked_for_by_few_marks(since: int | None, until: int, count: int) -> None:
    [term] = facets.said_between(since, until)
    assert 1 + len(term.others) == count


def _arrived(row: Any) -> int:
    return int(row["sort"].partition("-")[0])
