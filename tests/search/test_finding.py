"""What is found, on both engines, in a made-up history and in messages of our own."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select, text, update

from inbox.channels import store
from inbox.conversations import search, threads
from inbox.conversations.listing import Search
from inbox.domain.cursors import Cursor
from inbox.domain.folding import holds, number_terms, terms, words
from inbox.domain.shapes import decoded, encoded
from inbox.search.indexing import index, names
from inbox.search.snippets import searched
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import aliases, contacts, conversations, messages, unsearched_messages
from inbox.trial import filling, history

T = TypeVar("T")

NOW = 1_790_000_000_000_000
QUESTIONS = (
    "kettle",
    "orde",
    "thank quick",
    "你好",
    "订单",
    "12025550",
    "שלום",
    "no such word",
    "o",
)


class Undone(Exception):
    """On purpose."""


@pytest.fixture(scope="module")
async def filled(module_database: Database) -> Database:
    """Once for all: who changes it does so ``for_a_moment``."""
    await module_database.write(fill)
    return module_database


async def for_a_moment(database: Database, work: Callable[[Connection], T]) -> T:
    """What ``work`` gives, of which nothing stays."""
    found: list[T] = []

    def undone(connection: Connection) -> None:
        found.append(work(connection))
        raise Undone

    with pytest.raises(Undone):
        await database.write(undone)
    return found[0]


def fill(connection: Connection) -> None:
    channel = store.add(connection, Sealer(b"k" * 40), name="T", provider="sandbox", now=NOW)
    plan = history.Plan(channel_id=channel.id, seed=3, conversations=120, messages=2_000, ends=NOW)
    for number in range(plan.pages):
        filling.write(connection, history.trial_page(plan, number))


def ask(connection: Connection, question: str, **more: Any) -> list[dict[str, Any]]:
    """All pages of the answer."""
    found, cursor = [], None
    for _ in range(40):
        page, following = search.search_page(connection, None, Search(q=question), cursor, **more)
        found += page
        if following is None:
            return found
        cursor = Cursor.read(following)
    raise AssertionError("the pages never end")


def ask_upwards(
    connection: Connection, question: str, below: str, **more: Any
) -> list[dict[str, Any]]:
    """All pages above a row, put together in their order."""
    found, cursor = [], replace(search.place_of(below), up=True)
    for _ in range(100):
        page, following = search.search_page(connection, None, Search(q=question), cursor, **more)
        found = [*page, *found]
        if following is None:
            return found
        cursor = Cursor.read(following, up=True)
    raise AssertionError("the pages never end")


def answers(connection: Connection, question: str) -> tuple[set[str], dict[str, int]]:
    """By looking at every row: people, and the newest message of each other conversation."""
    asked = terms(question)
    called = select(conversations.c.id, contacts.c.name, contacts.c.username, contacts.c.wa_id)
    people = {
        row[0]
        for row in connection.execute(
            called.join(contacts, contacts.c.id == conversations.c.contact_id)
        )
        if holds(names(*row[1:]), number_terms(question))
    }
    said = {}
    there = select(messages).where(messages.c.deleted_at.is_(None))  # what is deleted is not found
    for row in connection.execute(there.order_by(messages.c.number)):
        kept = words(searched(decoded(row.content)))
        if row.conversation_id not in people and all(is_said(kept, term) for term in asked):
            said[row.conversation_id] = row.id
    return people, said


def is_said(kept: list[str], term: Any) -> bool:
    if term.prefix:
        return any(word.startswith(term.plain) for word in kept)
    size = len(term.words)
    return any(tuple(kept[at : at + size]) == term.words for at in range(len(kept)))


async def test_the_index_answers_like_a_look_at_every_row(filled: Database) -> None:
    def compare(connection: Connection) -> int:
        total = 0
        for question in QUESTIONS:
            people, said = answers(connection, question)
            found = ask(connection, question, limit=25)
            assert len(found) == len({each["id"] for each in found}), question
            assert {each["id"] for each in found if each["match"] is None} == people, question
            newest = {e["id"]: e["match"]["message_id"] for e in found if e["match"]}
            assert newest == said, question
            assert found == sorted(found, key=lambda each: each["sort"], reverse=True)
            total += len(found)
        return total

    assert await filled.read(compare) > 200


@pytest.mark.parametrize(("few", "many"), [(5, 10_000), (5, 10), (10_000, 10_000)])
async def test_whichever_way_people_are_looked_for_all_are_found(
    filled: Database, monkeypatch: pytest.MonkeyPatch, few: int, many: int
) -> None:
    """Looked up, known by the index, or asked for their names one by one."""
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "MANY", many)
    monkeypatch.setattr(search, "WALK", 60)
    monkeypatch.setattr(search, "STRIDE", 30)

    def compare(connection: Connection) -> None:
        for question in ("555", "5", "a"):
            people, _ = answers(connection, question)
            found = ask(connection, question, limit=20)
            assert len(people) > 50
            assert {each["id"] for each in found if each["match"] is None} == people
            assert len(found) == len({each["id"] for each in found})

    await filled.read(compare)


@pytest.mark.parametrize(("few", "many"), [(5, 10_000), (5, 10), (10_000, 10_000)])
async def test_the_pages_above_are_those_that_were_scrolled_by(
    filled: Database, monkeypatch: pytest.MonkeyPatch, few: int, many: int
) -> None:
    """From any row of the answer, by way of what was said and then of people."""
    for name, value in {"FEW": few, "MANY": many, "WALK": 60, "STRIDE": 30}.items():
        monkeypatch.setattr(search, name, value)
    monkeypatch.setattr(search, "CANDIDATES", 12)

    def compare(connection: Connection) -> int:
        total = 0
        for question in QUESTIONS:
            down = ask(connection, question)
            for at in range(0, len(down), 7):
                above = ask_upwards(connection, question, down[at]["sort"], limit=10)
                assert above == down[:at], (question, at)
                total += at
        return total

    assert await filled.read(compare) > 500


async def test_an_edited_message_is_found_by_its_new_words_and_a_deleted_one_not_at_all(
    filled: Database,
) -> None:
    def found(connection: Connection, question: str) -> list[str]:
        index(connection, 1_000)
        return [each["match"]["message_id"] for each in ask(connection, question)]

    def compare(connection: Connection) -> None:
        one = connection.execute(select(messages.c.number, messages.c.id)).first()
        assert one is not None
        this = update(messages).where(messages.c.number == one.number)
        connection.execute(this.values(content=encoded({"text": "a zebra first"})))
        assert found(connection, "zebra") == [one.id]
        connection.execute(this.values(content=encoded({"text": "an okapi now"})))
        assert found(connection, "zebra") == []
        assert found(connection, "okap") == [one.id]
        connection.execute(this.values(deleted_at=NOW))
        assert found(connection, "okap") == []

    await for_a_moment(filled, compare)


async def test_a_new_status_is_no_new_text(filled: Database) -> None:
    def change(connection: Connection) -> list[Any]:
        connection.execute(update(messages).values(status="read"))
        return list(connection.execute(select(unsearched_messages)))

    assert await for_a_moment(filled, change) == []


async def test_a_contact_is_found_by_a_name_learned_later(filled: Database) -> None:
    def rename(connection: Connection) -> Any:
        one = connection.execute(select(contacts.c.id)).scalars().first()
        connection.execute(update(contacts).where(contacts.c.id == one).values(name="Ütz Quagga"))
        index(connection, 100)
        return one, [each["contact"]["id"] for each in ask(connection, "utz uagg")]

    one, found = await for_a_moment(filled, rename)
    assert found == [one]


@pytest.mark.parametrize(
    ("wa_id", "typed"),
    [
        (
            "447700900410",
            ["07700 900410", "00447700900410", "(07700) 900-410", "+44 (0)7700900410"],
        ),
        ("551187654321", ["(11) 98765-4321", "+55 11 98765-4321", "11 8765 4321"]),
        ("5511987654321", ["(11) 98765-4321", "+55 11 8765-4321", "11 8765 4321"]),
        ("5215512345678", ["55 1234 5678", "+52 55 1234 5678", "044 55 1234 5678"]),
        ("5491123456789", ["011 15-2345-6789", "+54 11 2345-6789", "11 2345 6789"]),
    ],
)
async def test_a_contact_is_found_by_the_number_as_people_write_it(
    filled: Database, monkeypatch: pytest.MonkeyPatch, wa_id: str, typed: list[str]
) -> None:
    monkeypatch.setattr(search, "STRIDE", 1)

    def compare(connection: Connection) -> None:
        one = connection.execute(select(contacts.c.id)).scalars().first()
        connection.execute(update(contacts).where(contacts.c.id == one).values(wa_id=wa_id))
        index(connection, 1_000)
        for number in typed:
            assert [each["contact"]["id"] for each in ask(connection, number)] == [one], number

    await for_a_moment(filled, compare)


@pytest.mark.parametrize("stride", [1, 500])
async def test_a_contact_is_found_by_a_number_that_they_had_before(
    filled: Database, monkeypatch: pytest.MonkeyPatch, stride: int
) -> None:
    """Once, also if a message of theirs tells that number."""
    monkeypatch.setattr(search, "STRIDE", stride)

    def compare(connection: Connection) -> None:
        one, other = connection.execute(select(conversations)).mappings().all()[:2]
        was = {"channel_id": one["channel_id"], "contact_id": one["contact_id"]}
        was |= {"kind": "match_key", "value": "447700900733"}
        connection.execute(aliases.insert().values(**was))
        for talk in (one, other):
            tells = update(messages).where(messages.c.conversation_id == talk["id"])
            content = encoded({"text": "Call 07700900733"})
            connection.execute(tells.values(content=content, deleted_at=None))
        index(connection, 1_000)
        for typed in ("+44 7700 900733", "07700900733", "0044 7700 900-733", "900733"):
            found = ask(connection, typed)
            assert (found[0]["id"], found[0]["match"]) == (one["id"], None), typed
            assert [each["id"] for each in found].count(one["id"]) == 1, typed
        assert other["id"] in {each["id"] for each in ask(connection, "07700900733")}
        assert threads.of_number(connection, one["channel_id"], "447700900733") == one["id"]

    await for_a_moment(filled, compare)


async def test_what_was_there_before_the_index_waits_for_it(database: Database) -> None:
    """As the migration notes it, in batches of which each is whole."""
    await database.write(fill)

    def forget(connection: Connection) -> int:
        connection.execute(text("DELETE FROM message_words"))
        note = "INSERT INTO unsearched_messages (number) SELECT number FROM messages"
        connection.execute(text(note))
        return len(ask(connection, "kettle"))

    assert await database.write(forget) == 0
    taken = [await database.write(index, 700) for _ in range(4)]
    assert taken == [700, 700, 600, 0]
    assert len(await database.read(ask, "kettle")) > 5
