"""Files of canned responses: kept once, as long as anything has them."""

import pytest

from inbox.conversations import files, uploads
from inbox.desk import canned
from inbox.desk.wording import Author, Wording
from inbox.domain.errors import Invalid
from inbox.domain.times import DAY
from inbox.storage.database import Database
from tests.conversations.test_uploads import brought
from tests.desk.conftest import NOW

DIGEST = "ab" * 32


def priced(*media_ids: str, content: str = "Our prices", code: str = "prices") -> Wording:
    return Wording(short_code=code, content=content, scope="everybody", attachments=media_ids)


async def test_it_keeps_its_files_in_their_order_and_needs_no_words_beside_them(
    database: Database, ana: Author
) -> None:
    ids = [await brought(database, DIGEST), await brought(database, "cd" * 32)]
    made = await database.write(canned.add, ana, priced(*reversed(ids), content=""), NOW)
    await database.write(uploads.forget_unsent, NOW + 90 * DAY)
    found = await database.read(canned.by_id, ana, made["id"])
    assert found == made and found["attachments"] == ids[::-1]
    assert [one["filename"] for one in found["files"]] == ["a.txt", "a.txt"]
    fewer = await database.write(canned.change, ana, made["id"], priced(ids[0]), NOW)
    assert fewer["attachments"] == ids[:1]
    await database.write(uploads.forget_unsent, NOW + 4 * DAY)
    assert await database.read(files.held, [DIGEST, "cd" * 32]) == {DIGEST}


async def test_a_file_goes_with_the_last_that_has_it_and_comes_back_with_it(
    database: Database, ana: Author
) -> None:
    upload_id = await brought(database, DIGEST)
    one = await database.write(canned.add, ana, priced(upload_id), NOW)
    copy = await database.write(canned.add, ana, priced(upload_id, code="copy"), NOW)
    await database.write(canned.remove_response, ana, one["id"], NOW)
    assert await database.write(canned.restore, ana, one["id"], NOW) == one
    for each in (one, copy):
        assert await database.read(files.held, [DIGEST]) == {DIGEST}
        await database.write(canned.remove_response, ana, each["id"], NOW)
    await database.write(uploads.forget_unsent, NOW + 4 * DAY)
    assert await database.read(files.held, [DIGEST]) == set()


async def test_a_file_that_is_not_there_is_said_and_nothing_is_kept(
    database: Database, ana: Author
) -> None:
    for wrong in (priced("nowhere"), priced(*["x"] * 11)):
        with pytest.raises(Invalid) as refusal:
            await database.write(canned.add, ana, wrong, NOW)
        assert refusal.value.field == "attachments"
    assert (await database.read(canned.responses_page, ana))[0] == []
