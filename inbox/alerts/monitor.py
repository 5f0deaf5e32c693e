"""The watch over the channels: tells admins when one falls silent, or its proofs fail.

Once a minute one of the processes looks, whichever comes first. Silence counts only while
somebody watched: after a stop of the server, or a clock that jumped, it begins anew.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress

from sqlalchemy import Connection, insert, select, update

from inbox.alerts import alerts, counts, told_endpoints, told_troubles
from inbox.alerts.checks import Inspection
from inbox.alerts.listing import AnyAlert, standing_alerts
from inbox.domain.feed_events import ChannelUpdated, WebhookUpdated
from inbox.domain.public import Alert
from inbox.domain.shapes import decoded
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.domain.webhooks import EndpointAlert
from inbox.feed.log import FeedEvent
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault
from inbox.storage.tables import watches

log = logging.getLogger(__name__)

PAUSE: Micros = MINUTE
TURN: Micros = PAUSE // 2
"""Who looks so soon after another has nothing to do."""
UNWATCHED: Micros = 5 * MINUTE
"""Nobody looked for so long: nobody knows what was quiet."""
SKEW: Micros = MINUTE
"""So far the clocks of several machines may be apart."""
_NAME = "channels"


class Monitor:
    """``outside``: alerts are told at the operator's address, too."""

    def __init__(
        self, database: Database, now: Callable[[], Micros], *, outside: bool = False
    ) -> None:
        self._database, self._now, self._outside = database, now, outside
        self._fault = Fault(log, "channels are not watched")
        self._inspection = Inspection(database)
        self._spoke: set[str] = set()
        self._told = False
        self._woken = asyncio.Event()
        self.standing: dict[str, AnyAlert] = {}
        """Alerts that are open, muted ones too, by id; in step with the feed."""

    async def load(self) -> None:
        """For the start; from then on ``hear`` keeps ``standing`` in step."""
        self.standing = {one["id"]: one for one in await self._database.read(standing_alerts)}

    def hear(self, event: FeedEvent) -> None:
        """Whichever process raised, muted or ended it."""
        if event.type in (ChannelUpdated.type, WebhookUpdated.type):
            self._told = True
            self._woken.set()
        if event.type not in alerts.EVENTS:
            return
        alert: AnyAlert = decoded(event.payload)
        if alert["ended_at"] is None:
            self.standing[alert["id"]] = alert
        else:
            self.standing.pop(alert["id"], None)

    def needing(self) -> list[AnyAlert]:
        """Those that are open and that nobody muted, the newest first."""
        return [one for one in self._newest_first() if one["muted_at"] is None]

    def of_channels(self) -> list[Alert]:
        """Those that are open, the newest first."""
        return [one for one in self._newest_first() if one["kind"] != "switched_off"]

    def of_endpoints(self) -> list[EndpointAlert]:
        """Those that are open, the newest first."""
        return [one for one in self._newest_first() if one["kind"] == "switched_off"]

    def _newest_first(self) -> list[AnyAlert]:
        return sorted(self.standing.values(), key=lambda one: one["id"], reverse=True)

    def spoke(self, channel_ids: Collection[str]) -> None:
        """Authentic webhooks of these channels came: who was silent is so no more."""
        if self.standing and self._silent(channel_ids):
            self._spoke.update(channel_ids)
            self._woken.set()

    def _silent(self, channel_ids: Collection[str]) -> list[str]:
        return [
            one["id"]
            for one in self.standing.values()
            if one["kind"] == "silent" and one["channel"]["id"] in channel_ids
        ]

    async def run(self) -> None:
        clock = asyncio.get_running_loop().time
        # Not at once: who starts again and again has watched nothing.
        due, pruned = clock() + PAUSE / SECOND, clock()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self._end_of_silence()
                await self._follow()
                if clock() >= due:
                    due = clock() + PAUSE / SECOND
                    self._told = True
                    await self.look()
                if clock() >= pruned + HOUR / SECOND:
                    pruned = clock()
                    await self._database.write(counts.prune_slots)
            except FAULTS as fault:  # it looks again in a minute
                self._fault.met(fault)
            else:
                self._fault.over()

    async def _follow(self) -> None:
        """At once, where a channel or an endpoint may have been told of something."""
        told, self._told = self._told, False
        if not told:
            return
        now = self._now()
        try:
            if await self._database.read(told_troubles.unsettled, now):
                await self._database.write(told_troubles.follow, now, outside=self._outside)
            if await self._database.read(told_endpoints.unsettled):
                await self._database.write(told_endpoints.follow, now, outside=self._outside)
        except Exception:
            self._told = True
            raise

    async def _end_of_silence(self) -> None:
        spoke, self._spoke = self._spoke, set()
        if over := self._silent(spoke):
            try:
                await self._database.write(
                    alerts.end_alerts, over, self._now(), outside=self._outside
                )
            except Exception:
                self._spoke |= spoke  # they may say nothing more for a while
                raise

    async def look(self) -> None:
        """Raise and end what is due, unless another process has just looked."""
        now = self._now()
        since = await self._database.write(turn, now)
        if since is None:
            return
        findings, over = await self._inspection.inspect(since, now)
        if over:
            await self._database.write(alerts.end_alerts, over, now, outside=self._outside)
        for finding in findings:
            await self._database.write(alerts.raise_, finding, now, outside=self._outside)


def turn(connection: Connection, now: Micros) -> Micros | None:
    """Since when somebody has watched without a pause; None if another has just looked."""
    alerts.one_at_a_time(connection)
    mine = watches.c.name == _NAME
    row = connection.execute(select(watches).where(mine)).first()
    if row is None:
        row_of_all = {"name": _NAME, "since": now, "looked_at": now}
        connection.execute(insert(watches).values(row_of_all))
        return now
    passed = now - row.looked_at
    if -SKEW < passed < TURN:
        return None
    # Nobody looked, or the clock was set: what came meanwhile, and when, nobody knows.
    since = now if passed > UNWATCHED or passed < 0 else int(row.since)
    connection.execute(update(watches).where(mine).values(since=since, looked_at=now))
    return since
