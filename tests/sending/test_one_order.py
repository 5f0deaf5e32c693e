"""Who is at the same conversation at once takes its rows in one order (``taking``).

In two orders each would have what the other waits for, and PostgreSQL would end one of them after a
second. SQLite has one writer; there the same is tried for what comes of it.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from inbox.access import people
from inbox.conversations import seen
from inbox.providers.base import Accepted, Refused
from inbox.sending.results import record_result
from inbox.sending.taking_back import take_reply_back
from inbox.storage.database import Database
from tests.sending.conftest import NOW, Begin, taken, written
from tests.support.postgres import Postgres

ROUNDS = 20


@pytest.fixture(autouse=True)
def _no_deadlock(postgres: Postgres) -> Iterator[None]:
    before = postgres.log.count("deadlock detected")
    yield
    assert postgres.log.count("deadlock detected") == before, postgres.log[-2_000:]


async def test_who_reads_and_who_replies(database: Database, begin: Begin) -> None:
    """A reply reads for all what it answers."""
    names = ("ana", "ben")
    users = [
        await database.write(
            people.add, email=f"{name}@example.com", name=name, role="agent", now=NOW
        )
        for name in names
    ]
    for _ in range(ROUNDS):
        conversation = await begin()
        await asyncio.gather(
            written(database, conversation, "We open at nine."),
            *(database.write(seen.see, user.id, conversation, 1, NOW) for user in users),
        )


async def test_who_sends_again_and_what_becomes_of_it(database: Database, begin: Begin) -> None:
    """The one has the thread and waits for the message, which the other changes twice."""
    for number in range(ROUNDS):
        conversation, key = await begin(), {"client_id": str(uuid4())}
        await written(database, conversation, "We open at nine.", **key)
        [item] = await taken(database)
        again = (written(database, conversation, "We open at nine.", **key) for _ in range(4))
        result = Accepted(f"wamid.{number}")
        await asyncio.gather(database.write(record_result, item.claim, result, NOW), *again)


async def test_who_writes_who_takes_back_and_who_puts_off(database: Database, begin: Begin) -> None:
    """What is put off tells those behind it, one of which goes and one of which comes."""
    busy = Refused("Too many messages", retry_after=60)
    for _ in range(ROUNDS):
        conversation = await begin()
        _, second = [await written(database, conversation, words) for words in "12"]
        [item] = await taken(database)
        await asyncio.gather(
            written(database, conversation, "3"),
            database.write(record_result, item.claim, busy, NOW),
            database.write(take_reply_back, second, NOW),
        )


def test_who_changes_a_row_keeps_nobody_from_what_belongs_to_it() -> None:
    """``FOR UPDATE`` would: whoever adds a message looks whether its conversation is there."""
    texts = {path: path.read_text() for path in Path("inbox").rglob("*.py")}
    calls = {
        (path.name, given)
        for path, text in texts.items()
        for given in re.findall(r"with_for_update\(([^()]*)\)", text)
        if "key_share=True" not in given
    }
    assert calls == {("taking.py", "")}, "only what is to go is taken whole: see taking.py"
