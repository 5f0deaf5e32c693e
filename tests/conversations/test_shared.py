"""What was shared in a conversation: each kind by itself, the newest first."""

from typing import Any

import pytest

from inbox.conversations.shared import shared_page
from inbox.domain.channels import Channel
from inbox.domain.cursors import Cursor
from inbox.domain.errors import Missing
from inbox.domain.events import MessageEvent, RevokeEvent
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.shared import links_in
from inbox.domain.times import SECOND
from inbox.storage.database import Database
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import tell
from tests.conversations.test_merging import shown
from tests.conversations.test_order import AMARA, after, by


def said(wamid: str, at: int, kind: Any = "text", **facts: Any) -> MessageEvent:
    who = {"contact": by(AMARA), "direction": "in", "provider_type": kind}
    return MessageEvent(
        key=f"msg:{wamid}",
        ts=NOW + at * SECOND,
        provider_message_id=wamid,
        type=kind,
        **who,
        **facts,
    )


async def test_each_kind_is_paged_and_what_was_taken_back_is_none(
    database: Database, channel: Channel
) -> None:
    pictures = [said(f"p{at}", at, "image", content={"media": {"id": f"{at}"}}) for at in range(5)]
    others = [
        said("film", 6, "video", content={"media": {"id": "6"}}),
        said("list", 7, "document", content={"media": {"id": "7", "filename": "a.pdf"}}),
        said("link", 8, text="*See https://example.com/a* or https://example.com/a, www.b.com"),
        said("none", 9, text="What:// is that"),
        RevokeEvent(**after("gone", "p2", 10, by(AMARA))),
    ]
    await tell(database, channel, [*pictures, *others])
    [row] = [one for one in await shown(database) if one["channel"]["id"] == channel.id]
    place: Cursor | None = None
    found: list[str] = []
    while True:
        page, following = await database.read(shared_page, EVERYTHING, row["id"], "media", place, 2)
        found += [str(one["provider_message_id"]) for one in page]
        if following is None:
            break
        place = Cursor.read(following)
    assert found == ["film", "p4", "p3", "p1", "p0"]
    [document], _ = await database.read(shared_page, EVERYTHING, row["id"], "documents")
    assert document["content"]["media"]["filename"] == "a.pdf"
    [link], _ = await database.read(shared_page, EVERYTHING, row["id"], "links")
    assert link["links"] == ["https://example.com/a"]
    with pytest.raises(Missing):
        await database.read(shared_page, Reach(frozenset(["x"])), row["id"], "links")


def test_a_link_is_what_a_bubble_shows_as_one() -> None:
    assert links_in({"caption": "_http://a.example/?q=1_ and `https://code.example`"}) == [
        "http://a.example/?q=1"
    ]
    assert links_in({}) == []
