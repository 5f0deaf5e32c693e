"""The outbox: replies wait here until the provider has answered for good.

A conversation's messages go one after another, different conversations at once. A row is
removed only together with what became of it; what may have gone out is never sent again by
itself (law 17).

Several processes may look at the same rows: ``sending.claims`` says who sends what.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby
from time import perf_counter
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.tally import Histogram
from inbox.domain.times import Micros
from inbox.providers.base import Accepted, Ambiguous, Http, Refused, SendResult
from inbox.providers.registry import provider_named
from inbox.sending.claims import CLAIM, Waiting, claim, due, expire
from inbox.sending.results import postpone, record_result
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import fault_reason

log = logging.getLogger(__name__)

BATCH = 50
AT_ONCE = 10
IDLE_SECONDS = 1.0
PAUSE_SECONDS = 1.0
LATEST_START = 15.0
"""Seconds that a claim may have taken: after that its time is too short for a send."""

Channels = Mapping[str, Channel]

P = ParamSpec("P")
T = TypeVar("T")


class Outbox:
    """Sends what waits."""

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Channels],
        http: Http,
        now: Callable[[], Micros],
    ) -> None:
        self._database = database
        self._channels = channels
        self._http = http
        self._now = now
        self._new = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._closing = self._expired = False
        self.fault: str | None = None
        self.ends: Counter[str] = Counter()
        """Tries by what came of them: accepted, postponed, failed, ambiguous."""
        self.calls = Histogram()
        """Seconds that providers took to answer."""

    def wake(self) -> None:
        """Say that a reply was committed."""
        self._new.set()

    async def drain(self) -> None:
        """Begin nothing more, and wait for the answers to what was begun. Cancelled, it leaves."""
        self._closing = True
        try:
            if self._busy:
                await asyncio.wait(self._busy.values())
        finally:
            for task in self._busy.values():
                task.cancel()

    async def run(self) -> None:
        """For ever. What it began goes on without it, if it has to begin again itself."""
        if not self._database.shared and not self._expired:
            # The process that made these claims is dead, as it let go of the file.
            await self._patiently(expire, self._now())
        self._expired = True
        while True:
            await self._begin_due()
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._new.wait()
            self._new.clear()

    async def _begin_due(self) -> None:
        """Start sending in every conversation that is not being sent in."""
        if self._closing:
            return
        try:
            rows = await self._database.read(due, self._now(), list(self._busy), BATCH)
        except Exception as fault:  # the outbox waits until the database is back
            if self.fault is None:
                log.warning("the outbox cannot read: %s", fault_reason(fault))
            self.fault = fault_reason(fault)
            return
        self.fault = None
        for conversation_id, group in groupby(rows, key=lambda row: row.conversation_id):
            task = asyncio.create_task(self._send_in_order(list(group)), name="send")
            self._busy[conversation_id] = task
            task.add_done_callback(partial(self._finished, conversation_id))

    def _finished(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        del self._busy[conversation_id]
        if not task.cancelled() and task.exception() is not None:
            self.fault = type(task.exception()).__name__
            log.error("a send ended in %s", self.fault)
        else:
            self._new.set()

    async def _send_in_order(self, rows: Sequence[Waiting]) -> None:
        for row in rows:
            async with self._slots:
                if self._closing or not await self._send(row):
                    return  # A later message must not overtake one that waits for another try.

    async def _send(self, row: Waiting) -> bool:
        """One try; whether the next message of the conversation may go."""
        if row.tried:
            result: SendResult = Ambiguous(
                N_("The server stopped while this was being sent"),
                N_("It may have reached the customer. Ask, or press Retry to send it again."),
            )
            return await self._settle(row, row.due_at, result)
        began = asyncio.get_running_loop().time()
        now = self._now()
        until = now + CLAIM
        if not await self._patiently(claim, row.message_id, now, until):
            return False  # Another process sends it.
        if asyncio.get_running_loop().time() - began > LATEST_START:
            await self._patiently(postpone, row.message_id, until, row.attempts, now)
            return False
        called = perf_counter()
        result = await self._try(row)
        self.calls.observe(perf_counter() - called)
        return await self._settle(row, until, result)

    async def _settle(self, row: Waiting, until: Micros, result: SendResult) -> bool:
        again = await self._patiently(
            record_result, row.message_id, until, row.attempts, result, self._now()
        )
        self._note(row, result, again)
        return not again

    async def _patiently(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write, however long the database is away: an answer that came must not be lost.

        Work that was committed although it seemed to fail finds so, and changes nothing.
        """
        while True:
            try:
                return await self._database.write(work, *args, **kwargs)
            except FAULTS as fault:
                if self.fault is None:
                    log.warning("the outbox waits: %s", fault_reason(fault))
                self.fault = fault_reason(fault)
                await asyncio.sleep(PAUSE_SECONDS)

    def _note(self, row: Waiting, result: SendResult, again: bool) -> None:
        """Count it, and leave a line for what went wrong: ids and codes, never what was said."""
        facts: dict[str, object] = {"message_id": row.message_id, "channel_id": row.channel_id}
        match result:
            case Accepted():
                self.ends["accepted"] += 1
            case Refused(code=code) if again:
                self.ends["postponed"] += 1
                log.info("send postponed", extra=facts | {"code": code, "tries": row.attempts + 1})
            case Refused(code=code):
                self.ends["failed"] += 1
                log.warning("send failed", extra=facts | {"code": code})
            case Ambiguous():
                self.ends["ambiguous"] += 1
                log.warning("send ambiguous", extra=facts)

    async def _try(self, row: Waiting) -> SendResult:
        channel = self._channels().get(row.channel_id)
        if channel is None:
            return Refused(
                N_("Its channel was removed"), N_("Connect the number again in Settings.")
            )
        return await provider_named(channel.provider).send(self._http, channel, row.outgoing)
