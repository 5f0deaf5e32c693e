"""A claim in the outbox: one sender, in order, and what a late answer may still change."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from inbox.domain.times import DAY, HOUR, MINUTE, SECOND
from inbox.providers.base import Accepted, Ambiguous, Refused
from inbox.sending.claims import CLAIM, QUEUE, claim
from inbox.sending.results import record_result
from inbox.sending.retrying import retry
from inbox.storage.database import Connection, Database
from inbox.storage.tables import messages, outbox
from tests.sending.conftest import NOW, taken, written
from tests.support.queues import turn

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


async def ids(database: Database, now: int, until: int | None = None) -> list[str]:
    return [one.claim.key[0] for one in await taken(database, now, until)]


async def test_of_many_who_claim_at_once_one_may(database: Database, queued: list[str]) -> None:
    found = await asyncio.gather(*(ids(database, NOW, UNTIL + n) for n in range(5)))
    assert sorted(found) == [[]] * 4 + [queued[:1]]


async def test_a_claim_asked_again_after_a_lost_answer_holds(
    database: Database, queued: list[str]
) -> None:
    def ask(connection: Connection) -> Any:
        return claim(connection, turn(connection, NOW, UNTIL)._replace(again=True))

    first, again = [await database.write(ask) for _ in range(2)]
    assert [(one.claim.key[0], one.tried) for one in again] == [(queued[0], False)]
    assert first[0].claim == again[0].claim


async def test_only_the_first_of_a_conversation_can_be_claimed(
    database: Database, queued: list[str]
) -> None:
    [first] = await taken(database)
    assert await ids(database, NOW + 1) == []
    await database.write(record_result, first.claim, Accepted("wamid.1"), NOW)
    assert await ids(database, NOW + 1) == queued[1:]


async def test_what_is_claimed_holds_the_conversation_until_it_runs_out(
    database: Database, queued: list[str]
) -> None:
    [first] = await taken(database)
    assert await taken(database, UNTIL - SECOND) == []
    for _ in range(2):  # who finds it does not take it over: its end may be told by anybody
        [found] = await taken(database, UNTIL)
        assert (found.claim, found.tried) == (first.claim, True)


async def test_a_claim_from_before_the_clock_went_back_runs_out_at_once(
    database: Database, queued: list[str]
) -> None:
    [first] = await taken(database)
    assert await taken(database, NOW - MINUTE) == []  # another machine's clock
    [found] = await taken(database, NOW - HOUR)
    assert (found.claim, found.tried) == (first.claim, True)


async def test_what_a_process_is_at_it_does_not_find_though_the_clock_went_back(
    database: Database, queued: list[str]
) -> None:
    [first] = await taken(database)

    def look(connection: Connection) -> Any:
        back = turn(connection, NOW - DAY, NOW, busy=[first.claim.key])
        return claim(connection, back)

    assert await database.write(look) == []


async def test_a_wait_from_before_the_clock_went_back_is_over_at_once(
    database: Database, queued: list[str]
) -> None:
    busy = Refused("Too many messages", retry_after=1e9)
    [first] = await taken(database)
    assert await database.write(record_result, first.claim, busy, NOW) == "postponed"
    for now, waiting in ((NOW, 0), (NOW + HOUR - 1, 0), (NOW + HOUR, 1), (NOW - DAY, 1)):
        assert len((await database.read(QUEUE.look, now)).lanes) == waiting
    [again] = await taken(database, NOW - DAY)
    assert (again.claim.key, again.tried) == (first.claim.key, False)


async def test_a_restart_alone_on_its_file_ends_every_claim(
    database: Database, queued: list[str]
) -> None:
    await taken(database)
    await database.write(QUEUE.expire, NOW)
    [first] = await taken(database)
    assert first.tried


async def test_an_answer_after_the_claim_ran_out_heals_what_was_given_up(
    database: Database, queued: list[str]
) -> None:
    [first] = await taken(database)
    await database.write(record_result, first.claim, LOST, NOW)
    assert (await database.read(_message, queued[0]))["status"] == "failed"
    for _ in range(2):  # once more: the answer to the commit was lost
        await database.write(record_result, first.claim, Accepted("wamid.late"), NOW)
    healed = await database.read(_message, queued[0])
    assert healed["status"] == "sent"
    assert healed["provider_message_id"] == "wamid.late"


async def test_an_answer_that_is_late_leaves_a_retry_alone(
    database: Database, queued: list[str]
) -> None:
    [first] = await taken(database)
    await database.write(record_result, first.claim, LOST, NOW)
    await database.write(retry, queued[0], NOW)
    await database.write(record_result, first.claim, Accepted("wamid.late"), NOW)
    assert (await database.read(_message, queued[0]))["status"] == "queued"
    assert queued[0] in await database.read(_waiting)
    await database.write(record_result, first.claim, LOST, NOW)
    assert queued[0] in await database.read(_waiting)
