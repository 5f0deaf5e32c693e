"""A reply of ours that WhatsAble tells again, without any id, is one bubble if that is certain."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from inbox.access import people
from inbox.conversations import listing, threads
from inbox.domain.channels import Channel
from inbox.domain.events import MessageEvent, Person
from inbox.domain.outgoing import texts
from inbox.domain.times import DAY, MINUTE, SECOND
from inbox.providers.base import Accepted, Ambiguous, Refused, SendResult
from inbox.sending import replies
from inbox.sending.claims import CLAIM, claim
from inbox.sending.replies import Reply
from inbox.sending.results import record_result
from inbox.storage.database import Database
from inbox.storage.tables import channels as channel_table
from inbox.storage.tables import conversations as conversation_table
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import AMARA, tell, text
from tests.support.queues import turn

SAID = "We open at nine."
TAKEN = Accepted("wamid.1")


def echo(key: str = "v1:1", at: int | None = 2, words: str = SAID, **facts: Any) -> MessageEvent:
    """``at``: seconds after the click."""
    event = replace(text(key, at, direction="out"), key=key, provider_message_id=None, text=words)
    return replace(event, **({"echo": True} | facts))


async def started(database: Database, channel: Channel) -> str:
    await tell(database, channel, [text("in.1", -60)], heard=NOW - 59 * SECOND)

    def read(connection: Connection) -> str:
        query = select(conversation_table.c.id).where(conversation_table.c.channel_id == channel.id)
        return str(connection.execute(query).scalar_one())

    return await database.read(read)


async def reply(
    database: Database,
    conversation_id: str,
    result: SendResult | None = TAKEN,
    words: str = SAID,
    sender_id: str | None = None,
) -> None:
    """What an agent sends at NOW, and what came of it a second later; None: it is on its way."""

    def send(connection: Connection) -> None:
        whose: dict[str, Any] = {"sender_id": sender_id, "sender_name": "Ana"}
        said = Reply(conversation_id=conversation_id, said=texts.text(words), **whose)
        replies.enqueue(connection, said, NOW)
        *_, sent = claim(connection, turn(connection, NOW, NOW + CLAIM))
        if result is not None:
            record_result(connection, sent.claim, result, NOW + SECOND)

    await database.write(send)


async def thread(database: Database, conversation_id: str) -> list[str]:
    """What the business said, as shown."""
    page = await database.read(threads.latest, conversation_id)
    return [one["content"]["text"] for one in page.messages if one["direction"] == "outgoing"]


async def test_a_reply_with_a_name_is_known_by_what_the_customer_read(
    database: Database, channel: Channel
) -> None:
    here = await started(database, channel)
    ana = await database.write(
        lambda c: people.add(c, email="ana@example.com", name="Ana", role="agent", now=NOW)
    )
    named = update(channel_table).values(agent_names="before")
    await database.write(lambda connection: connection.execute(named) and None)
    await reply(database, here, sender_id=ana.id)
    await tell(database, channel, [echo(words=f"*Ana:*\n{SAID}")])
    assert await thread(database, here) == [SAID]


@pytest.mark.parametrize("result", [TAKEN, None])
async def test_the_echo_of_a_reply_is_the_reply(
    database: Database, channel: Channel, result: SendResult | None
) -> None:
    here = await started(database, channel)
    await reply(database, here, result)
    for _ in range(3):
        await tell(database, channel, [echo(), echo()], [echo(words=f" {SAID}\n")])
        assert await thread(database, here) == [SAID]


OTHERS = {
    "words": echo(words="We open at ten."),
    "before": echo(at=-40),
    "after": echo(at=45),
    "timeless": echo(at=None),
    "tomorrow": echo(at=DAY // SECOND),
    "named": echo(echo=None),
    "elsewhere": echo(contact=Person(wa_id="447700900123")),
}


async def test_what_may_be_another_message_is_shown_beside_ours(
    database: Database, channel: Channel
) -> None:
    here = await started(database, channel)
    await reply(database, here)
    others = [replace(each, key=name) for name, each in OTHERS.items()]
    await tell(database, channel, others, heard=NOW + MINUTE)
    shown, _ = await database.read(listing.list_page, None, listing.Search())
    said = [words for row in shown for words in await thread(database, row["id"])]
    assert sorted(said) == sorted([SAID, *(str(each.text) for each in OTHERS.values())])


async def test_what_did_not_certainly_go_out_has_no_echo(
    database: Database, channel: Channel
) -> None:
    here = await started(database, channel)
    for number, result in enumerate([Refused("No"), Ambiguous("Silence")], start=1):
        await reply(database, here, result)
        await tell(database, channel, [echo(f"v1:{number}")])
        assert await thread(database, here) == [SAID] * 2 * number


async def test_each_reply_has_one_echo_and_each_echo_one_reply(
    database: Database, channel: Channel
) -> None:
    here = await started(database, channel)
    await reply(database, here)
    await reply(database, here, Accepted("wamid.2"))
    await tell(database, channel, [echo("v1:1"), echo("v1:2", 3)])
    assert await thread(database, here) == [SAID, SAID]
    await tell(database, channel, [echo("v1:3", 4)])
    assert await thread(database, here) == [SAID, SAID, SAID], "a colleague's, in the same words"


async def test_an_echo_that_was_shown_before_uses_up_no_reply(
    database: Database, channel: Channel
) -> None:
    here = await started(database, channel)
    await tell(database, channel, [echo()])
    await reply(database, here)
    await tell(database, channel, [echo(), echo("v1:2", 3)])
    assert await thread(database, here) == [SAID, SAID]


async def test_a_reply_that_waited_for_hours_has_its_echo_when_it_went(
    database: Database, channel: Channel
) -> None:
    here = await started(database, channel)

    def send(connection: Connection) -> None:
        said = Reply(conversation_id=here, said=texts.text(SAID), sender_name="Ana")
        replies.enqueue(connection, said, NOW)
        late = NOW + 50 * MINUTE
        [sent] = claim(connection, turn(connection, late, late + CLAIM))
        record_result(connection, sent.claim, Accepted("wamid.1"), late)

    await database.write(send)
    await tell(database, channel, [echo(at=50 * 60)], heard=NOW + 51 * MINUTE)
    assert await thread(database, here) == [SAID]
    await tell(database, channel, [echo("v1:2", at=51 * 60)], heard=NOW + 52 * MINUTE)
    assert await thread(database, here) == [SAID, SAID]


@pytest.mark.parametrize("apart", [-10 * MINUTE, -40 * SECOND, 40 * SECOND, 10 * MINUTE])
@pytest.mark.parametrize("late", [0, 20 * SECOND])
async def test_a_reply_has_its_echo_though_our_clock_is_wrong(
    database: Database, channel: Channel, apart: int, late: int
) -> None:
    """``apart``: so much ours is ahead of the provider's. All is told by theirs."""
    theirs = -apart // SECOND
    asked = text("in.1", theirs - 60)
    await tell(database, channel, [asked], heard=NOW - 59 * SECOND)
    here = await database.read(threads.of_number, channel.id, AMARA)
    assert here
    await reply(database, here)
    await tell(database, channel, [echo(at=theirs + 2)], heard=NOW + 3 * SECOND + late)
    assert await thread(database, here) == [SAID]
    again = echo("v1:2", at=theirs + 90)
    await tell(database, channel, [again], heard=NOW + 91 * SECOND)
    assert await thread(database, here) == [SAID, SAID], "a colleague's, in the same words"


async def test_what_was_said_on_the_phone_and_told_late_is_not_what_was_said_here_since(
    database: Database, channel: Channel
) -> None:
    here = await started(database, channel)
    await reply(database, here)
    await tell(database, channel, [echo(at=-600)], heard=NOW + 3 * SECOND)
    assert await thread(database, here) == [SAID, SAID]
