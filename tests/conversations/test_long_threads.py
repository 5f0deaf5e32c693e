"""A page of a thread reads no more than it shows, however much a customer has written."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from inbox.conversations import listing, threads
from inbox.conversations.listing import Search
from inbox.conversations.threads import PAGE_CHARACTERS
from inbox.domain.channels import Channel
from inbox.storage.database import Database
from tests.conversations.test_apply import tell, text

LONG = "x" * 65_000


async def test_of_long_messages_only_those_of_the_page_are_read(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, page_rows = list[int](), threads._page.rows
    content = threads._COLUMNS.index("content")

    def counted(*question: Any, **values: Any) -> Sequence[Any]:
        rows = page_rows(*question, **values)
        read.append(sum(len(row[content]) for row in rows))
        return rows

    await tell(database, channel, [replace(text(f"m{n}", n), text=LONG) for n in range(30)])
    [[conversation], _] = await database.read(listing.list_page, None, Search())
    monkeypatch.setattr(threads._page, "rows", counted)
    page = await database.read(threads.latest, conversation["id"], 200)
    assert (len(page.messages), page.older) == (6, True)
    found = [one["sort"] for one in page.messages]
    while page.older:
        page = await database.read(threads.before, conversation["id"], page.messages[0]["id"], 200)
        found = [one["sort"] for one in page.messages] + found
    assert len(found) == 30 and found == sorted(found)
    assert 0 < max(read) <= PAGE_CHARACTERS
