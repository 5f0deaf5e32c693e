"""What opens WhatsApp's window, and what is unread: only what the customer says or does."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from inbox.conversations import listing, read_marks, threads
from inbox.conversations.listing import Search
from inbox.domain.channels import Channel
from inbox.domain.content import EventContent
from inbox.domain.events import Event, MessageEvent
from inbox.domain.outgoing import texts
from inbox.domain.public import ListedConversation
from inbox.domain.times import DAY, SECOND, iso
from inbox.providers.registry import PROVIDERS
from inbox.sending import later, replies
from inbox.sending.replies import Reply
from inbox.storage.database import Database
from inbox.storage.tables import read_marks as marks
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import AMARA, tell, text
from tests.support.corpus import body

LAST = -2 * 24 * 3600
"""They wrote two days ago."""


def notice(key: str, kind: str = "user_changed_number", at: int = 0) -> MessageEvent:
    content = EventContent(system={"type": kind})
    return replace(text(key, at), type="system", text="moved", content=content)


def in_group(key: str, at: int = 0) -> MessageEvent:
    return replace(text(key, at), content=EventContent(group_id="Y2FwaV9ncm91cDox"))


def calls(event: str = "connect", **facts: Any) -> list[Event]:
    told = body("meta/field_calls.json")
    call = told["entry"][0]["changes"][0]["value"]["calls"][0]
    call |= {"event": event, "timestamp": str(NOW // SECOND), **facts}
    return PROVIDERS["cloud-api"].normalise(told, NOW, b"")


async def listed(database: Database) -> ListedConversation:
    [found], _ = await database.read(listing.list_page, None, Search())
    return found


@pytest.mark.parametrize(
    "kind", ["user_changed_number", "customer_identity_changed", "user_changed_user_id", "new"]
)
async def test_a_notice_of_whatsapps_opens_no_window_and_is_not_unread(
    database: Database, channel: Channel, kind: str
) -> None:
    await tell(database, channel, [text("in.1", LAST), text("out.1", LAST + 9, direction="out")])
    before = await listed(database)
    await tell(database, channel, [notice("system.1", kind)])
    after = await listed(database)
    assert after["last_message"] and after["last_message"]["type"] == "system"
    same = ("window_expires_at", "inbound_count", "unread_count", "needs_reply")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert before["window_expires_at"] == iso(NOW + LAST * SECOND + DAY)
    assert not before["needs_reply"]


async def test_a_message_in_a_group_is_unread_and_opens_no_window_in_private(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [in_group("g.1")])
    found = await listed(database)
    assert (found["window_expires_at"], found["unread_count"]) == (None, 1)
    assert found["last_message"] and found["last_message"]["about"] == {"group": True}
    await tell(database, channel, [text("in.1", -50)])
    assert (await listed(database))["window_expires_at"] == iso(NOW - 50 * SECOND + DAY)


async def test_what_opens_no_window_lets_nothing_go_that_is_held(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1", LAST)])
    reply = Reply(
        conversation_id=(await listed(database))["id"],
        said=texts.text("We open."),
        sender_name="Ana",
        hold=True,
    )
    held = (await database.write(replies.enqueue, reply, NOW))["id"]
    kinds = ("customer_changed_number", "user_changed_number", "group_user_joined", "new")
    opens_nothing = [notice(f"n.{kind}", kind) for kind in kinds]
    for one in (*opens_nothing, in_group("g.1"), text("out.1", direction="out")):
        await tell(database, channel, [one])
        assert await database.write(later.do_turn, held, NOW) == "wait", one.key
    await tell(database, channel, [text("in.2")])
    assert await database.write(later.do_turn, held, NOW) == "go"


async def test_a_read_mark_names_what_they_wrote_in_private(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [in_group("g.0", -5)])
    assert await _marked(database, channel) == []
    await tell(database, channel, [text("in.1", -4), notice("n.1", at=-3), in_group("g.1")])
    assert await _marked(database, channel) == ["in.1"]


async def _marked(database: Database, channel: Channel) -> list[str]:
    def want(connection: Connection) -> list[str]:
        [found], _ = listing.list_page(connection, None, Search())
        read_marks.want_told(connection, found["id"], channel.id, NOW)
        return list(connection.execute(select(marks.c.provider_message_id)).scalars())

    return await database.write(want)


async def test_a_call_of_theirs_opens_the_window_and_stands_in_the_thread(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, calls(), calls(), calls("terminate"))
    found = await listed(database)
    assert found["window_expires_at"] == iso(NOW + DAY)
    assert found["contact"]["wa_id"] == AMARA and found["unread_count"] == 1
    shown = (await database.read(threads.latest, found["id"])).messages
    assert [one["content"].get("system") for one in shown] == [{"type": "user_called"}]


async def test_a_call_of_ours_opens_it_only_when_they_answer(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1", LAST)], calls(direction="BUSINESS_INITIATED"))
    closed = iso(NOW + LAST * SECOND + DAY)
    for word, wanted in (("RINGING", closed), ("REJECTED", closed), ("ACCEPTED", iso(NOW + DAY))):
        told = body("meta/field_calls_status.json")
        status = told["entry"][0]["changes"][0]["value"]["statuses"][0]
        status |= {"status": word, "timestamp": str(NOW // SECOND), "recipient_id": AMARA}
        await tell(database, channel, PROVIDERS["cloud-api"].normalise(told, NOW, b""))
        assert (await listed(database))["window_expires_at"] == wanted, word
