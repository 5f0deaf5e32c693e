"""What an agent has begun to write: theirs alone, the last of it, until it is sent.

Its files stay with it, and notes are apart.
"""

from typing import Any

import pytest
from sqlalchemy import Connection

from inbox.access import people as users
from inbox.conversations import drafts, listing, uploads
from inbox.conversations.draft_files import WrittenFile
from inbox.conversations.drafts import DraftKind, Written
from inbox.desk import notes
from inbox.desk.notes import Note
from inbox.desk.writer import Writer
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import DraftUpdated, NoteDrafted
from inbox.domain.outgoing import texts
from inbox.domain.outgoing.brought import file_said
from inbox.domain.times import DAY, SECOND, iso
from inbox.sending import replies
from inbox.sending.replies import Reply
from inbox.storage.database import Database
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import tell
from tests.conversations.test_merging import BOTH, ID, NUMBER, shown
from tests.conversations.test_order import text as said
from tests.conversations.test_uploads import brought
from tests.support.published import published

LATER = NOW + SECOND
KINDS: tuple[DraftKind, DraftKind] = ("reply", "note")


@pytest.fixture
async def ana(database: Database) -> str:
    return await _user(database, "Ana")


@pytest.fixture
async def ben(database: Database) -> str:
    return await _user(database, "Ben")


async def _user(database: Database, name: str) -> str:
    facts = {"email": f"{name}@example.com", "name": name, "role": "agent"}
    return (await database.write(users.add, **facts, now=NOW)).id


@pytest.fixture
async def conversation(database: Database, channel: Channel) -> Any:
    await tell(database, channel, [said("one", 1, NUMBER)])
    [row] = await shown(database)
    return row


async def told(database: Database) -> list[tuple[str, str]]:
    """Of drafts: to whom, and what."""

    def read(connection: Connection) -> list[tuple[str, str]]:
        drafts = published(connection, "draft:updated")
        return [(one.audience, one.payload["text"]) for one in drafts]

    return await database.read(read)


async def test_the_last_to_save_wins_and_only_its_writer_sees_it(
    database: Database, conversation: Any, ana: str, ben: str
) -> None:
    here, quoted = conversation["id"], conversation["last_message"]["id"]
    for text in ("Good mor", "Good morning\r\n"):
        await database.write(drafts.save_draft, ana, here, Written(text, quoted), NOW)
    mine = await database.read(drafts.draft_of, ana, here)
    assert (mine["text"], mine["quoted"] and mine["quoted"]["id"]) == ("Good morning\n", quoted)
    assert (await database.read(drafts.draft_of, ben, here))["updated_at"] is None
    for who, begun in ((ana, "Good morning\n"), (ben, None)):
        [row], _ = await database.read(listing.list_page, who, listing.Search())
        assert row["draft"] == begun
    assert await told(database) == [(f"user:{ana}", "Good mor"), (f"user:{ana}", "Good morning\n")]


async def test_nothing_written_is_no_draft(database: Database, conversation: Any, ana: str) -> None:
    here = conversation["id"]
    await database.write(drafts.save_draft, ana, here, Written(" \n"), NOW)
    assert await told(database) == []
    await database.write(drafts.save_draft, ana, here, Written("Hi", "no-such-message"), NOW)
    assert (await database.read(drafts.draft_of, ana, here))["quoted"] is None
    await database.write(drafts.save_draft, ana, here, Written(""), NOW)
    assert await told(database) == [(f"user:{ana}", "Hi"), (f"user:{ana}", "")]
    [row], _ = await database.read(listing.list_page, ana, listing.Search())
    assert row["draft"] is None


@pytest.mark.parametrize("ends", [True, False])
async def test_it_ends_with_the_reply_that_it_became(
    database: Database, conversation: Any, ana: str, ben: str, ends: bool
) -> None:
    here = conversation["id"]
    for who in (ana, ben):
        await database.write(drafts.save_draft, who, here, Written("Hello"), NOW)
    reply = Reply(
        conversation_id=here,
        said=texts.text("Hello"),
        sender_id=ana,
        sender_name="Ana",
        ends_draft=ends,
    )
    await database.write(replies.enqueue, reply, NOW)
    left = "" if ends else "Hello"
    assert (await database.read(drafts.draft_of, ana, here))["text"] == left
    assert (await database.read(drafts.draft_of, ben, here))["text"] == "Hello"


