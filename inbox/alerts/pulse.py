"""The pulse of the channels: what was heard and refused, written and published by a timer.

Every webhook would be a write and a feed event; admins need to see no more than a second
ago, and a busy channel's "live" is no news.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Connection

from inbox.alerts.counts import Counts, Taken, store
from inbox.alerts.rejections import PLACES, Rejections
from inbox.channels.health_changes import Refusals, note_webhooks
from inbox.domain.channels import Channel
from inbox.domain.times import MINUTE, SECOND, Micros
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.5
QUIET: Micros = 30 * SECOND
"""A channel that goes on as it was is published this often."""


class Pulse:
    def __init__(
        self,
        database: Database,
        channels: Callable[[], Mapping[str, Channel]],
        now: Callable[[], Micros],
    ) -> None:
        self._database, self._channels = database, channels
        self._now = now
        self._heard: dict[str, Micros] = {}
        self._fault = Fault(log, "channel health is not written")
        self._published: dict[str, Micros] = {}
        self._told: dict[str, tuple[Micros, int]] = {}
        self.refusals = Refusals()
        self.refused = Rejections()
        self.counts = Counts()
        self.spoke: Callable[[Collection[str]], None] = lambda _channel_ids: None
        """Called with the channels that were heard, once that is written."""
        self.accepted: Counter[str] = Counter()
        """Authentic webhooks since the start of the process, by channel."""

    def hear(self, channel_id: str, at: Micros) -> None:
        """An authentic webhook came."""
        self._heard[channel_id] = at
        self.accepted[channel_id] += 1
        self.counts.accept(channel_id, at)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self.beat()
            except FAULTS as fault:  # what was counted is kept for the next beat
                self._fault.met(fault)
            else:
                self._fault.over()

    async def beat(self) -> None:
        await self.refused.flush(self._database)
        refused = await self.refusals.flush(self._database, self._channels(), self._now())
        self._tell(refused)
        heard, self._heard = self._heard, {}
        counted = self.counts.take()
        if not heard and not counted:
            return
        try:
            await self._database.write(self._write, heard, counted)
        except Exception:
            self._heard = heard | self._heard
            self.counts.put_back(counted)
            raise
        self.spoke(heard.keys())

    def _tell(self, refused: list[str]) -> None:
        """A line for a burst, and not for each: anybody can send what is refused."""
        now = self._now()
        for channel_id in (*refused, *PLACES):
            at, before = self._told.get(channel_id, (0, 0))
            if abs(now - at) < MINUTE:  # either way: the clock may have been set back
                continue  # They are in the number of the next line.
            total = self.refusals.number(channel_id)
            if total == before:
                continue
            self._told[channel_id] = now, total
            facts = {"channel_id": channel_id, "number": total - before}
            log.warning("webhooks refused", extra=facts)

    def _write(self, connection: Connection, heard: dict[str, Micros], counted: Taken) -> None:
        now, known = self._now(), self._channels()
        due = {one for one in heard if abs(now - self._published.get(one, 0)) >= QUIET}
        news = sorted(due & known.keys())
        store(connection, counted)
        note_webhooks(connection, heard, [known[one] for one in news], now)
        self._published |= dict.fromkeys(news, now)
