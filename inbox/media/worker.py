"""Fetches what is due: a few files at once, each until it is here or cannot be had."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Final
from uuid import uuid4

from sqlalchemy import Connection

from inbox.conversations import file_jobs, files
from inbox.conversations.file_jobs import HOLD, LONGEST_WAIT, WAITS, FileJob
from inbox.conversations.file_versions import state
from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.domain.stored import FileState, StoredFile
from inbox.domain.tally import Histogram
from inbox.domain.text import present
from inbox.domain.times import SECOND, Micros
from inbox.feed.log import FeedEvent
from inbox.media.apart import NotNow
from inbox.media.circuit_breaker import CircuitBreaker
from inbox.media.fetching import Fetcher
from inbox.media.kinds import PICTURES, file_kind
from inbox.media.length import seconds_of
from inbox.media.store import Incoming, Store, StoreFault
from inbox.media.thumbnails import Thumbnail, Thumbnails
from inbox.media.voice import Recordings
from inbox.providers.cloud_api.media import sha256_hex
from inbox.providers.media import BringsFiles, Download, Unavailable, by_link
from inbox.providers.registry import provider_named
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Turn
from inbox.storage.slots import Slots

log = logging.getLogger(__name__)

TOLD_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)

_TELLING: Final = frozenset({"message:new", "message:updated"})

Channels = Callable[[], Mapping[str, Channel]]


class Worker(Drain[FileJob]):
    """Works on ``media_jobs`` under a name of its own, ``holder``."""

    queue, claimed_for, renews = file_jobs.QUEUE, HOLD, True
    slots = Slots(total=4, each=3)
    waits, idle_seconds = "files wait", 2.0

    def __init__(
        self,
        database: Database,
        channels: Channels,
        store: Store,
        fetcher: Fetcher,
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self.thumbnails = Thumbnails()
        self.recordings = Recordings()
        self._channels = channels
        self.store, self.fetcher = store, fetcher
        self._holder = uuid4().hex
        self._forbearance = CircuitBreaker()
        self._disk: str | None = None
        self.ends: Counter[str] = Counter()
        """Tries by what came of them: ready, postponed, gone, failed."""
        self.calls = Histogram(TOLD_SECONDS)
        """Seconds that files took to come."""

    @property
    def lapse(self) -> str | None:
        """That files cannot be stored, and wait; all else goes on."""
        return self._disk

    def hear(self, event: FeedEvent) -> None:
        """A file is to be fetched, of a new message or again, somewhere."""
        if event.type in _TELLING and '"media":{"state":"waiting"' in event.payload:
            self.wake()

    def claim(self, connection: Connection, turn: Turn) -> Sequence[FileJob]:
        return file_jobs.claim(connection, turn, self._holder)

    async def close(self) -> None:
        await super().close()
        await self.fetcher.close()

    async def can_begin(self) -> bool:
        return bool(self.fetcher.limit) and (self._disk is None or await self._healed())

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

    async def work(self, item: FileJob) -> None:
        try:
            await self._bring(item)
        except StoreFault as fault:
            if self._disk is None:
                log.error("files cannot be stored: %s", fault.strerror)
            self._disk = _("files cannot be stored: %(strerror)s", strerror=fault.strerror)
            await self._put_off(item, self._now())

    async def _put_off(self, job: FileJob, due_at: Micros) -> None:
        """Another try, which is no fault of the file's and does not count."""
        await self.patiently(self.queue.postpone, job.claim, due_at, job.claim.attempts)

    async def _bring(self, job: FileJob) -> None:
        """On disk first, then in the database: a row never names a file that is not there."""
        if job.digest and await self.store.head(job.digest) is not None and not job.deleted:
            await self._describe(job, job.digest)  # it was lost, and is here again
            return
        asked = self._asked(job)
        if isinstance(asked, Download) and (later := self._later(job, asked)) is not None:
            await self._put_off(job, later)
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

    def _asked(self, job: FileJob) -> Download | Unavailable:
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

    def _later(self, job: FileJob, asked: Download) -> Micros | None:
        return self._forbearance.until(job.channel_id, asked.bears, self._now())

    async def _fetch(self, job: FileJob, asked: Download) -> Incoming | Unavailable:
        began = perf_counter()
        found = await self.fetcher.fetch(asked)
        self.calls.observe(perf_counter() - began)
        if asked.bears is not None and isinstance(found, Unavailable):
            self._forbearance.note(job.channel_id, self._now())
        return found

    async def _describe(self, job: FileJob, known_as: str) -> None:
        """Write down what it is; not yet, where its thumbnail has to wait."""
        path = self.store.path(known_as)
        said = job.reference.get("mime") or job.reference.get("mime_type")
        told = file_kind(await self.store.head(known_as) or b"", said)
        small: Thumbnail | None = None
        if told.mime in PICTURES:
            try:
                small = await self.thumbnails.make(path)
            except NotNow as reason:
                log.warning("a thumbnail waits: %s", reason, extra={"message_id": job.message_id})
                if job.attempts <= len(WAITS):
                    await self._picture_waits(job, known_as)
                    return
        if small:
            await self.store.keep_small(known_as, small.webp)
        sound = await self.recordings.heard(path) if told.mime.startswith("audio/") else None
        announced = sha256_hex(job.reference.get("sha256"))
        outcome = present(
            StoredFile,
            state="ready",
            digest=known_as,
            bytes=await self.store.size(path),
            mime_type=told.mime,
            filename=job.reference.get("filename"),
            thumbnail=True if small else None,
            width=small.width if small else None,
            height=small.height if small else None,
            duration=sound.seconds if sound else await seconds_of(path, told.mime),
            waveform=sound.waveform if sound and sound.waveform else None,
            verified=False if announced not in (None, known_as) else None,
        )
        await self._end(job, outcome)

    async def _picture_waits(self, job: FileJob, known_as: str) -> None:
        again = self._now() + WAITS[job.attempts - 1] * SECOND
        self.ends["postponed"] += 1
        await self.patiently(files.put_off, job, known_as, again)

    async def _without(self, job: FileJob, why: Unavailable) -> None:
        if why.retry_after is not None and job.attempts <= len(WAITS):
            pause = round(max(why.retry_after, WAITS[job.attempts - 1]) * SECOND)
            again = self._now() + min(pause, LONGEST_WAIT)
            self.ends["postponed"] += 1
            await self.patiently(self.queue.postpone, job.claim, again, job.attempts)
            return
        end: FileState = "gone" if why.gone else "failed"
        await self._end(job, state(end, job.reference, reason=why.reason))
        facts = {"message_id": job.message_id, "channel_id": job.channel_id, "tries": job.attempts}
        log.warning("file not fetched", extra=facts | {"end": end})

    async def _end(self, job: FileJob, outcome: StoredFile) -> None:
        self.ends[outcome["state"]] += 1
        await self.patiently(files.finish, job, outcome, self._now())
