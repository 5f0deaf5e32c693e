"""What was tried in vain is told with the message, and goes once it has arrived."""

from typing import Any

from sqlalchemy import func, select

from inbox.conversations.settle_status import settle_statuses
from inbox.domain.feed_events import NewEvent
from inbox.domain.public import SendTry
from inbox.domain.times import MINUTE, iso
from inbox.providers.base import Accepted, Ambiguous, Refused
from inbox.sending.results import record_result
from inbox.sending.retrying import retry
from inbox.sending.taking_back import take_reply_back
from inbox.storage.database import Connection, Database
from inbox.storage.tables import channels, receipts, tries
from tests.sending.conftest import NOW, taken, written
from tests.sending.test_waiting import BUSY, _told, put_off, said_of

GONE = Refused("No such number", "Reach them another way.", code=131026)


def short(told: list[SendTry]) -> list[tuple[Any, ...]]:
    return [(one["at"], one["end"], one["title"], one.get("code")) for one in told]


async def count(database: Database) -> int:
    query = select(func.count()).select_from(tries)
    return await database.read(lambda c: int(c.execute(query).scalar_one()))


async def test_what_was_put_off_and_then_failed_tells_each_try(
    database: Database, conversation: str
) -> None:
    reply = await written(database, conversation, "hello")
    await put_off(database, NOW + 1)
    [last] = await taken(database, NOW + 2 * MINUTE)
    assert await database.write(record_result, last.claim, GONE, NOW + 2 * MINUTE) == "failed"
    first = (iso(NOW + 1), "postponed", BUSY.title, None)
    second = (iso(NOW + 2 * MINUTE), "failed", "No such number", 131026)
    assert (await said_of(database, reply))["status"] == "failed"
    assert short((await said_of(database, reply))["tries"]) == [first, second]
    told = await database.read(_told, "message:status")
    assert short(told[-1]["tries"]) == [first, second]


async def test_what_goes_out_at_once_leaves_no_trace(database: Database, conversation: str) -> None:
    reply = await written(database, conversation, "hello")
    [one] = await taken(database)
    await database.write(record_result, one.claim, Accepted("wamid.1"), NOW)
    assert (await said_of(database, reply))["tries"] == []
    assert await count(database) == 0


async def test_a_silence_and_a_later_failure_are_told_after_retry(
    database: Database, conversation: str
) -> None:
    reply = await written(database, conversation, "hello")
    [one] = await taken(database)
    await database.write(record_result, one.claim, Ambiguous("No answer"), NOW + 1)
    await database.write(retry, reply, NOW + 2)
    [one] = await taken(database, NOW + 3)
    await database.write(record_result, one.claim, Accepted("wamid.1"), NOW + 3)
    await database.write(_report, "wamid.1", "failed")
    await database.write(retry, reply, NOW + MINUTE)
    [one] = await taken(database, NOW + MINUTE)
    await database.write(record_result, one.claim, GONE, NOW + MINUTE)
    told = short((await said_of(database, reply))["tries"])
    assert [(end, title) for _, end, title, _ in told] == [
        ("ambiguous", "No answer"),
        ("undone", "Undeliverable"),
        ("failed", "No such number"),
    ]


async def test_what_recovered_keeps_no_old_error(database: Database, conversation: str) -> None:
    reply = await written(database, conversation, "hello")
    [one] = await taken(database)
    await database.write(record_result, one.claim, GONE, NOW)
    assert (await said_of(database, reply))["error"]
    await database.write(retry, reply, NOW + 2)
    [one] = await taken(database, NOW + 3)
    await database.write(record_result, one.claim, Accepted("wamid.1"), NOW + 3)
    message = await said_of(database, reply)
    assert (message["status"], message["error"], message["past_error"], message["tries"]) == (
        "sent",
        None,
        None,
        [],
    )


async def test_what_is_taken_back_takes_its_tries_with_it(
    database: Database, conversation: str
) -> None:
    reply = await written(database, conversation, "hello")
    await put_off(database)
    assert await count(database) == 1
    await database.write(take_reply_back, reply, NOW + 2)
    assert await count(database) == 0


def _report(connection: Connection, provider_id: str, status: str) -> None:
    channel_id = connection.execute(select(channels.c.id)).scalar_one()
    fact = {"channel_id": channel_id, "provider_message_id": provider_id, "status": status}
    fact |= {"participant": "", "at": NOW + 9, "errors": '[{"code":1,"title":"Undeliverable"}]'}
    connection.execute(receipts.insert().values(**fact, errors_at=NOW + 9))
    published: list[NewEvent] = []
    settle_statuses(connection, channel_id, {provider_id}, published)
