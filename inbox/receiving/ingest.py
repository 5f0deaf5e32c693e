"""Ingest: journal entries become rows, in batches, one batch after another.

Entries come from the journal right after their commit; those that were left by a stopped
process, or that piled up beyond the bound, are read back from the table. An entry that
cannot be applied is kept, marked and visible, and stops nobody else: neither other entries nor
what else is in it.

Several processes may hold the same entry: whoever's transaction gets it applies it, so that
nobody needs to know who the others are, or whether they still live.
"""

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from time import perf_counter

from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.domain.channels import Channel
from inbox.domain.events import KINDS, Misread, event_kind
from inbox.domain.tally import Histogram
from inbox.domain.times import SECOND, Micros
from inbox.receiving.body import NotJson, parse
from inbox.receiving.portions import portions
from inbox.receiving.prompt import ALONE, SHARED, Prompt, acknowledged
from inbox.receiving.routing import ByAccount, Channels, route
from inbox.receiving.salvage import save_siblings
from inbox.receiving.waiting import mark_failed, pending
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault, passing
from inbox.storage.probe import touch
from inbox.surprises import Surprises

log = logging.getLogger(__name__)

BATCH_ENTRIES = 128
BATCH_BYTES = 512 * 1024
SETTLED_SECONDS = 0.05
"""So long the journal waits for the last of what we hold, to have the next applied as well."""
BACKLOG_ENTRIES = 4_096
PARSED_ENTRIES = 256
"""What waits behind so many is parsed again when it is its turn: it is ten times as large then."""
BACKLOG_BYTES = 32 * 1024 * 1024
LARGE_BODY = 128 * 1024
PAUSE_SECONDS = 1.0
ORPHANED: Micros = 5 * SECOND
LOOK_SECONDS = 2.0
"""How often to look for what another process took in and, for so long, did not apply."""
TRIES = 5
"""After so many, a fault that only this batch meets is taken for its own."""
Find = Callable[[str], Awaitable[Channel | None]]
"""A channel by id; asks the database for one that is not known yet."""


class ChannelGone(LookupError):
    """The number was deleted while its webhooks waited."""


_NO_MISTAKE = (NotJson, ChannelGone)
"""Why an entry may fail without anything being wrong with us."""


