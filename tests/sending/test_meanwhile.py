"""Law 20: a reply written without seeing a colleague's newer one is stopped, and shows it."""

from typing import Any

import pytest
from sqlalchemy import select, update

from inbox.domain.errors import Invalid
from inbox.domain.outgoing import texts
from inbox.domain.public import Message
from inbox.sending import replies
from inbox.sending.meanwhile import AnsweredMeanwhile
from inbox.sending.replies import Reply
from inbox.storage.database import Connection, Database
from inbox.storage.tables import messages
from tests.sending.conftest import NOW


def _question(connection: Connection, conversation: str) -> str:
    query = select(messages.c.id).where(messages.c.conversation_id == conversation)
    return str(connection.execute(query.order_by(messages.c.number)).scalars().first())


async def _send(
    database: Database, conversation: str, text: str, who: str, **facts: Any
) -> Message:
    """Of a program: there is no user behind the name."""
    said = texts.text(text)
    reply = Reply(conversation_id=conversation, said=said, sender_name=who, **facts)
    return await database.write(replies.enqueue, reply, NOW)


async def test_who_has_not_seen_it_is_stopped_and_shown_it(
    database: Database, conversation: str
) -> None:
    question = await database.read(_question, conversation)
    await _send(database, conversation, "At nine", "Ben")
    with pytest.raises(AnsweredMeanwhile) as stopped:
        await _send(database, conversation, "At ten", "Ana", seen=question)
    assert [one["content"]["text"] for one in stopped.value.messages] == ["At nine"]
    sent = await _send(database, conversation, "At ten", "Ana", seen=question, force=True)
    assert sent["status"] == "queued"


async def test_who_has_seen_it_or_answered_themselves_is_not(
    database: Database, conversation: str
) -> None:
    question = await database.read(_question, conversation)
    for text in ("At nine", "In the morning"):
        last = await _send(database, conversation, text, "Ben", seen=question)
    assert await _send(database, conversation, "And he is right", "Ana", seen=last["id"])


async def test_a_reply_asked_for_again_is_not_stopped_by_what_came_after_it(
    database: Database, conversation: str
) -> None:
    """Its answer was lost, as it is where a line is cut: it was sent already."""
    question = await database.read(_question, conversation)
    facts = {"seen": question, "client_id": "kept"}
    first = await _send(database, conversation, "At nine", "Ana", **facts)
    await _send(database, conversation, "Ben here", "Ben")
    assert (await _send(database, conversation, "At nine", "Ana", **facts))["id"] == first["id"]


async def test_an_answer_from_the_phone_is_a_colleagues_and_a_failed_one_is_none(
    database: Database, conversation: str
) -> None:
    question = await database.read(_question, conversation)
    answer = await _send(database, conversation, "From the phone", "Ben")

    def become(connection: Connection, **facts: Any) -> None:
        connection.execute(update(messages).where(messages.c.id == answer["id"]).values(facts))

    await database.write(become, sender_name=None, status="sent")
    with pytest.raises(AnsweredMeanwhile):
        await _send(database, conversation, "At ten", "Ben", seen=question)
    await database.write(become, status="failed")
    assert await _send(database, conversation, "At ten", "Ben", seen=question)


async def test_what_nobody_can_have_seen_is_said_in_words(
    database: Database, conversation: str
) -> None:
    with pytest.raises(Invalid, match="not there"):
        await _send(database, conversation, "At ten", "Ana", seen="nothing")
