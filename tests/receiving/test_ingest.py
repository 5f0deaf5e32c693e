"""Journal entries become rows, whatever else the server is busy with."""

import asyncio

from sqlalchemy import Connection, func, select

from inbox.domain.channels import Channel
from inbox.domain.ids import new_id
from inbox.receiving.entries import Entry
from inbox.receiving.ingest import BATCH_ENTRIES, Ingest
from inbox.receiving.journal import insert
from inbox.storage.database import Database
from inbox.storage.tables import journal_entries
from tests.receiving.conftest import NOW


def waiting(connection: Connection) -> int:
    pending = journal_entries.c.state == "pending"
    return int(connection.execute(select(func.count()).where(pending)).scalar_one())


async def test_entries_are_applied_though_the_journal_never_rests(
    database: Database, channel: Channel
) -> None:
    """Giving way to it has an end."""
    entries = [Entry(new_id(NOW), channel.id, NOW, b"{}", {}) for _ in range(2 * BATCH_ENTRIES)]
    await database.write(insert, entries)

    async def known(_channel_id: str) -> Channel:
        return channel

    async def never() -> None:
        await asyncio.Event().wait()

    ingest = Ingest(
        database, lambda: {channel.id: channel}, known, lambda *_: channel, never, lambda: NOW
    )
    work = asyncio.create_task(ingest.run())
    async with asyncio.timeout(20):
        while await database.read(waiting):
            pass
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
