"""Tells providers what was read, a moment after it was, and again until they know."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress

from inbox.conversations import read_marks
from inbox.conversations.read_marks import LONGEST_WAIT, WORTH, Mark
from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.times import SECOND, Micros
from inbox.providers.base import Http, Refused
from inbox.providers.reading import MarksRead
from inbox.providers.registry import PROVIDERS
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import fault_reason

log = logging.getLogger(__name__)

AT_ONCE = 10
IDLE_SECONDS = 5.0
GATHER_SECONDS = 0.3
"""Of messages that are read one after the other only the last is told."""
FIRST_WAIT = 10.0
"""Seconds; four times as long after each try."""


class Marker:
    """Works on ``read_marks``; several processes may."""

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Mapping[str, Channel]],
        http: Http,
        now: Callable[[], Micros],
    ) -> None:
        self._database, self._channels, self._http = database, channels, http
        self._now = now
        self._new = asyncio.Event()
        self.fault: str | None = None
        self.ends: Counter[str] = Counter()
        """Tries by what came of them: told, postponed, dropped."""

    def wake(self) -> None:
        """Say that somebody has read something."""
        self._new.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                while await self._tell_some():
                    pass
                self.fault = None
            except FAULTS as fault:  # what is claimed is due again when its time is over
                if self.fault is None:
                    log.warning("read marks wait: %s", fault_reason(fault))
                self.fault = fault_reason(fault)
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._new.wait()
                    await asyncio.sleep(GATHER_SECONDS)
            self._new.clear()

    async def _tell_some(self) -> bool:
        """Whether there was anything."""
        now = self._now()
        if not await self._database.read(read_marks.any_due, now):
            return False
        found = await self._database.write(read_marks.claim, AT_ONCE, now)
        results = await asyncio.gather(*(self._tell(mark) for mark in found))
        for mark, refused in zip(found, results, strict=True):
            await self._end(mark, refused)
        return bool(found)

    async def _tell(self, mark: Mark) -> Refused | None:
        if self._now() - mark.asked_at > WORTH:
            return Refused(N_("It was read too long ago"))
        channel = self._channels().get(mark.channel_id)
        provider = PROVIDERS[channel.provider] if channel else None
        if not channel or not channel.marks_read or not isinstance(provider, MarksRead):
            return Refused(N_("This channel does not tell what was read"))
        return await provider.mark_read(self._http, channel, mark.provider_message_id)

    async def _end(self, mark: Mark, refused: Refused | None) -> None:
        now = self._now()
        if refused is None or refused.retry_after is None:
            await self._database.write(read_marks.finish, mark, now)
        else:
            wait = max(refused.retry_after, FIRST_WAIT * 4.0 ** min(mark.attempts, 9))
            due_at = now + min(round(wait * SECOND), LONGEST_WAIT)
            await self._database.write(read_marks.postpone, mark, due_at)
        self._note(mark, refused)

    def _note(self, mark: Mark, refused: Refused | None) -> None:
        if refused is None:
            self.ends["told"] += 1
            return
        end = "dropped" if refused.retry_after is None else "postponed"
        self.ends[end] += 1
        facts = {"channel_id": mark.channel_id, "end": end, "code": refused.code}
        log.info("read mark not told", extra=facts | {"reason": refused.title})
