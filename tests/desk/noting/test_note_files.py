"""Files of notes: for the team alone, and gone with the note."""

import pytest
from sqlalchemy import Connection, select

from inbox.conversations import drafts, files, uploads
from inbox.conversations.drafts import Written
from inbox.desk import notes
from inbox.desk.notes import Note
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid
from inbox.domain.times import DAY
from inbox.storage.database import Database
from inbox.storage.tables import outbox
from tests.conversations.test_uploads import brought
from tests.desk.noting.conftest import NOW, Write

DIGEST = "ef" * 32


def _places(connection: Connection) -> list[str]:
    return list(connection.execute(select(outbox.c.message_id)).scalars())


async def test_a_note_has_its_files_until_it_is_deleted_and_sends_none(
    database: Database, write: Write, ana: Writer
) -> None:
    upload_id = await brought(database, DIGEST)
    note = await write("", attachments=[upload_id])
    [file] = note["content"]["attachments"]
    assert file["url"] == f"/media/{note['id']}?v={DIGEST[:16]}"
    await database.write(uploads.forget_unsent, NOW + 9 * DAY)
    found = await database.read(files.file_of, note["id"], DIGEST[:16])
    assert found and (found["digest"], found["filename"]) == (DIGEST, "a.txt")
    assert await database.read(files.held, [DIGEST]) == {DIGEST}
    assert note["id"] not in await database.read(_places)
    await database.write(notes.delete_note, note["id"], ana, NOW)
    assert await database.read(files.held, [DIGEST]) == set()


async def test_who_edits_a_note_leaves_its_files(
    database: Database, write: Write, ana: Writer
) -> None:
    note = await write("See there", attachments=[await brought(database, DIGEST)])
    for text in ("See here", ""):
        changed = Note(conversation_id="", text=text, author=ana)
        edited = await database.write(notes.edit_note, note["id"], ana, changed, NOW)
        assert edited["content"]["attachments"] == note["content"]["attachments"]
    assert [one["text"] for one in edited["previous"]] == ["See there", "See here"]


async def test_the_same_note_again_is_the_same_and_ends_its_draft(
    database: Database, write: Write, conversation: str, ana: Writer
) -> None:
    file, user_id = await brought(database, DIGEST), str(ana.user_id)
    for kind in ("reply", "note"):
        begun = Written("Begun")
        await database.write(drafts.save_draft, user_id, conversation, begun, NOW, kind)
    asked = {"client_id": "one", "attachments": [file], "ends_draft": True}
    note = await write("", **asked)
    assert (await write("", **asked))["id"] == note["id"]
    left = [
        (await database.read(drafts.draft_of, user_id, conversation, kind))["text"]
        for kind in ("reply", "note")
    ]
    assert left == ["Begun", ""]


async def test_a_file_that_is_not_there_is_said(write: Write) -> None:
    for wrong in (["nowhere"], ["x"] * 11):
        with pytest.raises(Invalid) as refusal:
            await write("See there", attachments=wrong)
        assert refusal.value.field == "attachments"
