"""Workers of one inbox in this process, and messages whose files they fetch."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from inbox.channels import store
from inbox.conversations import file_jobs
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.conversations.file_jobs import HOLD, FileJob
from inbox.conversations.queries import message_shapes
from inbox.domain.channels import Channel
from inbox.domain.events import Event, MessageEvent, Person
from inbox.domain.ids import new_id
from inbox.domain.times import SECOND
from inbox.media.fetching import Fetcher
from inbox.media.store import Store
from inbox.media.worker import Worker
from inbox.receiving import journal
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import media_jobs, messages
from tests.support.fake_graph import ACCOUNT, TOKEN
from tests.support.queues import turn

NOW = 1_750_000_000 * SECOND
_accounts = map(str, count(int(ACCOUNT)))
READY = {"state": "ready", "digest": "ab" * 32}


def connect(connection: Connection, api_base: str) -> Channel:
    facts = {"provider": "cloud-api", "account": next(_accounts), "access_token": TOKEN}
    sealer = Sealer(b"k" * 40)
    return store.add(connection, sealer, name="Shop", **facts, api_base=api_base, now=NOW)


def tell(connection: Connection, channel: Channel, events: Sequence[Event]) -> None:
    """Apply what a provider told, as one webhook."""
    entry = Entry(new_id(NOW), channel.id, NOW, b"{}")
    journal.store_entries(connection, [entry])
    facts = Facts(entry.id, NOW, channel.id, [(channel.id, event) for event in events], [])
    apply(connection, [facts], {channel.id: channel}, NOW)


def receive(connection: Connection, channel: Channel, *references: dict[str, Any]) -> list[str]:
    """Messages with these files, in one batch; their ids. Without a reference: a text."""
    batch = new_id(NOW)
    events = [
        MessageEvent(
            key=f"msg:{batch}:{n}",
            ts=NOW,
            provider_message_id=f"wamid.{batch}.{n}",
            direction="in",
            type="image" if reference else "text",
            provider_type=None,
            contact=Person(wa_id="12025550142"),
            content={"media": reference} if reference else {},
        )
        for n, reference in enumerate(references)
    ]
    tell(connection, channel, events)
    found = select(messages.c.id).order_by(messages.c.number.desc()).limit(len(references))
    return [str(one) for one in connection.execute(found).scalars()][::-1]


def media(connection: Connection, message_id: str) -> Any:
    query = select(messages).where(messages.c.id == message_id)
    return message_shapes(connection, [connection.execute(query).mappings().one()])[0]["media"]


def taken(connection: Connection, holder: str, now: int = NOW, room: int = 4) -> list[FileJob]:
    """What a worker of this name would begin."""
    return file_jobs.claim(connection, turn(connection, now, now + HOLD, room), holder)


def due(connection: Connection) -> dict[str, tuple[int, int, bool]]:
    """When each job is due, how often it was tried, and whether somebody is at it."""
    rows = connection.execute(select(media_jobs))
    return {row.message_id: (row.due_at, row.attempts, row.holder is not None) for row in rows}


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What it gives as soon as it gives something."""
    async with asyncio.timeout(20):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.02)


async def stored(files: Store, content: bytes) -> str:
    """A file that is here but no message's; its digest."""
    async with files.incoming() as file:
        await file.write(content)
        await file.finish()
    await files.keep(file)
    return file.digest


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


class Desk:
    """Workers of one inbox, as many as are asked for."""

    def __init__(self, database: Database, channel: Channel, folder: Path) -> None:
        self.database, self.channel, self.folder = database, channel, folder
        self.clock = Clock()
        self.running: list[tuple[Worker, asyncio.Task[None]]] = []

    def begin(self) -> Worker:
        files = Store(self.folder)
        known = {self.channel.id: self.channel}
        worker = Worker(self.database, lambda: known, files, Fetcher(files, 10**6), self.clock)
        self.running.append((worker, asyncio.create_task(worker.run())))
        return worker

    async def ended(self, message_id: str, state: str) -> Any:
        async def look() -> Any:
            found = await self.database.read(media, message_id)
            return found if found["state"] == state else None

        return await until(look)

    async def postponed(self, message_id: str, attempts: int) -> int:
        """When it is due again, once it was tried so often."""

        async def look() -> int | None:
            at, tried, held = (await self.database.read(due))[message_id]
            return at if tried == attempts and not held else None

        return int(await until(look))

    async def close(self) -> None:
        for worker, task in self.running:
            await worker.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
