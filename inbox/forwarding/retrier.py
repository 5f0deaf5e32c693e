"""Posts what was not taken once more, and what somebody asks for: tests and replays."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, cast

from sqlalchemy import Connection, exists, or_, select

from inbox.domain.errors import Missing
from inbox.domain.times import SECOND, Micros
from inbox.domain.webhooks import TEST_TYPE
from inbox.feed.log import FeedEvent
from inbox.forwarding.bodies import body_of
from inbox.forwarding.endpoints import row_of_now
from inbox.forwarding.pace import Pace
from inbox.forwarding.rows import DeliveryColumns, EndpointColumns
from inbox.forwarding.settling import TriedEvent, settle_again
from inbox.forwarding.trying import Receivers, attempt
from inbox.forwarding.waits import LONGEST
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Claim, Queue, Turn
from inbox.storage.secrets import Sealer
from inbox.storage.slots import Slots
from inbox.storage.tables import webhook_deliveries, webhook_endpoints

_delivery, _endpoint = webhook_deliveries.c, webhook_endpoints.c
_HEARS: Final = exists(
    select(_endpoint.id).where(_endpoint.id == _delivery.endpoint_id, _endpoint.active)
)
QUEUE: Final = Queue(
    webhook_deliveries,
    longest=LONGEST,
    lane=_delivery.endpoint_id,
    first=or_(_delivery.type == TEST_TYPE, _HEARS),
    shut_until=_endpoint.shut_until,
)


class Again(NamedTuple):
    """``body`` None: its event is no longer kept."""

    claim: Claim
    row: DeliveryColumns
    endpoint: EndpointColumns
    body: bytes | None


class Retrier(Drain[Again]):
    """One at a time to each endpoint, beside what is new there."""

    queue, claimed_for = QUEUE, 30 * SECOND
    slots = Slots(total=8, each=1)
    waits, idle_seconds = "webhooks are not tried again", 2.0

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        receivers: Receivers,
        pace: Pace,
        api: str,
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self._sealer, self._receivers, self._pace, self._api = sealer, receivers, pace, api
        self.ends: Counter[str] = Counter()

    def claim(self, connection: Connection, turn: Turn) -> Sequence[Again]:
        query = select(webhook_deliveries).order_by(_delivery.due_at, _delivery.seq)
        found = []
        for row in QUEUE.claim(connection, turn, query):
            known = cast("DeliveryColumns", dict(row))
            lane = known["endpoint_id"]
            claim = Claim((known["id"],), lane, {"due_at": turn.until}, known["attempts"])
            endpoint = row_of_now(connection, lane)
            found.append(Again(claim, known, endpoint, body_of(connection, known, self._api)))
        return found

    async def work(self, item: Again) -> None:
        told = None if item.body is None else await self._post(item, item.body)
        try:
            await self.patiently(settle_again, item.claim, item.row, told, self._now())
        except Missing:  # the endpoint was removed meanwhile, and its deliveries with it
            return

    async def _post(self, item: Again, body: bytes) -> TriedEvent:
        await self._pace.turn()
        row = item.row
        outcome = await attempt(
            self._receivers, self._sealer, item.endpoint, row["id"], body, self._now
        )
        event = FeedEvent(row["seq"] or 0, row["type"], row["event_at"], "", None, None, "")
        self.ends["delivered" if outcome.taken else "failed"] += 1
        return TriedEvent(event, body, outcome)
