"""The durable journal: a webhook is answered only after its bytes are committed.

Group commit: requests that come while a transaction is being written wait for the next one
together. One commit then carries them all, and each is as durable as if it were alone.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter

from sqlalchemy import Connection

from inbox.domain.tally import SIZES, Histogram
from inbox.receiving.entries import Entry
from inbox.storage.database import Database
from inbox.storage.prepared import Prepared
from inbox.storage.tables import journal_entries

GROUP_LIMIT = 256


class Journal:
    """``committed`` is called with each group after its commit, in order."""

    def __init__(self, database: Database, committed: Callable[[list[Entry]], None]) -> None:
        self._database = database
        self._committed = committed
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self.fault: str | None = None
        """Why the last group could not be written; None while all is well."""
        self.groups, self.commits, self.lost = Histogram(SIZES), Histogram(), 0
        """Committed groups by size and by seconds; entries that could not be written."""

    @property
    def depth(self) -> int:
        return len(self._waiting)

    async def append(self, entry: Entry) -> None:
        """Return when the entry is on disk; raises what the database raised if it is not."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_groups(), name="journal")
        await done

    async def _write_groups(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP_LIMIT], self._waiting[GROUP_LIMIT:]
                await self._write_group(group)
        finally:
            self._writing = None

    async def _write_group(self, group: list[tuple[Entry, asyncio.Future[None]]]) -> None:
        entries = [entry for entry, _ in group]
        began = perf_counter()
        try:
            await self._database.write(insert, entries)
        except Exception as fault:
            self.fault = type(fault).__name__
            self.lost += len(group)
            _settle(group, fault)
            return
        self.fault = None
        self.commits.observe(perf_counter() - began)
        self.groups.observe(len(group))
        # Who waits for a 200 goes first; applying can take a while.
        _settle(group, None)
        self._committed(entries)

    async def drain(self) -> None:
        """Wait until everything accepted so far is written."""
        while self._writing is not None:
            await asyncio.wait([self._writing])


def _settle(group: list[tuple[Entry, asyncio.Future[None]]], fault: Exception | None) -> None:
    for _, done in group:
        if done.cancelled():
            continue
        if fault is None:
            done.set_result(None)
        else:
            done.set_exception(fault)


_insert = Prepared(journal_entries.insert(), ("id", "channel_id", "received_at", "body", "state"))


def insert(connection: Connection, entries: list[Entry]) -> None:
    _insert.each(
        connection,
        [
            {
                "id": entry.id,
                "channel_id": entry.channel_id,
                "received_at": entry.received_at,
                "body": entry.raw,
                "state": "pending",
            }
            for entry in entries
        ],
    )
