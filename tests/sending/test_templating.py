"""A template goes out at any time, and only as its definition takes it."""

from typing import Any

import pytest
from sqlalchemy import select, update

from inbox.domain.errors import Invalid
from inbox.domain.ids import new_id
from inbox.domain.outgoing.asked import said_by
from inbox.domain.templates.definition import Definition
from inbox.domain.times import DAY
from inbox.providers.cloud_api.bodies import body
from inbox.providers.templates import TemplateFound
from inbox.sending import replies
from inbox.sending.first_contact import NewContact, write_first
from inbox.sending.replies import ClientIdTaken, Reply
from inbox.sending.retrying import retry
from inbox.sending.window import WindowClosed
from inbox.storage.database import Connection, Database
from inbox.storage.tables import conversations, messages, outbox, templates, uploads
from inbox.templates import store
from tests.sending.conftest import NOW

LATER = NOW + 9 * DAY
READY = Definition(
    name="order_ready",
    language="en_US",
    components=[
        {"type": "BODY", "text": "Hello {{1}}, order {{2}} is ready."},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}]},
    ],
)
FILLED = [
    {
        "type": "body",
        "parameters": [{"type": "text", "text": "Amara"}, {"type": "text", "text": "17"}],
    }
]
VALUES = {"body.1": "Amara", "body.2": "17"}


def asked(**parts: Any) -> dict[str, Any]:
    told = {"name": "order_ready", "language": "en_US"} | parts
    return {"type": "template", "template": told}


@pytest.fixture
async def known(database: Database, conversation: str) -> str:
    """The conversation's channel has the template."""

    def keep(connection: Connection) -> str:
        here = select(conversations.c.channel_id).where(conversations.c.id == conversation)
        channel_id = str(connection.execute(here).scalar_one())
        found = [TemplateFound(definition=READY, status="APPROVED")]
        store.keep_found(connection, channel_id, found, NOW)
        return channel_id

    return await database.write(keep)


async def send(
    database: Database, conversation: str, given: dict[str, Any], client_id: str = ""
) -> Any:
    reply = Reply(
        conversation_id=conversation, said=said_by(given), client_id=client_id, sender_name="Ana"
    )
    return await database.write(replies.enqueue, reply, LATER)


@pytest.mark.parametrize("parts", [{"components": FILLED}, {"values": VALUES}])
async def test_it_is_sent_when_free_text_is_not_any_more(
    database: Database, conversation: str, known: str, parts: dict[str, Any]
) -> None:
    with pytest.raises(WindowClosed):
        await send(database, conversation, {"type": "text", "text": "Hello"})
    sent = await send(database, conversation, asked(**parts))
    assert sent["type"] == "template"
    assert sent["content"]["text"] == "Hello Amara, order 17 is ready."
    assert sent["content"]["template"]["buttons"] == [{"type": "quick_reply", "text": "Stop"}]
    row = await database.read(
        lambda c: c.execute(select(messages).where(messages.c.id == sent["id"])).mappings().one()
    )
    assert row["status"] == "queued"
    assert body(said_by(asked(components=FILLED))) == {
        "type": "template",
        "template": {
            "name": "order_ready",
            "language": {"code": "en_US"},
            "components": sent["content"]["template"]["components"],
        },
    }


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"name": "unknown"}, "template.name"),
        ({"language": "de"}, "template.name"),
        ({}, "template.body.1"),
        ({"values": VALUES | {"body.2": "a\nb"}}, "template.body.2"),
        ({"components": [FILLED[0], FILLED[0]]}, "template.components[1]"),
        ({"components": [{"type": "footer"}]}, "template.components[0]"),
        ({"components": FILLED, "values": VALUES}, "template.values"),
        ({"parameters": []}, "template.parameters"),
    ],
)
async def test_what_does_not_fit_is_stored_nowhere_and_told_with_its_field(
    database: Database, conversation: str, known: str, parts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        await send(database, conversation, asked(**parts))
    assert wrong.value.field == field
    stored = select(messages.c.id).where(messages.c.type == "template")
    assert await database.read(lambda c: c.execute(stored).all()) == []


async def test_one_that_is_paused_is_not_sent_but_what_was_sent_before_is_the_same(
    database: Database, conversation: str, known: str
) -> None:
    first = await send(database, conversation, asked(values=VALUES), "one")
    paused = update(templates).where(templates.c.channel_id == known).values(status="PAUSED")
    await database.write(lambda c: c.execute(paused) and None)
    with pytest.raises(Invalid, match="paused"):
        await send(database, conversation, asked(values=VALUES), "two")
    again = await send(database, conversation, asked(values=VALUES), "one")
    assert again["id"] == first["id"]
    with pytest.raises(ClientIdTaken):
        await send(database, conversation, {"type": "text", "text": "Hello"}, "one")


async def test_one_that_failed_is_sent_again_however_late(
    database: Database, conversation: str, known: str
) -> None:
    sent = await send(database, conversation, asked(values=VALUES))

    def fail(connection: Connection) -> None:
        here = update(messages).where(messages.c.id == sent["id"])
        connection.execute(here.values(status="failed"))
        connection.execute(outbox.delete())

    await database.write(fail)
    again = await database.write(retry, sent["id"], LATER)
    assert again["status"] == "queued"


async def test_a_file_of_ours_above_its_words_is_named_by_its_digest(
    database: Database, conversation: str, known: str
) -> None:
    photo = Definition(
        name="photo",
        language="en_US",
        components=[{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look"}],
    )
    brought = {
        "id": new_id(NOW),
        "kind": "image",
        "mime_type": "image/jpeg",
        "bytes": 3,
        "filename": "a.jpg",
        "digest": "ab" * 32,
        "thumbnail": False,
        "at": NOW,
    }

    def keep(connection: Connection) -> None:
        store.keep_found(
            connection, known, [TemplateFound(definition=photo, status="APPROVED")], NOW
        )
        connection.execute(uploads.insert().values(brought))

    await database.write(keep)
    given = asked(name="photo", values={"header": {"media_id": brought["id"]}})
    sent = await send(database, conversation, given, "photo")
    [header] = sent["content"]["template"]["components"]
    file = header["parameters"][0]["image"]
    assert (file["sha256"], file["mime"]) == ("ab" * 32, "image/jpeg")
    again = await send(database, conversation, given, "photo")
    assert again["id"] == sent["id"]
    with pytest.raises(Invalid, match="file"):
        await send(
            database, conversation, asked(name="photo", values={"header": {"media_id": "x"}})
        )


async def test_whoever_never_wrote_is_written_to_first_by_one(
    database: Database, known: str
) -> None:
    reply = Reply(conversation_id="", said=said_by(asked(values=VALUES)), sender_name="Ana")
    number = "+44 7700 900123"
    to = NewContact(channel_id=known, phone_number=number)
    message = await database.write(write_first, to, reply, LATER)
    assert (message["type"], message["status"]) == ("template", "queued")
    spelled = NewContact(channel_id=known, phone_number="0044 7700 900123")
    again = await database.write(write_first, spelled, reply, LATER)
    assert again["conversation_id"] == message["conversation_id"]
