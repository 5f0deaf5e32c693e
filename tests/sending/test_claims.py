"""A claim in the outbox: one sender, in order, and what a late answer may still change."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from inbox.domain.times import DAY, HOUR, MINUTE, SECOND
from inbox.providers.base import Accepted, Ambiguous, Refused
from inbox.sending import replies
from inbox.sending.claims import CLAIM, claim, due, expire
from inbox.sending.results import record_result
from inbox.storage.database import Connection, Database
from inbox.storage.tables import messages, outbox
from tests.sending.conftest import NOW, written

UNTIL = NOW + CLAIM
LOST = Ambiguous("The server stopped", "Ask.")


@pytest.fixture
async def queued(database: Database, conversation: str) -> list[str]:
    """Two replies to one customer; their ids."""
    return [await written(database, conversation, text) for text in ("1", "2")]


def _waiting(connection: Connection) -> set[str]:
    return set(connection.execute(select(outbox.c.message_id)).scalars())


def _message(connection: Connection, message_id: str) -> Any:
    query = select(messages).where(messages.c.id == message_id)
    return connection.execute(query).mappings().one()


async def test_of_many_who_claim_at_once_one_may(database: Database, queued: list[str]) -> None:
    claims = [database.write(claim, queued[0], NOW, UNTIL + n) for n in range(5)]
    assert sorted(await asyncio.gather(*claims)) == [False] * 4 + [True]


async def test_a_claim_asked_again_after_a_lost_answer_holds(
    database: Database, queued: list[str]
) -> None:
    assert await database.write(claim, queued[0], NOW, UNTIL)
    assert await database.write(claim, queued[0], NOW, UNTIL)


async def test_only_the_first_of_a_conversation_can_be_claimed(
    database: Database, queued: list[str]
) -> None:
    assert not await database.write(claim, queued[1], NOW, UNTIL)
    assert await database.write(claim, queued[0], NOW, UNTIL)
    assert not await database.write(claim, queued[1], NOW, UNTIL)
    await database.write(record_result, queued[0], UNTIL, 0, Accepted("wamid.1"), NOW)
    assert await database.write(claim, queued[1], NOW, UNTIL)


async def test_what_is_claimed_holds_the_conversation_until_it_runs_out(
    database: Database, queued: list[str]
) -> None:
    assert await database.write(claim, queued[0], NOW, UNTIL)
    assert await database.read(due, UNTIL - SECOND, [], 10) == []
    first, _ = await database.read(due, UNTIL, [], 10)
    assert (first.message_id, first.tried, first.due_at) == (queued[0], True, UNTIL)


async def test_a_claim_from_before_the_clock_went_back_runs_out_at_once(
    database: Database, queued: list[str]
) -> None:
    assert await database.write(claim, queued[0], NOW, UNTIL)
    assert await database.read(due, NOW - MINUTE, [], 10) == []  # another machine's clock
    first, _ = await database.read(due, NOW - DAY, [], 10)
    assert (first.message_id, first.tried) == (queued[0], True)


async def test_a_wait_from_before_the_clock_went_back_is_over_at_once(
    database: Database, queued: list[str]
) -> None:
    busy = Refused("Too many messages", retry_after=1e9)
    assert await database.write(claim, queued[0], NOW, UNTIL)
    assert await database.write(record_result, queued[0], UNTIL, 0, busy, NOW)
    for now, waiting in ((NOW, 0), (NOW + HOUR - 1, 0), (NOW + HOUR, 2), (NOW - DAY, 2)):
        assert len(await database.read(due, now, [], 10)) == waiting
    assert await database.write(claim, queued[0], NOW - DAY, UNTIL - DAY)


async def test_a_restart_alone_on_its_file_ends_every_claim(
    database: Database, queued: list[str]
) -> None:
    assert await database.write(claim, queued[0], NOW, UNTIL)
    await database.write(expire, NOW)
    first, _ = await database.read(due, NOW, [], 10)
    assert first.tried


async def test_an_answer_after_the_claim_ran_out_heals_what_was_given_up(
    database: Database, queued: list[str]
) -> None:
    await database.write(claim, queued[0], NOW, UNTIL)
    await database.write(record_result, queued[0], UNTIL, 0, LOST, NOW)
    assert (await database.read(_message, queued[0]))["status"] == "failed"
    for _ in range(2):  # once more: the answer to the commit was lost
        await database.write(record_result, queued[0], UNTIL, 0, Accepted("wamid.late"), NOW)
    healed = await database.read(_message, queued[0])
    assert healed["status"] == "sent"
    assert healed["provider_message_id"] == "wamid.late"


async def test_an_answer_that_is_late_leaves_a_retry_alone(
    database: Database, queued: list[str]
) -> None:
    await database.write(claim, queued[0], NOW, UNTIL)
    await database.write(record_result, queued[0], UNTIL, 0, LOST, NOW)
    await database.write(replies.retry, queued[0], NOW)
    await database.write(record_result, queued[0], UNTIL, 0, Accepted("wamid.late"), NOW)
    assert (await database.read(_message, queued[0]))["status"] == "queued"
    assert queued[0] in await database.read(_waiting)
    await database.write(record_result, queued[0], UNTIL, 0, LOST, NOW)
    assert queued[0] in await database.read(_waiting)
