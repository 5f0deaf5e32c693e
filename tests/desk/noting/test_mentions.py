"""Who is named in a note has a notice that waits for them."""

import pytest

from inbox.access import people
from inbox.conversations import listing
from inbox.conversations.listing import Search
from inbox.desk import mentions, notes
from inbox.desk.notes import Note
from inbox.desk.writer import Writer
from inbox.domain.content import Mention
from inbox.domain.errors import Invalid
from inbox.domain.mentions import people_named
from inbox.storage.database import Connection, Database
from tests.desk.noting.conftest import NOW, Write
from tests.support.published import published


def _told(connection: Connection, author: Writer) -> list[tuple[int, int]]:
    """What the pages of this user heard: mentions there, and conversations with some."""
    heard = published(connection, "mention:updated")
    theirs = [one.payload for one in heard if one.audience == f"user:{author.user_id}"]
    return [(one["count"], one["conversations"]) for one in theirs]


async def _view(database: Database, author: Writer) -> list[tuple[str, int]]:
    found, _ = await database.read(listing.list_page, author.user_id, Search(view="mentions"))
    return [(each["id"], each["mention_count"]) for each in found]


async def test_a_mention_waits_until_its_reader_has_looked(
    database: Database, conversation: str, write: Write, ben: Writer
) -> None:
    note = await write("@Ben, please", mentioned=[ben.user_id])
    assert note["content"]["mentions"] == [{"id": ben.user_id, "name": "Ben"}]
    assert await _view(database, ben) == [(conversation, 1)]
    assert await database.write(mentions.look_at_mentions, ben.user_id, conversation, NOW)
    assert not await database.write(mentions.look_at_mentions, ben.user_id, conversation, NOW), (
        "once"
    )
    assert await _view(database, ben) == [(conversation, 0)], "it is still found there"
    assert await database.read(_told, ben) == [(1, 1), (0, 0)]


async def test_who_names_themselves_needs_no_notice(
    database: Database, write: Write, ana: Writer
) -> None:
    await write("@Ana: buy milk", mentioned=[ana.user_id])
    assert await _view(database, ana) == []


async def test_an_edit_tells_whom_it_names_now_and_takes_back_whom_it_does_not(
    database: Database, conversation: str, write: Write, ana: Writer, ben: Writer
) -> None:
    note = await write("@Ben, please", mentioned=[ben.user_id])
    nobody = Note(conversation_id="", text="Never mind", author=ana)
    await database.write(notes.edit_note, note["id"], ana, nobody, NOW)
    assert await _view(database, ben) == []
    again = Note(conversation_id="", text="@Ben", mentioned=[str(ben.user_id)], author=ana)
    await database.write(notes.edit_note, note["id"], ana, again, NOW)
    await database.write(notes.delete_note, note["id"], ana, NOW)
    assert await _view(database, ben) == []
    assert await database.read(_told, ben) == [(1, 1), (0, 0), (1, 1), (0, 0)]


async def test_nobody_is_mentioned_who_would_not_read_it(
    database: Database, write: Write, ben: Writer
) -> None:
    with pytest.raises(Invalid, match="no such user"):
        await write("@Nobody", mentioned=["nobody"])
    await database.write(people.disable, ben.user_id, NOW)
    with pytest.raises(Invalid, match="Ben is disabled"):
        await write("@Ben", mentioned=[ben.user_id])


async def test_a_page_names_by_the_text_alone(
    database: Database, write: Write, ben: Writer
) -> None:
    note = await write("so @ben, mail jim@ben.example", by_name=True)
    assert ben.user_id in {one["id"] for one in note["content"]["mentions"]}
    assert "mentions" not in (await write("mail ana@Ben", by_name=True))["content"]


PEOPLE: list[Mention] = [
    {"id": "1", "name": "Ana"},
    {"id": "2", "name": "Ana Maria"},
    {"id": "3", "name": "Ben (night)"},
    {"id": "4", "name": "ana"},
]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Ana Maria and nobody else", ["2"]),
        ("@ANA: look", ["1", "4"]),
        ("@Ben (night) @Ana Maria", ["3", "2"]),
        ("@Anabel", []),
        ("write to jim@Ana", []),
        ("https://example.com/@Ana", []),
        ("@", []),
    ],
)
def test_names_are_found_at_the_beginning_of_words(text: str, ids: list[str]) -> None:
    assert [one["id"] for one in people_named(text, PEOPLE)] == ids
