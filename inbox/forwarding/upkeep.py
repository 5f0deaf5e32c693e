"""Keeps the log of deliveries bounded, and knows how the endpoints are."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, select

from inbox.domain.times import DAY, HOUR, MINUTE, SECOND, Micros
from inbox.domain.webhooks import DeliveryState
from inbox.forwarding.deliveries import backlogs
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault
from inbox.storage.tables import webhook_deliveries, webhook_endpoints

log = logging.getLogger(__name__)

KEPT: Final[Micros] = 7 * DAY
FAILED_KEPT: Final[Micros] = 30 * DAY
MOST_KEPT: Final = 2_000
MOST_FAILED: Final = 10_000
"""Of one endpoint and state, beside the times."""
_BOUNDS: Final[Sequence[tuple[DeliveryState, Micros, int]]] = (
    ("delivered", KEPT, MOST_KEPT),
    ("cancelled", KEPT, MOST_KEPT),
    ("failed", FAILED_KEPT, MOST_FAILED),
)
AT_ONCE: Final = 1_000
PAUSE: Final[Micros] = MINUTE

_delivery, _endpoint = webhook_deliveries.c, webhook_endpoints.c


class EndpointsNow(NamedTuple):
    """Of all endpoints together. ``ended``: switched off by themselves."""

    endpoints: int = 0
    ended: int = 0
    waiting: int = 0
    failed: int = 0
    behind: int = 0
    oldest_at: Micros | None = None


class Upkeep:
    """``now_known``: as of the last minute."""

    def __init__(self, database: Database, now: Callable[[], Micros]) -> None:
        self._database, self._now = database, now
        self._fault = Fault(log, "old deliveries of webhooks are not deleted")
        self.now_known = EndpointsNow()

    @property
    def fault(self) -> str | None:
        """Which admins are to look after."""
        if number := self.now_known.ended:
            return f"{number} switched off by themselves: they took nothing"
        return None

    async def run(self) -> None:
        clock = asyncio.get_running_loop().time
        pruned: float | None = None
        while True:
            try:
                self.now_known = await self._database.read(endpoints_now)
                if pruned is None or clock() > pruned + HOUR / SECOND:
                    pruned = clock()
                    while await self._database.write(prune_deliveries, self._now()) >= AT_ONCE:
                        pass
                self._fault.over()
            except FAULTS as fault:
                self._fault.met(fault)
            await asyncio.sleep(PAUSE / SECOND)


def endpoints_now(connection: Connection) -> EndpointsNow:
    known = backlogs(connection).values()
    ended = select(func.count()).where(_endpoint.ended_at.is_not(None))
    oldest = select(func.min(_delivery.event_at)).where(_delivery.due_at.is_not(None))
    return EndpointsNow(
        len(known),
        connection.scalar(ended) or 0,
        sum(one["waiting"] for one in known),
        sum(one["failed"] for one in known),
        max((one["behind"] for one in known), default=0),
        connection.scalar(oldest),
    )


def prune_deliveries(connection: Connection, now: Micros) -> int:
    """Forget some of what is done and old, or too many; how many. What waits is kept.

    By the one index of an endpoint's states: rows, of which there may be half a million, would be
    read through in a transaction in which no webhook can be stored.
    """
    gone: set[str] = set()
    for endpoint_id in connection.execute(select(_endpoint.id)).scalars().all():
        for state, kept, most in _BOUNDS:
            mine = (_delivery.endpoint_id == endpoint_id) & (_delivery.state == state)
            old = mine & (_delivery.at < now - kept)
            gone |= _beyond(connection, old, 0, AT_ONCE - len(gone))
            gone |= _beyond(connection, mine, most, AT_ONCE - len(gone))
    if gone:
        connection.execute(delete(webhook_deliveries).where(_delivery.id.in_(gone)))
    return len(gone)


def _beyond(connection: Connection, which: ColumnElement[bool], most: int, limit: int) -> set[str]:
    if limit <= 0:
        return set()
    newest = select(_delivery.id).where(which).order_by(_delivery.at.desc(), _delivery.id.desc())
    return set(connection.execute(newest.offset(most).limit(limit)).scalars())
