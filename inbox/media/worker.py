"""Fetches what is due: a few files at once, each until it is here or cannot be had."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic, perf_counter
from typing import Any, Final
from uuid import uuid4

from inbox.conversations import file_jobs, files
from inbox.conversations.file_jobs import HOLD, LONGEST_WAIT, WAITS, Job
from inbox.conversations.file_versions import state
from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.domain.stored import FileState, StoredFile
from inbox.domain.tally import Histogram
from inbox.domain.text import present
from inbox.domain.times import SECOND, Micros
from inbox.feed.log import FeedEvent
from inbox.media.circuit_breaker import CircuitBreaker
from inbox.media.fetching import Fetcher
from inbox.media.kinds import PICTURES, file_kind
from inbox.media.length import seconds_of
from inbox.media.store import Incoming, Store, StoreFault
from inbox.providers.cloud_api.media import sha256_hex
from inbox.providers.media import BringsFiles, Download, Unavailable, by_link
from inbox.providers.registry import provider_named
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import fault_reason

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
IDLE_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 1.0
TOLD_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)

_TELLING: Final = frozenset({"message:new", "message:updated"})

Channels = Callable[[], Mapping[str, Channel]]


class Worker:
    """Works on ``media_jobs`` under a name of its own, ``holder``."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        store: Store,
        fetcher: Fetcher,
        now: Callable[[], Micros],
    ) -> None:
        self._database, self._channels = database, channels
        self.store, self._fetcher, self._now = store, fetcher, now
        self._holder = uuid4().hex
        self._new = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._heard_at = 0.0
        self._expired = self._closing = False
        self._forbearance = CircuitBreaker()
        self._disk: str | None = None
        self._reading: str | None = None
        self.ends: Counter[str] = Counter()
        """Tries by what came of them: ready, postponed, gone, failed."""
        self.calls = Histogram(TOLD_SECONDS)
        """Seconds that files took to come."""

    @property
    def fault(self) -> str | None:
        """That jobs cannot be read or written."""
        return self._reading

    @property
    def lapse(self) -> str | None:
        """That files cannot be stored, and wait; all else goes on."""
        return self._disk

    def hear(self, event: FeedEvent) -> None:
        """A file is to be fetched, of a new message or again, somewhere."""
        if event.type in _TELLING and '"media":{"state":"waiting"' in event.payload:
            self._new.set()

    def wake(self) -> None:
        self._new.set()

    async def run(self) -> None:
        """For ever; what it began goes on if it has to begin again itself."""
        if not self._database.shared and not self._expired:
            await self._patiently(file_jobs.expire, self._now())
        self._expired = True
        while True:
            try:
                await self._begin_due()
                self._reading = None
            except FAULTS as fault:
                if self._reading is None:
                    log.warning("files wait: %s", fault_reason(fault))
                self._reading = fault_reason(fault)
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._new.wait()
            self._new.clear()

    async def close(self) -> None:
        """Leave what is under way, for others or for the next start."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
            await self._database.write(file_jobs.release, self._holder, self._now())
        await self._fetcher.close()

    async def _begin_due(self) -> None:
        if self._closing or not self._fetcher.limit:
            return
        if self._tasks and monotonic() - self._heard_at > HOLD / SECOND / 4:
            await self._database.write(file_jobs.hold, self._holder, self._now())
            self._heard_at = monotonic()
        if self._disk is not None and not await self._healed():
            return
        free = AT_ONCE - len(self._tasks)
        if free <= 0 or not await self._database.read(file_jobs.any_due, self._now()):
            return
        if not self._tasks:
            self._heard_at = monotonic()
        claimed = await self._database.write(file_jobs.claim, self._holder, free, self._now())
        for job in claimed:
            task = asyncio.create_task(self._work(job), name="fetch")
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    async def _healed(self) -> bool:
        """Whether files can be stored again: asked of the disk, before a provider is asked."""
        try:
            await self.store.check()
        except StoreFault as fault:
            self._disk = _("files cannot be stored: %(strerror)s", strerror=fault.strerror)
            return False
        log.warning("files can be stored again")
        self._disk = None
        return True

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._new.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            # Its claim runs out by itself, and a claim counts as a try: it ends some time.
            log.error("fetching a file ended in %s", type(fault).__name__, exc_info=fault)

    async def _work(self, job: Job) -> None:
        try:
            await self._bring(job)
        except StoreFault as fault:
            if self._disk is None:
                log.error("files cannot be stored: %s", fault.strerror)
            self._disk = _("files cannot be stored: %(strerror)s", strerror=fault.strerror)
            now = self._now()
            await self._patiently(file_jobs.postpone, job.message_id, self._holder, now, False)

    async def _bring(self, job: Job) -> None:
        """On disk first, then in the database: a row never names a file that is not there."""
        if job.digest and await self.store.head(job.digest) is not None and not job.deleted:
            await self._describe(job, job.digest)  # it was lost, and is here again
            return
        asked = self._asked(job)
        if isinstance(asked, Download) and (later := self._later(job, asked)) is not None:
            await self._patiently(file_jobs.postpone, job.message_id, self._holder, later, False)
            return
        result = asked if isinstance(asked, Unavailable) else await self._fetch(job, asked)
        if isinstance(result, Unavailable):
            await self._without(job, result)
            return
        try:
            await self.store.keep(result)
        finally:
            await result.discard()
        await self._describe(job, result.digest)

    def _asked(self, job: Job) -> Download | Unavailable:
        if job.deleted:
            return Unavailable(N_("The message was deleted"), gone=True)
        if job.attempts > len(WAITS) + 1:
            return Unavailable(N_("The server stopped each time this file was fetched"))
        channel = self._channels().get(job.channel_id)
        if channel is None:
            return Unavailable(N_("Its channel was removed"))
        provider = provider_named(channel.provider)
        if isinstance(provider, BringsFiles):
            return provider.download(channel, job.reference)
        return by_link(job.reference)

    def _later(self, job: Job, asked: Download) -> Micros | None:
        return self._forbearance.until(job.channel_id, asked.bears, self._now())

    async def _fetch(self, job: Job, asked: Download) -> Incoming | Unavailable:
        began = perf_counter()
        found = await self._fetcher.fetch(asked)
        self.calls.observe(perf_counter() - began)
        if asked.bears is not None and isinstance(found, Unavailable):
            self._forbearance.note(job.channel_id, self._now())
        return found

    async def _describe(self, job: Job, known_as: str) -> None:
        """Write down what it is."""
        path = self.store.path(known_as)
        said = job.reference.get("mime") or job.reference.get("mime_type")
        told = file_kind(await self.store.head(known_as) or b"", said)
        small = None
        if told.mime in PICTURES:
            # Pillow takes megabytes that only those need whose customers send pictures.
            from inbox.media.thumbnails import thumbnail  # noqa: PLC0415 - see above

            small = await thumbnail(path)
        if small:
            await self.store.keep_small(known_as, small)
        announced = sha256_hex(job.reference.get("sha256"))
        outcome = present(
            StoredFile,
            state="ready",
            digest=known_as,
            bytes=await self.store.size(path),
            mime_type=told.mime,
            filename=job.reference.get("filename"),
            thumbnail=True if small else None,
            duration=await seconds_of(path, told.mime),
            verified=False if announced not in (None, known_as) else None,
        )
        await self._end(job, outcome)

    async def _without(self, job: Job, why: Unavailable) -> None:
        if why.retry_after is not None and job.attempts <= len(WAITS):
            pause = round(max(why.retry_after, WAITS[job.attempts - 1]) * SECOND)
            again = self._now() + min(pause, LONGEST_WAIT)
            self.ends["postponed"] += 1
            await self._patiently(file_jobs.postpone, job.message_id, self._holder, again)
            return
        end: FileState = "gone" if why.gone else "failed"
        await self._end(job, state(end, job.reference, reason=why.reason))
        facts = {"message_id": job.message_id, "channel_id": job.channel_id, "tries": job.attempts}
        log.warning("file not fetched", extra=facts | {"end": end})

    async def _end(self, job: Job, outcome: StoredFile) -> None:
        self.ends[outcome["state"]] += 1
        await self._patiently(files.finish, job, self._holder, outcome, self._now())

    async def _patiently(self, work: Callable[..., Any], *args: Any) -> None:
        """Write, however long the database is away."""
        while True:
            try:
                await self._database.write(work, *args)
                return
            except FAULTS as fault:
                self._reading = fault_reason(fault)
                await asyncio.sleep(PAUSE_SECONDS)
