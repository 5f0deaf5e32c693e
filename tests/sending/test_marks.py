"""Read marks as rows: one per conversation, the newest message, told once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from inbox.access import people
from inbox.conversations import read_marks as marks
from inbox.conversations import seen
from inbox.conversations.read_marks import CLAIM, Mark
from inbox.domain.times import DAY, SECOND
from inbox.providers.base import Accepted
from inbox.sending import results
from inbox.storage.database import Connection, Database
from inbox.storage.tables import channels, conversations, messages, read_marks
from tests.sending.conftest import NOW, Begin, taken, written
from tests.support.queues import turn

LATER = NOW + SECOND


def _agents(connection: Connection) -> list[str]:
    facts = {"name": "A", "role": "agent", "now": NOW}
    added = [people.add(connection, email=f"{n}@example.com", **facts) for n in range(2)]
    return [person.id for person in added]


@pytest.fixture
async def agents(database: Database) -> list[str]:
    return await database.write(_agents)


def _says(connection: Connection, conversation: str, name: str) -> None:
    """One more of the customer's messages, a second after the last."""
    query = select(messages).where(messages.c.conversation_id == conversation)
    last = connection.execute(query.order_by(messages.c.number.desc())).mappings().first()
    assert last is not None
    new = {"id": name, "event_key": name, "provider_message_id": name}
    at = {name: last[name] + SECOND for name in ("sort_at", "received_at")}
    row = dict(last) | new | at
    connection.execute(messages.insert(), {k: v for k, v in row.items() if k != "number"})
    counted = conversations.c.inbound_count + 1
    here = conversations.c.id == conversation
    connection.execute(update(conversations).where(here).values(inbound_count=counted))


def _marks(connection: Connection) -> list[Any]:
    query = select(read_marks.c.provider_message_id, read_marks.c.due_at.is_not(None))
    return [tuple(row) for row in connection.execute(query)]


def _choose(connection: Connection, when: str) -> None:
    connection.execute(update(channels).values(read_receipts=when))


async def _claimed(database: Database, now: int = LATER) -> list[Mark]:
    return await database.write(lambda c: marks.claim(c, turn(c, now, now + CLAIM)))


async def test_two_agents_who_read_all_are_one_mark_and_half_of_it_is_none(
    database: Database, conversation: str, agents: list[str]
) -> None:
    await database.write(_says, conversation, "wamid.second")
    assert await database.write(seen.see, agents[0], conversation, 1, NOW)
    assert await database.read(_marks) == []
    for agent in agents:
        assert await database.write(seen.see, agent, conversation, 2, NOW)
    assert await database.read(_marks) == [("wamid.second", True)]
    [mark] = await _claimed(database)
    await database.write(marks.finish, mark, LATER)
    assert not await database.write(seen.see, agents[1], conversation, 2, NOW)
    assert await database.read(_marks) == [("wamid.second", False)]
    assert await _claimed(database, LATER + DAY) == []


async def test_of_many_processes_one_has_it_and_one_that_died_is_followed(
    database: Database, conversation: str, agents: list[str]
) -> None:
    await database.write(seen.see, agents[0], conversation, 1, NOW)
    found = await asyncio.gather(*(_claimed(database) for _ in range(5)))
    assert sum(map(len, found)) == 1
    [again] = await _claimed(database, LATER + CLAIM)
    [dead] = [mark for some in found for mark in some]
    await database.write(marks.finish, dead, LATER + CLAIM)  # too late: it is not theirs any more
    assert await database.read(_marks) == [("wamid.first", True)]
    await database.write(marks.finish, again, LATER + CLAIM)
    assert await database.read(_marks) == [("wamid.first", False)]


async def test_what_is_read_while_the_last_is_told_goes_at_once_after_it(
    database: Database, conversation: str, agents: list[str]
) -> None:
    await database.write(seen.see, agents[0], conversation, 1, NOW)
    [first] = await _claimed(database)
    await database.write(_says, conversation, "wamid.second")
    await database.write(seen.see, agents[0], conversation, 2, LATER)
    assert await _claimed(database, LATER + SECOND) == []
    await database.write(marks.finish, first, LATER + SECOND)
    [second] = await _claimed(database, LATER + SECOND)
    assert second.provider_message_id == "wamid.second"


async def test_what_waits_for_another_try_becomes_the_newest(
    database: Database, conversation: str, agents: list[str]
) -> None:
    await database.write(seen.see, agents[0], conversation, 1, NOW)
    [first] = await _claimed(database)
    await database.write(marks.QUEUE.postpone, first.claim, LATER + 60 * SECOND, 1)
    await database.write(_says, conversation, "wamid.second")
    await database.write(seen.see, agents[1], conversation, 2, LATER)
    assert await _claimed(database, LATER + 59 * SECOND) == []
    [next_] = await _claimed(database, LATER + 60 * SECOND)
    assert (next_.provider_message_id, next_.claim.attempts) == ("wamid.second", 1)


async def test_a_channel_that_keeps_it_to_itself_asks_nobody_to_tell(
    database: Database, conversation: str, begin: Begin, agents: list[str]
) -> None:
    await database.write(_choose, "off")
    unable = [await begin("sandbox"), await begin("notifier")]
    for each in (conversation, *unable):
        await database.write(seen.see, agents[0], each, 1, NOW)
    assert await database.read(_marks) == []


async def _answered(database: Database, conversation: str, **facts: str) -> None:
    """A reply that the provider takes a second after it was written."""
    message_id = await written(database, conversation, "Hello!", **facts)
    await database.write(_says, conversation, "wamid.later")
    [sent] = await taken(database)
    await database.write(results.record_result, sent.claim, Accepted(f"wamid.{message_id}"), LATER)


async def test_where_an_answer_tells_it_what_had_come_when_it_was_written_is_read(
    database: Database, conversation: str, agents: list[str]
) -> None:
    await database.write(_choose, "replied")
    await database.write(seen.see, agents[0], conversation, 1, NOW)
    assert await database.read(_marks) == []
    await _answered(database, conversation, sender_id=agents[0])
    assert await database.read(_marks) == [("wamid.first", True)]


@pytest.mark.parametrize(("choice", "person"), [("replied", False), ("on", True), ("off", True)])
async def test_an_answer_tells_nothing_elsewhere_and_neither_does_a_programs(
    database: Database, conversation: str, agents: list[str], choice: str, person: bool
) -> None:
    await database.write(_choose, choice)
    await _answered(database, conversation, **({"sender_id": agents[0]} if person else {}))
    assert await database.read(_marks) == []
