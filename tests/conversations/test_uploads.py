"""How long a file is kept that was brought to be sent."""

import pytest

from inbox.conversations import files, uploads
from inbox.domain.errors import Missing
from inbox.domain.stored import StoredFile
from inbox.domain.times import DAY
from inbox.storage.database import Database
from tests.conversations.conftest import NOW


async def brought(database: Database, digest: str) -> str:
    row = await database.write(
        uploads.announce_upload,
        kind="document",
        mime_type="text/plain",
        count=2,
        filename="a.txt",
        user_id=None,
        now=NOW,
    )
    here: StoredFile = {"state": "ready", "digest": digest, "mime_type": "text/plain", "bytes": 2}
    await database.write(uploads.arrived, row["id"], here)
    return row["id"]


async def test_a_file_that_nobody_sends_is_forgotten_in_three_days(database: Database) -> None:
    upload_id = await brought(database, "aa" * 32)
    await database.write(uploads.forget_unsent, NOW + 2 * DAY)
    assert await database.read(files.held, ["aa" * 32, "bb" * 32]) == {"aa" * 32}
    await database.write(uploads.forget_unsent, NOW + 4 * DAY)
    assert await database.read(files.held, ["aa" * 32]) == set()
    with pytest.raises(Missing, match="bring it again"):
        await database.read(uploads.upload_row, upload_id)


async def test_a_file_stays_as_long_as_something_has_it(database: Database) -> None:
    upload_id = await brought(database, "cc" * 32)
    for holder in ("canned:1", "reply-draft:2"):
        await database.write(uploads.hold_uploads, holder, [upload_id], NOW)
    await database.write(uploads.hold_uploads, "canned:1", [], NOW)
    await database.write(uploads.give_upload_up, upload_id)
    await database.write(uploads.forget_unsent, NOW + 90 * DAY)
    assert await database.read(files.held, ["cc" * 32]) == {"cc" * 32}
    await database.write(uploads.hold_uploads, "reply-draft:2", [], NOW + 90 * DAY)
    await database.write(uploads.forget_unsent, NOW + 92 * DAY)
    assert await database.read(files.held, ["cc" * 32]) == {"cc" * 32}
    await database.write(uploads.forget_unsent, NOW + 94 * DAY)
    assert await database.read(files.held, ["cc" * 32]) == set()


async def test_what_can_come_back_finds_its_files_until_then(database: Database) -> None:
    upload_id = await brought(database, "dd" * 32)
    await database.write(uploads.hold_uploads, "canned:1", [upload_id], NOW)
    await database.write(uploads.let_uploads_go, "canned:1", NOW + 5 * DAY)
    await database.write(uploads.forget_unsent, NOW + 4 * DAY)
    assert await database.read(files.held, ["dd" * 32]) == {"dd" * 32}
    await database.write(uploads.forget_unsent, NOW + 6 * DAY)
    assert await database.read(files.held, ["dd" * 32]) == set()
    assert await database.write(uploads.hold_uploads, "canned:1", [upload_id], NOW) == {}
