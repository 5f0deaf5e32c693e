"""The durable journal: a webhook is answered only after its bytes are committed.

Group commit: requests that come while a transaction is being written wait for the next one
together. One commit then carries them all, and each is as durable as if it were alone. Where
nothing is before it, a webhook is applied by the very transaction that stores it: a second one
would cost as much as both do, and wait for the disk again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import islice
from time import perf_counter
from typing import Protocol

from sqlalchemy import Connection

from inbox.conversations.entries import Entry
from inbox.domain.tally import SIZES, Histogram
from inbox.domain.times import Micros
from inbox.storage.database import Database, one_statement
from inbox.storage.faults import Fault
from inbox.storage.prepared import Prepared
from inbox.storage.tables import journal_entries
from inbox.surprises import Surprises

log = logging.getLogger(__name__)

GROUP_LIMIT = 256
PATIENCE_SECONDS = 8.0
"""Providers give up after some ten: a clear no, while they listen, is sent again sooner."""
UNPASSED_SECONDS = 60.0
REMEMBERED_SECONDS = 10.0
"""How long a failure counts when no later write proves the contrary."""

Waiting = dict[asyncio.Future[None], Entry]


class AtOnce(Protocol):
    """Entries and what they lead to, by one transaction."""

    def store_and_apply(self, connection: Connection) -> None: ...

    def applied(self, seconds: float) -> None:
        """They are stored and applied."""


def _none(_entries: list[Entry]) -> AtOnce | None:
    return None


async def _nothing() -> None:
    """Nobody is waited for."""


class Journal:
    """``committed`` is called with each group after its commit, in order. ``at_once``: what may be
    done with a group in its own transaction, if anything may; ``settled`` returns when it is worth
    asking, or soon.
    """

    def __init__(
        self,
        database: Database,
        committed: Callable[[list[Entry]], None],
        at_once: Callable[[list[Entry]], AtOnce | None] = _none,
        settled: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        self._database = database
        self._committed, self._at_once, self._settled = committed, at_once, settled
        self._waiting: Waiting = {}
        self._writing: asyncio.Task[None] | None = None
        self._fault = Fault(log, "webhooks cannot be stored")
        self._surprises = Surprises(log, "stored webhooks were not passed on", UNPASSED_SECONDS)
        self._failed_at = 0.0
        self.groups, self.commits, self.lost = Histogram(SIZES), Histogram(), 0
        """Committed groups by size and by seconds; entries that could not be written."""

    @property
    def fault(self) -> str | None:
        """Why webhooks were not stored just now; None while all is well."""
        lately = asyncio.get_running_loop().time() - self._failed_at < REMEMBERED_SECONDS
        return self._fault.reason if lately else self._surprises.reason

    @property
    def depth(self) -> int:
        return len(self._waiting)

    async def append(self, entry: Entry) -> None:
        """Return when the entry is on disk; raises what the database raised if it is not.

        TimeoutError: it may yet be written, so that its next delivery finds it done.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting[done] = entry
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_groups(), name="journal")
        # What ``asyncio.timeout`` would do, at a fraction of its price.
        alarm = loop.call_later(PATIENCE_SECONDS, self._give_up, done)
        try:
            await done
        finally:
            alarm.cancel()

    def _give_up(self, done: asyncio.Future[None]) -> None:
        self._waiting.pop(done, None)  # else a database that hangs would fill the memory
        if not done.done():
            late = TimeoutError()
            self._failed(late)
            done.set_exception(late)

    async def _write_groups(self) -> None:
        try:
            while self._waiting:
                await self._settled()
                group = dict(islice(self._waiting.items(), GROUP_LIMIT))
                for done in group:
                    del self._waiting[done]
                await self._write_group(group)
        finally:
            self._writing = None

    async def _write_group(self, group: Waiting) -> None:
        entries = list(group.values())
        began = perf_counter()
        try:
            await self._store(entries)
        except Exception as fault:
            self._failed(fault)
            self.lost += len(group)
            _settle(group, fault)
            return
        self._fault.over()
        self.commits.observe(perf_counter() - began)
        self.groups.observe(len(group))
        # Who waits for a 200 goes first; applying can take a while.
        _settle(group, None)
        self._pass_on(entries)

    async def _store(self, entries: list[Entry]) -> None:
        began = perf_counter()
        more: AtOnce | None = None
        try:
            more = self._at_once(entries)
        except Exception as mistake:  # whatever it is, they are stored
            self._surprises.met(mistake)
        if more is not None:
            with suppress(Exception):  # it is met again where they are stored or applied alone
                await self._database.write(more.store_and_apply)
                self._note_applied(more, perf_counter() - began)
                return
        await self._database.write(store_entries, entries)

    def _note_applied(self, more: AtOnce, seconds: float) -> None:
        """It is committed: what goes wrong from here on must not store it again."""
        try:
            more.applied(seconds)
        except Exception as mistake:
            self._surprises.met(mistake)

    def _pass_on(self, entries: list[Entry]) -> None:
        """They are on disk and acknowledged: what goes wrong from here on holds nobody up."""
        try:
            self._committed(entries)
        except Exception as mistake:
            self._surprises.met(mistake)

    def _failed(self, fault: Exception) -> None:
        self._failed_at = asyncio.get_running_loop().time()
        self._fault.met(fault)

    async def drain(self) -> None:
        """Wait until everything accepted so far is written."""
        while self._writing is not None:
            await asyncio.wait([self._writing])


def _settle(group: Waiting, fault: Exception | None) -> None:
    for done in group:
        if done.done():
            continue
        if fault is None:
            done.set_result(None)
        else:
            done.set_exception(fault)


_STORED = ("id", "channel_id", "received_at", "body", "state", "proof")
_insert = Prepared(journal_entries.insert(), _STORED)
_insert_applied = Prepared(
    journal_entries.insert(), (*_STORED, "applied_at", "result", "acknowledged_at")
)


@one_statement
def store_entries(connection: Connection, entries: list[Entry]) -> None:
    _insert.each(connection, [_row(entry, "pending") for entry in entries])


def store_applied(
    connection: Connection, entries: Sequence[Entry], results: Sequence[str], now: Micros
) -> None:
    """With what they led to, each as JSON, in the transaction that brings it about."""
    rows = [
        _row(entry, "applied") | {"applied_at": now, "result": result, "acknowledged_at": now}
        for entry, result in zip(entries, results, strict=True)
    ]
    _insert_applied.each(connection, rows)


def _row(entry: Entry, state: str) -> dict[str, object]:
    return {
        "id": entry.id,
        "channel_id": entry.channel_id,
        "received_at": entry.received_at,
        "body": entry.raw,
        "state": state,
        "proof": entry.proof,
    }
