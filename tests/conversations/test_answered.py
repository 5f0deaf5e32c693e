"""What was answered on the phone is read for all who want it so, as what is answered here."""

from typing import Any

import pytest
from sqlalchemy import Connection

from inbox.access import people
from inbox.conversations import listing, seen
from inbox.conversations.listing import Search
from inbox.domain.channels import Channel
from inbox.storage.database import Database
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import tell, text
from tests.conversations.test_windows import notice
from tests.support.published import published


async def user(database: Database, name: str, *, wants: bool = True) -> str:
    facts = {"email": f"{name}@example.com", "name": name, "role": "agent"}
    found = await database.write(people.add, **facts, now=NOW)
    await database.write(people.set_read_by_answers, found.id, wants)
    return found.id


async def unread(database: Database, user_id: str) -> int:
    [one], _ = await database.read(listing.list_page, user_id, Search())
    return one["unread_count"]


def _told_read(connection: Connection) -> list[Any]:
    told = published(connection, "conversation:read")
    return [(one.audience, one.payload["seen_count"]) for one in told]


async def test_an_answer_from_the_phone_is_read_for_all_who_want_it_so(
    database: Database, channel: Channel
) -> None:
    ana, ben = await user(database, "ana"), await user(database, "ben", wants=False)
    await tell(database, channel, [text("in.1", 1), text("in.2", 2)])
    await tell(database, channel, [text("phone.1", 3, direction="out")])
    assert [await unread(database, one) for one in (ana, ben)] == [0, 2]
    assert await database.read(_told_read) == [(f"user:{ana}", 2)]
    await tell(database, channel, [text("in.3", 4)])
    assert [await unread(database, one) for one in (ana, ben)] == [1, 3]


@pytest.mark.parametrize("together", [True, False])
async def test_what_came_after_an_answer_that_is_told_late_stays_unread(
    database: Database, channel: Channel, together: bool
) -> None:
    ana = await user(database, "ana")
    theirs = [text("in.1", 1), notice("system.1", at=6), text("in.2", 5), text("in.3", 7)]
    late = text("phone.1", 3, direction="out")
    await tell(database, channel, *([[*theirs, late]] if together else [theirs, [late]]))
    assert await unread(database, ana) == 2
    await tell(database, channel, [text("phone.0", 0, direction="out")])
    assert await unread(database, ana) == 2


async def test_an_answer_makes_nothing_unread_that_was_read(
    database: Database, channel: Channel
) -> None:
    ana = await user(database, "ana")
    await tell(database, channel, [text("in.1", 1), text("in.2", 5)])
    [one], _ = await database.read(listing.list_page, ana, Search())
    await database.write(seen.see, ana, one["id"], 2, NOW)
    await tell(database, channel, [text("phone.1", 3, direction="out")])
    assert await unread(database, ana) == 0
