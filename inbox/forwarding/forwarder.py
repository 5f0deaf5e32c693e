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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple, cast

from msgspec import Struct, field
from sqlalchemy import Connection, and_, select, update

from inbox.domain.shapes import decoded
from inbox.domain.times import SECOND, Micros
from inbox.feed.hub import Hub
from inbox.feed.log import HEAD, FeedEvent, fills_a_page, page_of_events
from inbox.forwarding.bodies import event_body, webhook_id
from inbox.forwarding.hearing import Hearing, heard_types
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

PAGE: Final = 500
FIRST_PAGE: Final = 50
"""So many are read at first, and more where hardly any of them is heard: what is read and not told
before the spell is over is read again."""
SPELL_SECONDS: Final = 1.0
"""So long it posts before it writes down how far it came."""
ASKED_SECONDS: Final = 1.0
"""So often it asks, while much happens, what is heard of it."""

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


class _Spell(Struct):
    """One turn of an endpoint, which was told all between ``since`` and ``seq``."""

    row: EndpointColumns
    until: float
    page: int
    since: int = 0
    seq: int = 0
    told: list[TriedEvent] = field(default_factory=list)
    goes_on: bool = True

    def __post_init__(self) -> None:
        self.since = self.seq = self.row["seq"]


class Forwarder(Drain[Behind]):
    """``api``: where links in bodies begin. Each endpoint has a slot of its own."""

    queue, claimed_for = QUEUE, 30 * SECOND
    slots = Slots(total=100, each=100)
    waits, idle_seconds, apart_seconds = "webhooks are not posted", 5.0, 0.25
    # Where a thousand things happen in a second, the end of one spell would begin the next, for
    # the one thing that happened meanwhile: hundreds of transactions that tell nobody anything.

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        receivers: Receivers,
        hub: Hub,
        pace: Pace,
        api: str,
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self._sealer, self._receivers, self._hub = sealer, receivers, hub
        self._pace, self._api = pace, api
        self._wanted: frozenset[str] = frozenset()
        """The types that anybody hears."""
        self._asked_at = -ASKED_SECONDS
        self.ends: Counter[str] = Counter()
        """Posts by what came of them: delivered, failed."""

    async def run(self) -> None:
        if not self._database.shared:  # alone on its database: who was at it is dead
            await self.patiently(free_all)
        await super().run()

    def hear(self, event: FeedEvent) -> None:
        """Something happened: there is more to tell, if anybody hears such."""
        if event.type in self._wanted:
            self._new.set()

    def wake(self) -> None:
        """An endpoint was changed."""
        self._asked_at = -ASKED_SECONDS
        super().wake()

    async def can_begin(self) -> bool:
        clock = asyncio.get_running_loop().time()
        if not self._wanted or clock - self._asked_at >= ASKED_SECONDS:
            self._asked_at = clock  # before it is asked: what is changed meanwhile is asked for
            self._wanted = await self._database.read(heard_by_any)
        return bool(self._wanted)

    def claim(self, connection: Connection, turn: Turn) -> Sequence[Behind]:
        rows = QUEUE.claim(connection, turn, select(webhook_endpoints).order_by(_endpoint.id))
        return [_behind(row, turn.until) for row in rows]

    async def work(self, item: Behind) -> None:
        spell = _Spell(item.row, asyncio.get_running_loop().time() + SPELL_SECONDS, FIRST_PAGE)
        try:
            while spell.goes_on:
                events = await self._next(spell)
                await self._tell(spell, events, await self._heard(item.row, events))
        except FAULTS as fault:
            self._fault.met(fault)
            if spell.seq == spell.since:
                await self.patiently(QUEUE.release, [item.claim], self._now())
                return
        advance = Advance(spell.since, spell.seq, item.row["replays"])
        await self.patiently(settle_told, QUEUE, item.claim, advance, spell.told, self._now())

    async def _next(self, spell: "_Spell") -> Sequence[FeedEvent]:
        """A page of what it has not been told; what happened lately need not be read."""
        ring = self._hub.ring
        if ring.holds(spell.seq) and ring.head > spell.seq:
            await asyncio.sleep(0)  # others have their turn between pages
            return [one.event for one in ring.after(spell.seq)[: spell.page]]
        begins, events = await self._database.read(page_of_events, spell.seq, spell.page)
        if begins > spell.seq:
            if spell.seq > spell.since:
                return []  # what was told is written down first
            await self._database.write(note_missed, spell.row, begins)
            spell.since = spell.seq = begins
        return events

    async def _heard(self, row: EndpointColumns, events: Sequence[FeedEvent]) -> list[FeedEvent]:
        hearing, places = Hearing.of(row), self._hub.places
        if unknown := hearing.unplaced(events, places):
            await places.learn(self._database, unknown)
        return [event for event in events if hearing.hears(event, places)]

    async def _tell(
        self, spell: "_Spell", events: Sequence[FeedEvent], heard: Sequence[FeedEvent]
    ) -> None:
        """Those that are heard of these, until the spell is over or one is not taken."""
        clock = asyncio.get_running_loop().time
        for some in _portions(heard, spell.row["concurrency"]):
            new = await asyncio.gather(*(self._post(spell.row, event) for event in some))
            spell.told += new
            spell.seq = some[-1].seq
            taken = all(one.outcome.taken for one in new)
            if some[-1] is not heard[-1] and not (taken and clock() < spell.until):
                spell.goes_on = False
                return
            spell.goes_on = taken
        if events:
            spell.seq = events[-1].seq
        spell.goes_on &= fills_a_page(events, spell.page) and clock() < spell.until
        if len(heard) * 4 < len(events):
            spell.page = min(PAGE, 2 * spell.page)

    async def _post(self, row: EndpointColumns, event: FeedEvent) -> TriedEvent:
        await self._pace.turn()
        body = event_body(event, self._api)
        named = webhook_id(row["id"], event.seq, event.at)
        outcome = await attempt(self._receivers, self._sealer, row, named, body, self._now)
        self.ends["delivered" if outcome.taken else "failed"] += 1
        return TriedEvent(event, body, outcome)


def _behind(row: Mapping[str, Any], until: Micros) -> Behind:
    known = cast("EndpointColumns", dict(row))
    return Behind(Claim((known["id"],), "", {"due_at": until}, known["attempts"]), known)


def _portions(events: Iterable[FeedEvent], size: int) -> Iterator[list[FeedEvent]]:
    rest = iter(events)
    while some := list(islice(rest, size)):
        yield some


def heard_by_any(connection: Connection) -> frozenset[str]:
    """The types that are heard by any endpoint."""
    wishes = connection.execute(select(_endpoint.events).where(_endpoint.active).distinct())
    return frozenset().union(*(heard_types(decoded(events)) for (events,) in wishes))


def free_all(connection: Connection) -> None:
    """End every claim; what rests goes on resting."""
    held = _endpoint.due_at.is_distinct_from(_endpoint.shut_until)
    connection.execute(update(webhook_endpoints).where(held).values(due_at=AT_ONCE))