class Ingest:
    """Applies what the journal holds."""

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Channels],
        find: Find,
        by_account: ByAccount,
        journal_rests: Callable[[], Awaitable[None]],
        now: Callable[[], Micros],
    ) -> None:
        self._database = database
        self._channels = channels
        self._find = find
        self._by_account = by_account
        self._journal_rests = journal_rests
        self._now = now
        self._backlog: deque[Entry] = deque()
        self._held = 0  # bytes
        self._overflowed = True
        self._rests = False
        self._settled = asyncio.Event()
        """Set while nothing is held, or so much that what comes now waits in the table."""
        self._settled.set()
        self._bounds = SHARED if database.shared else ALONE
        self._next_look = 0.0
        self._wake = asyncio.Event()
        self._fault = Fault(log, "ingest waits")
        self._surprises = Surprises(log, "a webhook is not applied")
        self.applied_entries, self.failed_entries = 0, 0
        self.kinds: Counter[str] = Counter()
        """Events that were applied, by their kind."""
        self.batches = Histogram()
        """Seconds of the transactions that applied them."""

    @property
    def fault(self) -> str | None:
        """Why entries wait (the database, not a payload); None while all is well."""
        return self._fault.reason

    @property
    def mistake(self) -> str | None:
        """What of ours kept an entry from being applied lately: it failed, and nobody waits."""
        return self._surprises.reason

    @property
    def depth(self) -> int:
        return len(self._backlog)

    def at_once(self, entries: list[Entry]) -> Prompt | None:
        """A few that are to be stored now, if they can be applied with that: nothing waits before
        them, and none is so long that who sent it would wait for it to be applied.
        """
        waits = not self._rests or self._backlog or self._overflowed
        if waits or not self._bounds.hold(entries):
            return None
        channels, now = self._channels(), self._now()
        facts = acknowledged(entries, channels, self._read, now)
        return None if facts is None else Prompt(entries, facts, channels, now, self._applied)

    async def settled(self) -> None:
        """Return when all that we hold is applied, or soon: what comes can go with ``at_once``
        then. What is written one after another need not wait here.
        """
        if self._database.shared and not self._settled.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SETTLED_SECONDS):
                    await self._settled.wait()

    def offer(self, entries: list[Entry]) -> None:
        """Take over entries that were just committed."""
        entries = [entry for entry in entries if not entry.applied]
        if not entries:
            return
        full = len(self._backlog) >= BACKLOG_ENTRIES or self._held >= BACKLOG_BYTES
        if self._overflowed or full:
            self._overflow()  # they wait in the table
        else:
            # Not only from when it is taken up: what the journal stored meanwhile would wait behind
            # it, and the next behind that, each for a second transaction.
            self._settled.clear()
            if len(self._backlog) >= PARSED_ENTRIES:
                for entry in entries:
                    entry.body = None
            self._backlog.extend(entries)
            self._held += sum(len(entry.raw) for entry in entries)
        self._wake.set()

    def look(self) -> None:
        """Somebody let entries wait that are in the table only."""
        self._overflow()
        self._wake.set()

    def _overflow(self) -> None:
        self._overflowed = True
        self._settled.set()

    async def run(self) -> None:
        """For ever. Begun again after an error, it finds in the table what it had in hand."""
        self._backlog.clear()
        self._held = 0
        self._overflow()  # what an earlier process or run left behind is read first
        clock = asyncio.get_running_loop().time
        while True:
            batch = await self._next_batch()
            if batch:
                began = clock()
                await self._apply(batch)
                await self._give_way(clock() - began)

    async def _give_way(self, seconds: float) -> None:
        """In a burst half the time is for acknowledging: providers give up waiting, but agents
        wait for the backlog, and near what the machine can do more would leave them far behind.

        While the journal has work we rest as long as we worked, until more has piled up than we
        hold: where it is no burst, the journal rests at once. Where others can write as well,
        they need not wait for us: who rested would only fall behind.
        """
        if not self._database.shared and not self._overflowed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._journal_rests()

    async def _next_batch(self) -> list[Entry]:
        await self._adopt_orphans()
        while not self._backlog:
            if self._overflowed:
                await self._read_back()
            else:
                await self._news()
                await self._adopt_orphans()
        batch: list[Entry] = []
        size = 0
        while self._backlog and len(batch) < BATCH_ENTRIES and size < BATCH_BYTES:
            batch.append(self._backlog.popleft())
            size += len(batch[-1].raw)
        self._held -= size
        self._rests = False
        return batch

    async def _news(self) -> None:
        self._wake.clear()
        self._rests = True
        self._settled.set()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_look if self._database.shared else None):
                    await self._wake.wait()
        finally:
            self._rests = False

    async def _adopt_orphans(self) -> None:
        """Take over what another process left behind, once it has waited too long."""
        now = asyncio.get_running_loop().time()
        if not self._database.shared or now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        try:
            self._put_first(await self._waiting(self._now() - ORPHANED))
        except Exception as fault:
            await self._pause(fault)

    async def _read_back(self) -> None:
        """Take the oldest waiting entries from the table; once there are few, live again."""
        self._overflowed = False
        try:
            entries = await self._waiting(None)
        except Exception as fault:
            self._overflow()
            await self._pause(fault)
            return
        self._overflowed |= len(entries) == BATCH_ENTRIES
        self._put_first(entries)

    async def _waiting(self, before: Micros | None) -> list[Entry]:
        # Locking is writing. Without it several processes would read the same again and again
        # while one of them applies it.
        look = self._database.write if self._database.shared else self._database.read
        entries = await look(pending, BATCH_ENTRIES, before)
        self._fault.over()
        return entries

    def _put_first(self, entries: Sequence[Entry]) -> None:
        held = {entry.id for entry in self._backlog}
        missing = [entry for entry in entries if entry.id not in held]
        self._backlog.extendleft(reversed(missing))
        self._held += sum(len(entry.raw) for entry in missing)

    async def _apply(self, batch: Sequence[Entry], last: bool = True) -> None:
        """``last``: nothing that was taken with it waits behind it."""
        facts = [found for entry in batch if (found := await self._facts(entry)) is not None]
        parts = list(portions(facts))
        for portion in parts:
            poison = await self._commit(portion, last=last and portion is parts[-1])
            if poison is None:
                continue
            if len(facts) == 1:
                if (still := await save_siblings(facts[0], poison, self._commit)) is not None:
                    await self._fail(facts[0].entry_id, still)
            else:
                await self._one_by_one(batch)
            return

    async def _commit(self, facts: Sequence[Facts], last: bool = False) -> Exception | None:
        """Apply in one transaction, however long the database is away; or what is wrong here.

        While the ``last`` of what we hold is on its way, what comes meanwhile can be applied as it
        is stored, behind it: SQLite writes one after another, and on PostgreSQL the journal waits
        (``settled``). Else each group would find the one before it being applied, and pay for two
        transactions as long as there is any traffic.
        """
        for tries in count(1):
            began = perf_counter()
            self._rests = last and not self._database.shared
            try:
                await self._write(facts, last)
            except FAULTS as fault:
                self._rests = False
                if tries >= TRIES and not passing(fault) and await self._database_answers():
                    return fault
                await self._pause(fault)
            except Exception as poison:
                self._rests = False
                return poison
            else:
                break
        self._rests = last
        self._applied(facts, perf_counter() - began)
        return None

    async def _write(self, facts: Sequence[Facts], last: bool) -> None:
        if last:
            self._settled.clear()
        try:
            await self._database.write(apply, facts, self._channels(), self._now())
        finally:
            if self._overflowed or not self._backlog:
                self._settled.set()

    def _applied(self, facts: Sequence[Facts], seconds: float) -> None:
        self._fault.over()
        self.batches.observe(seconds)
        self._count(facts)

    def _count(self, facts: Sequence[Facts]) -> None:
        """What a commit brought; of an entry that is misread, its mistakes are told here."""
        self.kinds.update(event_kind(event) for one in facts for _, event in one.events)
        for one in facts:
            if not one.ends:
                continue
            misread = (one.whole or one).misread
            self.applied_entries += not misread
            self.failed_entries += bool(misread)
            for each in misread:
                self.kinds[KINDS[Misread]] += 1
                self._surprises.met(each.fault, entry_id=one.entry_id)

    async def _database_answers(self) -> bool:
        """A fault that stays while others are served is no fault of the database."""
        try:
            await self._database.write(touch)
        except FAULTS:
            return False
        return True

    async def _one_by_one(self, batch: Sequence[Entry]) -> None:
        for entry in batch:
            await self._apply([entry], last=entry is batch[-1])

    async def _facts(self, entry: Entry) -> Facts | None:
        channel = self._channels().get(entry.channel_id) or await self._found(entry.channel_id)
        if channel is None:
            await self._fail(entry.id, ChannelGone("its channel is gone"))
            return None
        try:
            if len(entry.raw) > LARGE_BODY:
                return await asyncio.to_thread(self._read, entry, channel)
            return self._read(entry, channel)
        except Exception as poison:
            await self._fail(entry.id, poison)
            return None

    async def _found(self, channel_id: str) -> Channel | None:
        """A channel that another process may have added a moment ago."""
        while True:
            try:
                return await self._find(channel_id)
            except Exception as fault:
                await self._pause(fault)

    def _read(self, entry: Entry, channel: Channel) -> Facts:
        body = parse(entry.raw) if entry.body is None else entry.body
        acknowledged_at = entry.acknowledged_at
        return route(
            entry.id,
            entry.received_at,
            channel,
            body,
            entry.raw,
            self._by_account,
            acknowledged_at,
        )

    async def _fail(self, entry_id: str, poison: Exception) -> None:
        # The log shows its frames and its kind, but no words: they may hold a customer's text.
        if isinstance(poison, _NO_MISTAKE):
            facts = {"entry_id": entry_id, "error": type(poison).__name__}
            log.warning("entry not applied", extra=facts)
        else:
            self._surprises.met(poison, entry_id=entry_id)
        while True:
            try:
                await self._database.write(mark_failed, entry_id, poison, self._now())
            except Exception as fault:
                await self._pause(fault)
            else:
                self.failed_entries += 1
                self._fault.over()
                return

    async def _pause(self, fault: Exception) -> None:
        """Whatever it is, entries wait for its end, and ``/health`` says so."""
        self._fault.met(fault)
        await asyncio.sleep(PAUSE_SECONDS)
