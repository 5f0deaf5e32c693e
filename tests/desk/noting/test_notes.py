"""Law 35: an internal word never reaches a provider. And it changes nothing of the conversation."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from inbox.conversations import queries, threads
from inbox.desk import notes
from inbox.desk.notes import Note, NotTheAuthor
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid, Missing
from inbox.domain.outgoing import texts
from inbox.domain.times import SECOND
from inbox.sending import claims, replies
from inbox.sending.replies import Reply
from inbox.sending.retrying import retry
from inbox.sending.taking_back import TooLate, take_reply_back
from inbox.storage.database import Connection, Database
from inbox.storage.tables import conversations, messages, outbox, unsearched_messages
from tests.desk.noting.conftest import NOW, Write
from tests.support.queues import turn


def _row(connection: Connection, conversation: str) -> dict[str, Any]:
    query = select(conversations).where(conversations.c.id == conversation)
    return dict(connection.execute(query).mappings().one())


def _waiting(connection: Connection, conversation: str) -> Sequence[str]:
    query = select(outbox.c.message_id).where(outbox.c.conversation_id == conversation)
    return connection.execute(query).scalars().all()


def _put_in_outbox(connection: Connection, message_id: str) -> None:
    row = connection.execute(select(messages).where(messages.c.id == message_id)).one()
    place = {"message_id": row.id, "channel_id": row.channel_id, "number": row.number}
    place |= {"conversation_id": row.conversation_id, "due_at": NOW, "attempts": 0, "since": NOW}
    connection.execute(outbox.insert().values(place))


async def _texts(database: Database, conversation: str) -> list[str | None]:
    found = await database.read(threads.latest, conversation)
    return [each["content"].get("text") for each in found.messages]


async def test_a_note_stands_in_the_thread_and_moves_nothing(
    database: Database, conversation: str, write: Write
) -> None:
    before = await database.read(_row, conversation)
    note = await write("Ask the courier", now=NOW + SECOND)
    assert (note["type"], note["direction"], note["status"]) == ("note", "internal", "noted")
    assert note["sender"] is not None and note["sender"]["name"] == "Ana"
    assert await _texts(database, conversation) == ["hello?", "Ask the courier"]
    assert await database.read(_row, conversation) == before


async def test_a_note_never_has_a_place_in_the_outbox(
    database: Database, conversation: str, write: Write
) -> None:
    note = await write("Only for us")
    again = await database.write(retry, note["id"], NOW)
    assert again["status"] == "noted"
    with pytest.raises(TooLate, match="note"):
        await database.write(take_reply_back, note["id"], NOW)
    assert await database.read(_waiting, conversation) == []


async def test_the_outbox_cannot_claim_a_note_that_somebody_put_there(
    database: Database, conversation: str, write: Write
) -> None:
    note = await write("Only for us")
    await database.write(_put_in_outbox, note["id"])
    assert await database.read(_waiting, conversation) == [note["id"]]

    def claim(connection: Connection) -> list[claims.Waiting]:
        return claims.claim(connection, turn(connection, NOW, NOW + claims.CLAIM))

    assert note["id"] not in {one.claim.key[0] for one in await database.write(claim)}


async def test_a_reply_cannot_quote_a_note(
    database: Database, conversation: str, write: Write
) -> None:
    note = await write("Only for us")
    reply = Reply(
        conversation_id=conversation, said=texts.text("hi"), sender_name="Ana", quoted_id=note["id"]
    )
    with pytest.raises(Invalid, match="internal"):
        await database.write(replies.enqueue, reply, NOW)


async def test_the_last_word_before_a_reply_taken_back_is_no_note(
    database: Database, conversation: str, write: Write
) -> None:
    reply = Reply(conversation_id=conversation, said=texts.text("Too fast"), sender_name="Ana")
    sent = await database.write(replies.enqueue, reply, NOW)
    await write("He is too fast", now=NOW + SECOND)
    await database.write(take_reply_back, sent["id"], NOW + SECOND)
    found = await database.read(queries.conversation, conversation)
    assert found is not None and found["last_message"] is not None
    assert (found["last_message"]["text"], found["needs_reply"]) == ("hello?", True)


async def test_the_same_note_again_is_the_same_note(
    database: Database, conversation: str, write: Write
) -> None:
    first = await write("Once", client_id="one")
    assert await write("Once", client_id="one") == first
    with pytest.raises(Invalid, match="another note"):
        await write("Twice", client_id="one")
    assert await _texts(database, conversation) == ["hello?", "Once"]


async def test_only_its_author_changes_a_note(
    database: Database, write: Write, ana: Writer, ben: Writer
) -> None:
    note = await write("Ask Jim")
    changed = Note(conversation_id="", text="Ask John", author=ben)
    with pytest.raises(NotTheAuthor):
        await database.write(notes.edit_note, note["id"], ben, changed, NOW)
    with pytest.raises(NotTheAuthor):
        await database.write(notes.delete_note, note["id"], ben, NOW)
    edited = await database.write(notes.edit_note, note["id"], ana, changed, NOW + SECOND)
    assert edited["content"] == {"text": "Ask John"} and edited["edited_at"]
    assert [each["text"] for each in edited["previous"]] == ["Ask Jim"]


async def test_programs_of_different_names_are_different_authors(
    database: Database, write: Write
) -> None:
    crm, other = Writer(user_id=None, name="CRM"), Writer(user_id=None, name="Other")
    note = await write("From the CRM", author=crm)
    with pytest.raises(NotTheAuthor):
        await database.write(notes.delete_note, note["id"], other, NOW)
    await database.write(notes.delete_note, note["id"], crm, NOW)


async def test_a_deleted_note_is_nowhere_and_does_not_come_back(
    database: Database, conversation: str, write: Write, ana: Writer
) -> None:
    note = await write("Wrong customer", client_id="wrong")
    number = await database.read(
        lambda connection: connection.execute(
            select(messages.c.number).where(messages.c.id == note["id"])
        ).scalar_one()
    )
    await database.write(notes.delete_note, note["id"], ana, NOW)
    assert await _texts(database, conversation) == ["hello?"]
    with pytest.raises(Missing):
        await database.write(notes.delete_note, note["id"], ana, NOW)
    with pytest.raises(Invalid, match="deleted"):
        await write("Wrong customer", client_id="wrong")
    unsearched = select(unsearched_messages.c.number)
    assert number in await database.read(lambda one: one.execute(unsearched).scalars().all())


async def test_no_message_but_a_note_is_changed_as_one(
    database: Database, conversation: str, ana: Writer
) -> None:
    question = (await database.read(threads.latest, conversation)).messages[0]["id"]
    changed = Note(conversation_id="", text="I said so", author=ana)
    with pytest.raises(Missing, match="note"):
        await database.write(notes.edit_note, question, ana, changed, NOW)
    with pytest.raises(Missing, match="note"):
        await database.write(notes.delete_note, question, ana, NOW)


@pytest.mark.parametrize("text", [" ", "x" * 10_001])
async def test_a_note_says_something_and_not_endlessly(write: Write, text: str) -> None:
    with pytest.raises(Invalid):
        await write(text)