@pytest.mark.parametrize("words", ["Hello", "Hel", "And now", ""])
@pytest.mark.parametrize("written", [NOW, NOW + SECOND])
async def test_what_is_begun_while_a_reply_waits_stays_whatever_it_is(
    database: Database, conversation: Any, ana: str, words: str, written: int
) -> None:
    """As where a reply is tried again; what it said may be saved late, too."""
    here, quoted = conversation["id"], conversation["last_message"]["id"]
    file = await brought(database, "ab" * 32)
    begun = Written(words, quoted, [WrittenFile(file)], written)
    for kind in KINDS:
        await database.write(drafts.save_draft, ana, here, begun, LATER, kind)
    asked: Any = {"conversation_id": here, "ends_draft": True, "draft_at": NOW}
    reply = Reply(**asked, said=texts.text("Hello"), sender_id=ana, sender_name="Ana")
    note = Note(**asked, text="Hello", author=Writer(user_id=ana, name="Ana"))
    await database.write(replies.enqueue, reply, LATER)
    await database.write(notes.add_note, note, LATER)
    mine, noted = [await database.read(drafts.draft_of, ana, here, kind) for kind in KINDS]
    stays = written > NOW
    assert (mine["text"], bool(mine["quoted"])) == (words if stays else "", stays)
    assert names(mine) == [file], "files go by themselves"
    assert (noted["text"], names(noted)) == ((words, [file]) if stays else ("", []))


async def test_a_file_that_goes_makes_no_words_newer(
    database: Database, conversation: Any, ana: str
) -> None:
    here, file = conversation["id"], await brought(database, "cd" * 32)
    begun = Written("Look", "", [WrittenFile(file)], NOW)
    await database.write(drafts.save_draft, ana, here, begun, NOW)
    asked: Any = {"conversation_id": here, "sender_id": ana, "sender_name": "Ana"}
    first = Reply(**asked, said=file_said("document", {"media_id": file}))
    await database.write(replies.enqueue, first, LATER)
    then = Reply(**asked, said=texts.text("Look"), ends_draft=True, draft_at=NOW)
    await database.write(replies.enqueue, then, LATER)
    assert (await database.read(drafts.draft_of, ana, here))["updated_at"] is None


async def test_no_draft_is_written_later_than_it_is_saved(
    database: Database, conversation: Any, ana: str
) -> None:
    written = Written("From a clock that lies", at=NOW + DAY)
    saved = await database.write(drafts.save_draft, ana, conversation["id"], written, NOW)
    assert saved.draft["updated_at"] == iso(NOW)


async def test_what_was_begun_to_either_of_one_person_is_kept(
    database: Database, channel: Channel, ana: str, ben: str
) -> None:
    await tell(database, channel, [said("by.number", 1, NUMBER)], [said("by.id", 2, ID)])
    one, other = [row["id"] for row in await shown(database)]
    for who, where, text in ((ana, one, "To one"), (ana, other, "To other"), (ben, other, "Ben")):
        await database.write(drafts.save_draft, who, where, Written(text), NOW)
    await tell(database, channel, [said("by.both", 3, BOTH)])
    for where in (one, other):  # the old address, too
        mine = await database.read(drafts.draft_of, ana, where)
        assert sorted(mine["text"].split("\n")) == ["To one", "To other"]
    assert (await database.read(drafts.draft_of, ben, one))["text"] == "Ben"
    await database.write(drafts.save_draft, ana, one, Written("Both"), NOW)
    assert (await database.read(drafts.draft_of, ana, other))["text"] == "Both"


async def test_what_cannot_be_kept_is_said(database: Database, conversation: Any, ana: str) -> None:
    with pytest.raises(Invalid):
        long = Written("x" * 20_001)
        await database.write(drafts.save_draft, ana, conversation["id"], long, NOW)
    with pytest.raises(Missing):
        await database.write(drafts.save_draft, ana, "nowhere", Written("x"), NOW)


def names(draft: Any) -> list[str]:
    return [one["media"]["id"] for one in draft["files"]]


