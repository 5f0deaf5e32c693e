"""Several messages of one conversation that answer: a few under its row, and all page by page."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from inbox.channels import store
from inbox.conversations import matches, search
from inbox.conversations.listing import Search
from inbox.domain.cursors import Cursor
from inbox.domain.facets import Asked
from inbox.domain.folding import terms, words
from inbox.domain.shapes import decoded
from inbox.search.indexing import index
from inbox.search.snippets import searched
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import messages
from inbox.trial import filling, history
from tests.search.test_finding import is_said

NOW = 1_790_000_000_000_000
QUESTIONS = ("kettle", "thank quick", "订单", "o", "no such word")


@pytest.fixture
async def filled(database: Database) -> Database:
    def fill(connection: Connection) -> None:
        channel = store.add(connection, Sealer(b"k" * 40), name="T", provider="sandbox", now=NOW)
        plan = history.Plan(channel_id=channel.id, seed=3, conversations=8, messages=400, ends=NOW)
        for number in range(plan.pages):
            filling.write(connection, history.trial_page(plan, number))

    await database.write(fill)
    return database


def said(connection: Connection, question: str) -> dict[str, list[Any]]:
    """By looking at every row: conversation → its messages that answer, by arrival."""
    asked, found = terms(question), {}
    query = select(messages).where(messages.c.deleted_at.is_(None))
    for row in connection.execute(query.order_by(messages.c.number.desc())):
        kept = words(searched(decoded(row.content)))
        if all(is_said(kept, term) for term in asked):
            found.setdefault(row.conversation_id, []).append(row)
    return found


def found(connection: Connection, question: str, **more: Any) -> list[dict[str, Any]]:
    page, _ = search.search_page(connection, None, Search(q=question), **more)
    return [each for each in page if each["match"]]


async def test_a_row_has_the_newest_that_answer_and_says_how_many_there_are(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare(connection: Connection, counted: bool) -> int:
        most = 0
        for question in QUESTIONS:
            there = said(connection, question)
            for row in found(connection, question):
                newest = [each.id for each in there[row["id"]]]
                shown = [each["message_id"] for each in row["matches"]]
                assert row["match"] == row["matches"][0]
                assert shown == newest[: len(shown)]
                assert row["match_count"] == (len(newest) if counted else None)
                assert len(shown) == min(3, len(newest)) or not counted
                most = max(most, len(newest))
        return most

    assert await filled.read(compare, True) > 5
    monkeypatch.setattr(matches, "WINDOW", 2)
    monkeypatch.setattr(search, "WINDOW", 2)
    assert await filled.read(compare, False) > 5


async def test_all_that_answer_in_a_conversation_are_read_page_by_page(filled: Database) -> None:
    def pages(connection: Connection, conversation_id: str, question: str) -> list[str]:
        shown, cursor = [], None
        for _ in range(200):
            page = matches.page(connection, conversation_id, Asked(terms(question)), cursor, 4)
            assert len(page.data) <= 4
            shown += [each["message_id"] for each in page.data]
            if page.next is None:
                return shown
            cursor = Cursor.read(page.next)
        raise AssertionError("the pages never end")

    def compare(connection: Connection) -> int:
        total = 0
        for question in QUESTIONS:
            for conversation_id, rows in said(connection, question).items():
                rows.sort(key=lambda row: (row.sort_at, row.number), reverse=True)
                assert pages(connection, conversation_id, question) == [row.id for row in rows]
                total += len(rows)
        return total

    assert await filled.read(compare) > 100


async def test_what_was_deleted_a_moment_ago_is_no_match(filled: Database) -> None:
    def delete(connection: Connection) -> tuple[list[str], list[str], list[str]]:
        index(connection, 1_000)
        row = max(found(connection, "kettle"), key=lambda each: len(each["matches"]))
        before = [each["message_id"] for each in row["matches"]]
        gone = update(messages).where(messages.c.id == before[0]).values(deleted_at=NOW)
        connection.execute(gone)
        [after] = [each for each in found(connection, "kettle") if each["id"] == row["id"]]
        page = matches.page(connection, row["id"], Asked(terms("kettle")))
        return before, *(
            [each["message_id"] for each in some] for some in (after["matches"], page.data)
        )

    before, row, page = await filled.write(delete)
    assert len(before) > 1
    assert before[0] not in row and before[1] in row
    assert before[0] not in page and before[1] in page
