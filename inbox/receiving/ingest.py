"""Ingest: journal entries become rows, in batches, one batch after another.

Entries come from the journal right after their commit; those that were left by a stopped
process, or that piled up beyond the bound, are read back from the table. An entry that
cannot be applied is kept, marked and visible, and stops nobody else.
"""

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Connection, select, update

from inbox.domain.channels import Channel
from inbox.domain.times import Micros
from inbox.receiving.apply import apply
from inbox.receiving.body import parse
from inbox.receiving.entries import Entry, Facts
from inbox.receiving.routing import ByAccount, route
from inbox.storage.database import FAULTS, Database, ping
from inbox.storage.tables import journal_entries

log = logging.getLogger(__name__)

BATCH_ENTRIES = 128
BATCH_BYTES = 512 * 1024
BACKLOG_ENTRIES = 4_096
BACKLOG_BYTES = 32 * 1024 * 1024
LARGE_BODY = 128 * 1024
PAUSE_SECONDS = 1.0
TRIES = 5
"""After so many, a fault that only this batch meets is taken for its own."""

Channels = Mapping[str, Channel]


class Ingest:
    """Applies what the journal holds. ``applied`` is called after each commit."""

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Channels],
        by_account: ByAccount,
        applied: Callable[[], None],
        now: Callable[[], Micros],
    ) -> None:
        self._database = database
        self._channels = channels
        self._by_account = by_account
        self._applied = applied
        self._now = now
        self._backlog: deque[Entry] = deque()
        self._held = 0  # bytes
        self._overflowed = True  # what an earlier process left behind is read first
        self._wake = asyncio.Event()
        self.fault: str | None = None
        """Why entries wait (the database, not a payload); None while all is well."""

    @property
    def depth(self) -> int:
        return len(self._backlog)

    def offer(self, entries: list[Entry]) -> None:
        """Take over entries that were just committed."""
        full = len(self._backlog) >= BACKLOG_ENTRIES or self._held >= BACKLOG_BYTES
        if self._overflowed or full:
            self._overflowed = True  # they wait in the table
        else:
            self._backlog.extend(entries)
            self._held += sum(len(entry.raw) for entry in entries)
        self._wake.set()

    async def run(self) -> None:
        while True:
            batch = await self._next_batch()
            if batch:
                await self._apply(batch)

    async def _next_batch(self) -> list[Entry]:
        while not self._backlog:
            if self._overflowed:
                await self._read_back()
            else:
                self._wake.clear()
                await self._wake.wait()
        batch: list[Entry] = []
        size = 0
        while self._backlog and len(batch) < BATCH_ENTRIES and size < BATCH_BYTES:
            batch.append(self._backlog.popleft())
            size += len(batch[-1].raw)
        self._held -= size
        return batch

    async def _read_back(self) -> None:
        """Take the oldest waiting entries from the table; once there are few, live again."""
        self._overflowed = False
        try:
            entries = await self._database.read(pending, BATCH_ENTRIES)
        except FAULTS as fault:
            self._overflowed = True
            await self._pause(fault)
            return
        self._overflowed |= len(entries) == BATCH_ENTRIES
        waiting = {entry.id for entry in self._backlog}
        missing = [entry for entry in entries if entry.id not in waiting]
        self._backlog.extendleft(reversed(missing))
        self._held += sum(len(entry.raw) for entry in missing)

    async def _apply(self, batch: Sequence[Entry]) -> None:
        facts = [found for entry in batch if (found := await self._facts(entry)) is not None]
        poison = await self._commit(facts) if facts else None
        if poison is None:
            return
        if len(facts) == 1:
            await self._fail(facts[0].entry_id, poison)
        else:
            await self._one_by_one(batch)

    async def _commit(self, facts: Sequence[Facts]) -> Exception | None:
        """Apply in one transaction, however long the database is away; or what is wrong here."""
        for tries in count(1):
            try:
                await self._database.write(apply, facts, self._channels(), self._now())
            except FAULTS as fault:
                if tries >= TRIES and await self._database_answers():
                    return fault
                await self._pause(fault)
            except Exception as poison:
                return poison
            else:
                break
        self.fault = None
        self._applied()
        return None

    async def _database_answers(self) -> bool:
        """A fault that stays while others are served is no fault of the database."""
        try:
            await self._database.write(ping)
        except Exception:
            return False
        return True

    async def _one_by_one(self, batch: Sequence[Entry]) -> None:
        for entry in batch:
            await self._apply([entry])

    async def _facts(self, entry: Entry) -> Facts | None:
        channel = self._channels().get(entry.channel_id)
        if channel is None:
            await self._fail(entry.id, LookupError("its channel is gone"))
            return None
        try:
            if len(entry.raw) > LARGE_BODY:
                return await asyncio.to_thread(self._read, entry, channel)
            return self._read(entry, channel)
        except Exception as poison:
            await self._fail(entry.id, poison)
            return None

    def _read(self, entry: Entry, channel: Channel) -> Facts:
        body: Mapping[str, Any] = parse(entry.raw) if entry.body is None else entry.body
        return route(entry.id, entry.received_at, channel, body, self._by_account)

    async def _fail(self, entry_id: str, poison: Exception) -> None:
        # The frames and the kind, but not the words: they may hold a customer's text.
        frames = "".join(traceback.format_tb(poison.__traceback__))
        log.error("entry %s not applied: %s\n%s", entry_id, type(poison).__name__, frames)
        while True:
            try:
                await self._database.write(mark_failed, entry_id, poison, self._now())
            except FAULTS as fault:
                await self._pause(fault)
            else:
                return

    async def _pause(self, fault: Exception) -> None:
        self.fault = type(fault).__name__
        log.warning("ingest waits: the database answers %s", self.fault)
        await asyncio.sleep(PAUSE_SECONDS)


def pending(connection: Connection, limit: int) -> list[Entry]:
    """The oldest entries that wait."""
    table = journal_entries.c
    rows = connection.execute(
        select(table.id, table.channel_id, table.received_at, table.body)
        .where(table.state == "pending")
        .order_by(table.id)
        .limit(limit)
    )
    return [Entry(*row) for row in rows]


def mark_failed(connection: Connection, entry_id: str, poison: Exception, now: Micros) -> None:
    """Keep the entry, with the reason; the text of a database error may hold message text."""
    words = "" if hasattr(poison, "statement") else f": {poison}"
    connection.execute(
        update(journal_entries)
        .where(journal_entries.c.id == entry_id)
        .values(state="failed", error=f"{type(poison).__name__}{words}"[:500], applied_at=now)
    )
