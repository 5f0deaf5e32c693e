"""A reply reads for all what it answers, while they may be reading it themselves."""

import asyncio

from inbox.access import people
from inbox.conversations import seen
from inbox.storage.database import Database
from tests.sending.conftest import NOW, Begin, written


async def test_who_reads_and_who_replies_at_once_wait_for_each_other_in_one_order(
    database: Database, begin: Begin
) -> None:
    """In two orders each would have what the other waits for, and PostgreSQL would end one."""
    names = ("ana", "ben")
    users = [
        await database.write(
            people.add, email=f"{name}@example.com", name=name, role="agent", now=NOW
        )
        for name in names
    ]
    for _ in range(20):
        conversation = await begin()
        await asyncio.gather(
            written(database, conversation, "We open at nine."),
            *(database.write(seen.see, user.id, conversation, 1, NOW) for user in users),
        )
