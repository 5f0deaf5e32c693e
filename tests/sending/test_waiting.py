"""A reply that waits says why and since when; what is not handed over yet can be taken back."""

import asyncio
from operator import itemgetter
from typing import Any

import pytest
from sqlalchemy import func, select

from inbox.conversations import listing, threads
from inbox.domain.errors import Invalid, Missing
from inbox.domain.facets import Asked
from inbox.domain.folding import terms
from inbox.domain.public import Message
from inbox.domain.times import MINUTE, SECOND, iso
from inbox.providers.base import Accepted, Ambiguous, Refused
from inbox.search.indexing import index
from inbox.sending.replies import ReplyTakenBack
from inbox.sending.results import record_result
from inbox.sending.retrying import retry
from inbox.sending.taking_back import TooLate, take_reply_back
from inbox.storage.database import Connection, Database
from inbox.storage.fulltext import messages_found
from inbox.storage.tables import messages
from tests.sending.conftest import NOW, Begin, taken, written
from tests.support.published import published

BUSY = Refused("Too many messages", retry_after=60)
LATER = NOW + SECOND


async def said_of(database: Database, message_id: str) -> Message:
    found = await database.read(threads.message_by_id, message_id)
    assert found
    return found


async def put_off(database: Database, now: int = LATER) -> None:
    [first] = await taken(database, now)
    assert await database.write(record_result, first.claim, BUSY, now) == "postponed"


def _told(connection: Connection, kind: str) -> list[Any]:
    return [one.payload for one in published(connection, kind)]


async def test_what_the_provider_puts_off_says_why_since_when_and_until_when(
    database: Database, conversation: str
) -> None:
    reply = await written(database, conversation, "hello")
    assert (await said_of(database, reply))["waiting"] is None
    await put_off(database)
    waits = {
        "reason": "Too many messages",
        "since": iso(NOW),
        "next_try_at": iso(LATER + MINUTE),
    }
    assert (await said_of(database, reply))["waiting"] == waits
    [told] = await database.read(_told, "message:updated")
    assert (told["id"], told["status"], told["waiting"]) == (reply, "queued", waits)
    [again] = await taken(database, LATER + MINUTE)
    assert (await said_of(database, reply))["waiting"] == waits | {"next_try_at": None}
    await database.write(record_result, again.claim, Accepted("wamid.1"), LATER + MINUTE)
    assert (await said_of(database, reply))["waiting"] is None


async def test_what_is_behind_one_that_waits_says_so(database: Database, conversation: str) -> None:
    first, second = [await written(database, conversation, words) for words in "12"]
    await put_off(database)
    third = await written(database, conversation, "3")
    reasons = []
    for reply in (first, second, third):
        waits = (await said_of(database, reply))["waiting"]
        assert waits
        reasons.append((waits["reason"], waits["next_try_at"] is None))
    behind = ("An earlier reply to them is still to be sent", True)
    assert reasons == [("Too many messages", False), behind, behind]
    told = await database.read(_told, "message:updated")
    assert [one["id"] for one in told] == [first, second]


async def test_what_is_taken_back_is_not_sent_and_is_nowhere(
    database: Database, conversation: str
) -> None:
    before = await database.read(listing.conversation_by_id, None, conversation)
    reply = await written(database, conversation, "xylophone", client_id="order 17")
    await database.write(index, 10)
    assert await database.read(messages_found, Asked(terms("xylophone")), None, 10)
    await put_off(database)
    gone = await database.write(take_reply_back, reply, LATER)
    assert gone["content"] == {"text": "xylophone"}
    assert await taken(database, LATER + 2 * MINUTE) == []
    assert await database.read(threads.message_by_id, reply) is None
    after = await database.read(listing.conversation_by_id, None, conversation)
    assert before and after
    same = itemgetter("last_message", "needs_reply", "inbound_count", "window_expires_at")
    assert same(after) == same(before)
    [told] = await database.read(_told, "message:removed")
    assert (told["id"], told["conversation_id"]) == (reply, conversation)
    await database.write(index, 10)
    assert await database.read(messages_found, Asked(terms("xylophone")), None, 10) == []
    with pytest.raises(Missing):
        await database.write(take_reply_back, reply, LATER)


async def test_what_was_taken_back_is_not_sent_by_who_lost_the_answer(
    database: Database, conversation: str
) -> None:
    reply = await written(database, conversation, "hello", client_id="order 17")
    await database.write(take_reply_back, reply, NOW)
    with pytest.raises(ReplyTakenBack):
        await written(database, conversation, "hello", client_id="order 17")
    assert await written(database, conversation, "hello", client_id="order 18")
    assert len(await taken(database)) == 1


async def test_what_waits_behind_it_goes_on(database: Database, conversation: str) -> None:
    first, second = [await written(database, conversation, words) for words in "12"]
    await put_off(database)
    await database.write(take_reply_back, first, LATER)
    assert [one.claim.key for one in await taken(database, LATER)] == [(second,)]


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (None, "just being sent"),
        (Accepted("wamid.1"), "was sent already"),
        (Ambiguous("No answer"), "nothing to take back"),
    ],
)
async def test_what_was_handed_over_is_not_taken_back(
    database: Database, conversation: str, end: Any, words: str
) -> None:
    reply = await written(database, conversation, "hello")
    [claimed] = await taken(database)
    if end:
        await database.write(record_result, claimed.claim, end, NOW)
    before = await said_of(database, reply)
    with pytest.raises(TooLate, match=words):
        await database.write(take_reply_back, reply, NOW)
    assert await said_of(database, reply) == before


async def test_what_the_customer_said_is_not_taken_back(
    database: Database, conversation: str
) -> None:
    [theirs] = (await database.read(threads.latest, conversation)).messages
    with pytest.raises(TooLate, match="written here"):
        await database.write(take_reply_back, theirs["id"], NOW)


async def test_a_form_of_another_conversation_takes_nothing_back(
    database: Database, conversation: str, begin: Begin
) -> None:
    reply, other = await written(database, conversation, "hello"), await begin()
    with pytest.raises(Invalid, match="another conversation"):
        await database.write(take_reply_back, reply, NOW, other)
    assert await said_of(database, reply)


async def test_of_who_takes_back_and_who_claims_one_wins(database: Database, begin: Begin) -> None:
    async def took_back(reply: str) -> bool:
        try:
            await database.write(take_reply_back, reply, NOW)
        except TooLate:
            return False
        return True

    for _ in range(10):
        reply = await written(database, await begin(), "hello")
        back, claims = await asyncio.gather(took_back(reply), taken(database))
        assert back is not (reply in [one.claim.key[0] for one in claims])


async def test_a_failed_one_that_is_sent_again_can_be_taken_back(
    database: Database, conversation: str
) -> None:
    reply = await written(database, conversation, "hello")
    [claimed] = await taken(database)
    await database.write(record_result, claimed.claim, Refused("No"), NOW)
    await database.write(retry, reply, LATER)
    await database.write(take_reply_back, reply, LATER)
    count = select(func.count()).where(messages.c.id == reply)
    assert await database.read(lambda connection: connection.execute(count).scalar()) == 0
