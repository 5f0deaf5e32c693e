"""A message is forwarded with its file, once however often it is asked, and only where it may."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from inbox.domain.errors import Invalid
from inbox.domain.shapes import encoded
from inbox.domain.stored import StoredFile
from inbox.domain.times import DAY, SECOND
from inbox.sending.passing_on import Forward, client_id_for, pass_on
from inbox.sending.replies import ClientIdTaken
from inbox.sending.window import WindowClosed
from inbox.storage.database import Database
from inbox.storage.tables import media_files, messages
from tests.sending.conftest import NOW, Begin

LATER = NOW + SECOND
PHOTO: StoredFile = {
    "state": "ready",
    "digest": "ab" * 32,
    "mime_type": "image/jpeg",
    "bytes": 900,
    "thumbnail": True,
    "width": 320,
    "height": 240,
}


async def said(database: Database, conversation: str, **facts: Any) -> str:
    """What the customer there has said becomes a message with these facts."""

    def change(connection: Connection) -> str:
        theirs = messages.c.conversation_id == conversation
        connection.execute(update(messages).where(theirs).values(**facts))
        return str(connection.execute(select(messages.c.id).where(theirs)).scalar_one())

    return await database.write(change)


@pytest.fixture
async def photo(database: Database, begin: Begin) -> str:
    content = encoded({"media": {"id": "at the provider"}, "caption": "Third shelf"})
    facts = {"type": "image", "content": content, "media": encoded(PHOTO)}
    return await said(database, await begin(), **facts)


def to(conversation: str, message: str) -> Forward:
    return Forward(
        message_id=message,
        conversation_id=conversation,
        client_id=client_id_for("form", conversation),
        sender_name="Ana",
    )


async def test_a_photo_goes_on_with_its_file_once(
    database: Database, begin: Begin, photo: str
) -> None:
    asked = to(await begin(), photo)
    sent = await database.write(pass_on, asked, LATER)
    again = await database.write(pass_on, asked, LATER)
    assert (again["id"], sent["type"], sent["content"]["caption"]) == (
        sent["id"],
        "image",
        "Third shelf",
    )
    assert (
        sent["media"] and sent["media"]["thumbnail_url"] and sent["id"] in str(sent["media"]["url"])
    )
    held = select(media_files.c.digest).where(media_files.c.message_id == sent["id"])
    assert await database.read(lambda c: list(c.execute(held).scalars())) == [PHOTO["digest"]]
    with pytest.raises(ClientIdTaken):
        other = await said(database, await begin(), status="received")
        await database.write(pass_on, replace(asked, message_id=other), LATER)


async def test_where_it_may_not_go_nothing_goes(
    database: Database, begin: Begin, photo: str
) -> None:
    for conversation, when in (
        (await begin(direction="out"), LATER),
        (await begin(), NOW + 2 * DAY),
    ):
        with pytest.raises(WindowClosed):
            await database.write(pass_on, to(conversation, photo), when)
    content = encoded({"location": {"lat": 51.5, "lng": -0.1}})
    place = await said(database, await begin(), type="location", content=content)
    with pytest.raises(Invalid) as told:
        await database.write(pass_on, to(await begin("notifier"), place), LATER)
    assert told.value.field == "type"


async def test_what_was_deleted_is_not_forwarded(database: Database, begin: Begin) -> None:
    gone = await said(database, await begin(), deleted_at=NOW)
    with pytest.raises(Invalid, match="deleted"):
        await database.write(pass_on, to(await begin(), gone), LATER)
