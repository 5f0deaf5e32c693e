"""Tells endpoints what happens, in its order. The log itself is what waits to be told.

An event is committed with the change that caused it, and each endpoint has a number up to which
it was told. One process at a time has an endpoint: it reads what is after that number, posts it,
and writes what came of it in one transaction with the new number. Who dies in the middle leaves
the number as it was, and what is posted twice has the same ``webhook-id``. What was not taken
becomes a row that waits (``retrier.py``), so that one that nobody can take holds up none.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple, cast

from sqlalchemy import Connection, RowMapping, and_, exists, select, update

from inbox.domain.times import SECOND, Micros
from inbox.feed.log import HEAD, FeedEvent, page_of_events
from inbox.feed.places import Places
from inbox.forwarding.bodies import event_body, webhook_id
from inbox.forwarding.hearing import Hearing
from inbox.forwarding.pace import Pace
from inbox.forwarding.rows import EndpointColumns
from inbox.forwarding.settling import Advance, TriedEvent, settle_told
from inbox.forwarding.standing import note_missed
from inbox.forwarding.trying import Receivers, attempt
from inbox.forwarding.waits import LONGEST
from inbox.storage.database import FAULTS, Database
from inbox.storage.drain import Drain
from inbox.storage.queue import AT_ONCE, Claim, Queue, Turn
from inbox.storage.secrets import Sealer
from inbox.storage.slots import Slots
from inbox.storage.tables import webhook_endpoints

log = logging.getLogger(__name__)

PAGE: Final = 100
SPELL_SECONDS: Final = 1.0
"""So long it posts before it writes down how far it came."""
GATHER_SECONDS: Final = 0.05
ASKED_SECONDS: Final = 1.0
"""So often it asks, while much happens, whether anybody still hears it."""

_endpoint = webhook_endpoints.c
QUEUE: Final = Queue(
    webhook_endpoints,
    longest=LONGEST,
    first=and_(_endpoint.active, _endpoint.seq < HEAD.scalar_subquery()),
)


class Behind(NamedTuple):
    """An endpoint that has not heard all."""

    claim: Claim
    row: EndpointColumns


class Forwarder(Drain[Behind]):
    """``api``: where links in bodies begin. Each endpoint has a slot of its own."""

    queue, claimed_for = QUEUE, 30 * SECOND
    slots = Slots(total=100, each=100)
    waits, idle_seconds = "webhooks are not posted", 5.0

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        receivers: Receivers,
        places: Places,
        pace: Pace,
        api: str,
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self._sealer, self._receivers, self._places = sealer, receivers, places
        self._pace, self._api = pace, api
        self._some, self._stirred = True, False
        self._asked_at = 0.0
        self.ends: Counter[str] = Counter()
        """Posts by what came of them: delivered, failed."""

    async def run(self) -> None:
        if not self._database.shared:  # alone on its database: who was at it is dead
            await self.patiently(free_all)
        await super().run()

    def hear(self, _event: FeedEvent) -> None:
        """Something happened: soon there is more to tell."""
        if self._some and not self._stirred:
            self._stirred = True
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._stir)

    def _stir(self) -> None:
        self._stirred = False
        self.wake()

    async def can_begin(self) -> bool:
        clock = asyncio.get_running_loop().time()
        if not self._some or clock - self._asked_at >= ASKED_SECONDS:
            self._some = await self._database.read(anybody_hears)
            self._asked_at = clock
        return self._some

    def claim(self, connection: Connection, turn: Turn) -> Sequence[Behind]:
        rows = QUEUE.claim(connection, turn, select(webhook_endpoints).order_by(_endpoint.id))
        return [_behind(row, turn.until) for row in rows]

    async def work(self, item: Behind) -> None:
        since = item.row["seq"]
        try:
            begins, events = await self._database.read(page_of_events, since, PAGE)
            if begins > since:
                await self._database.write(note_missed, item.row, begins)
                since = begins
            heard = await self._heard(item.row, events)
        except FAULTS as fault:
            self._fault.met(fault)
            await self.patiently(QUEUE.release, [item.claim], self._now())
            return
        told, stopped_at = await self._tell(item.row, heard)
        newest = events[-1].seq if events else since
        reached = newest if stopped_at is None else stopped_at
        advance = Advance(since, reached, item.row["replays"])
        await self.patiently(settle_told, QUEUE, item.claim, advance, told, self._now())

    async def _heard(self, row: EndpointColumns, events: Sequence[FeedEvent]) -> list[FeedEvent]:
        hearing = Hearing.of(row)
        if unknown := hearing.unplaced(events, self._places):
            await self._places.learn(self._database, unknown)
        return [event for event in events if hearing.hears(event, self._places)]

    async def _tell(
        self, row: EndpointColumns, events: Sequence[FeedEvent]
    ) -> tuple[list[TriedEvent], int | None]:
        """What was told, and after which event it stopped; None: all was."""
        clock = asyncio.get_running_loop().time
        until = clock() + SPELL_SECONDS
        told: list[TriedEvent] = []
        for some in _portions(events, row["concurrency"]):
            new = await asyncio.gather(*(self._post(row, event) for event in some))
            told += new
            done = len(told) == len(events)
            if not done and (clock() >= until or not all(one.outcome.taken for one in new)):
                return told, some[-1].seq
        return told, None

    async def _post(self, row: EndpointColumns, event: FeedEvent) -> TriedEvent:
        await self._pace.turn()
        body = event_body(event, self._api)
        named = webhook_id(row["id"], event.seq, event.at)
        outcome = await attempt(self._receivers, self._sealer, row, named, body, self._now)
        self.ends["delivered" if outcome.taken else "failed"] += 1
        return TriedEvent(event, body, outcome)


def _behind(row: RowMapping, until: Micros) -> Behind:
    known = cast("EndpointColumns", dict(row))
    return Behind(Claim((known["id"],), "", {"due_at": until}, known["attempts"]), known)


def _portions(events: Iterable[FeedEvent], size: int) -> Iterator[list[FeedEvent]]:
    rest = iter(events)
    while some := list(islice(rest, size)):
        yield some


def anybody_hears(connection: Connection) -> bool:
    return bool(connection.scalar(select(exists().where(_endpoint.active))))


def free_all(connection: Connection) -> None:
    """End every claim; what rests goes on resting."""
    held = _endpoint.due_at.is_distinct_from(_endpoint.shut_until)
    connection.execute(update(webhook_endpoints).where(held).values(due_at=AT_ONCE))