async def test_its_files_are_there_again_in_their_order_and_stay_while_it_does(
    database: Database,
    conversation: Any,
    ana: str,
) -> None:
    here = conversation["id"]
    one, other = await brought(database, "aa" * 32), await brought(database, "bb" * 32)
    files = [WrittenFile(other, "", "The list"), WrittenFile(one), WrittenFile("swept")]
    await database.write(drafts.save_draft, ana, here, Written("", "", files), NOW)
    mine = await database.read(drafts.draft_of, ana, here)
    assert names(mine) == [other, one]
    assert mine["files"][0]["caption"] == "The list" and mine["files"][0]["kind"] == "document"
    await database.write(uploads.forget_unsent, NOW + 90 * DAY)
    assert await database.read(drafts.draft_of, ana, here) == mine
    [row], _ = await database.read(listing.list_page, ana, listing.Search())
    assert row["draft"] == "a.txt, a.txt"
    await database.write(drafts.save_draft, ana, here, Written(""), NOW + 90 * DAY)
    await database.write(uploads.forget_unsent, NOW + 99 * DAY)
    with pytest.raises(Missing):
        await database.read(uploads.upload_row, one)


async def test_what_is_sent_of_it_leaves_it_and_the_rest_stays(
    database: Database,
    conversation: Any,
    ana: str,
) -> None:
    here = conversation["id"]
    ids = [await brought(database, each * 32) for each in ("aa", "bb")]
    begun = Written("Look", "", [WrittenFile(each) for each in ids])
    await database.write(drafts.save_draft, ana, here, begun, NOW)
    sent = Reply(conversation_id=here, said=texts.text("x"), sender_id=ana, sender_name="Ana")
    file = file_said("document", {"media_id": ids[0]})
    for said_, ends, left in (
        (file, False, ("Look", ids[1:])),
        (texts.text("Look"), True, ("", ids[1:])),
        (file_said("document", {"media_id": ids[1]}), False, ("", [])),
    ):
        reply = Reply(**{**_facts(sent), "said": said_, "ends_draft": ends})
        await database.write(replies.enqueue, reply, NOW)
        mine = await database.read(drafts.draft_of, ana, here)
        assert (mine["text"], names(mine)) == left
    assert mine["updated_at"] is None


def _facts(reply: Reply) -> dict[str, Any]:
    return {name: getattr(reply, name) for name in reply.__slots__}


async def test_a_note_that_was_begun_is_apart_from_the_reply(
    database: Database,
    conversation: Any,
    ana: str,
) -> None:
    """Law 35: no program that reads ``draft:updated`` gets an internal word."""
    here, file = conversation["id"], await brought(database, "ee" * 32)
    noted = Written("They lie", conversation["last_message"]["id"], [WrittenFile(file)])
    await database.write(drafts.save_draft, ana, here, noted, NOW, "note")
    assert (await database.read(drafts.draft_of, ana, here))["updated_at"] is None
    assert await told(database) == []
    mine = await database.read(drafts.draft_of, ana, here, "note")
    assert (mine["text"], mine["quoted"], names(mine)) == ("They lie", None, [file])
    [row], _ = await database.read(listing.list_page, ana, listing.Search())
    assert row["draft"] is None
    assert DraftUpdated.type != NoteDrafted.type


async def test_files_and_notes_of_two_that_become_one_are_kept(
    database: Database,
    channel: Channel,
    ana: str,
) -> None:
    await tell(database, channel, [said("by.number", 1, NUMBER)], [said("by.id", 2, ID)])
    ids = [await brought(database, each * 32) for each in ("aa", "bb")]
    for row, file in zip(await shown(database), ids, strict=True):
        for kind in ("reply", "note"):
            begun = Written(f"{kind} {file}", "", [WrittenFile(file)])
            await database.write(drafts.save_draft, ana, row["id"], begun, NOW, kind)
    await tell(database, channel, [said("by.both", 3, BOTH)])
    await database.write(uploads.forget_unsent, NOW + 90 * DAY)
    [left] = await shown(database)
    for kind in ("reply", "note"):
        mine = await database.read(drafts.draft_of, ana, left["id"], kind)
        assert sorted(names(mine)) == sorted(ids)
        assert all(f"{kind} {file}" in mine["text"] for file in ids)
        await database.write(drafts.save_draft, ana, left["id"], Written(""), NOW, kind)
    await database.write(uploads.forget_unsent, NOW + 99 * DAY)
    assert await database.read(uploads.whole_uploads, ids) == {}


async def test_too_many_files_and_too_long_captions_are_said(
    database: Database,
    conversation: Any,
    ana: str,
) -> None:
    for files in ([WrittenFile("x")] * 31, [WrittenFile("x", "", "y" * 1_025)]):
        with pytest.raises(Invalid) as refusal:
            begun = Written("", "", files)
            await database.write(drafts.save_draft, ana, conversation["id"], begun, NOW)
        assert refusal.value.field == "files"
