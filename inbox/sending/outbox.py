"""The outbox: replies wait here until the provider has answered for good.

A conversation's messages go one after another, different conversations at once. A row is
removed only together with what became of it; what may have gone out is never sent again by
itself (law 17).

Several processes may look at the same rows: ``sending.claims`` says who sends what.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from sqlalchemy import Connection

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.tally import Histogram
from inbox.domain.times import SECOND, Micros
from inbox.providers.base import Ambiguous, Http, Refused, SendResult
from inbox.providers.registry import provider_named
from inbox.sending import claims
from inbox.sending.claims import CLAIM, Waiting
from inbox.sending.results import End, record_result
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Turn
from inbox.storage.slots import Slots

log = logging.getLogger(__name__)

LATEST_START: Micros = 15 * SECOND
"""So long a claim may have taken: after that its time is too short for a send."""

Channels = Mapping[str, Channel]


class Outbox(Drain[Waiting]):
    """Sends what waits."""

    queue, claimed_for = claims.QUEUE, CLAIM
    slots = Slots(total=10, each=8)
    waits, idle_seconds = "the outbox waits", 1.0

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Channels],
        http: Http,
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self._channels, self._http = channels, http
        self.ends: Counter[str] = Counter()
        """Tries by what came of them: accepted, postponed, failed, ambiguous."""
        self.read: Callable[[], None] = lambda: None
        """Called when an answer went out that tells its customer that they were read."""
        self.calls = Histogram()
        """Seconds that providers took to answer."""

    def claim(self, connection: Connection, turn: Turn) -> Sequence[Waiting]:
        return claims.claim(connection, turn)

    async def work(self, item: Waiting) -> None:
        """One try."""
        if item.tried:
            result: SendResult = Ambiguous(
                N_("The server stopped while this was being sent"),
                N_("It may have reached the customer. Ask, or press Retry to send it again."),
            )
        elif self._is_late(item) or self._is_paused(item):
            await self.patiently(self.queue.release, [item.claim], self._now())
            return
        else:
            called = perf_counter()
            result = await self._try(item)
            self.calls.observe(perf_counter() - called)
        end = await self.patiently(record_result, item.claim, result, self._now())
        self._note(item, result, end)

    def _is_late(self, item: Waiting) -> bool:
        return self._now() > int(item.claim.held["due_at"]) - CLAIM + LATEST_START

    def _is_paused(self, item: Waiting) -> bool:
        """Since it was claimed: from then on nothing of that channel is."""
        channel = self._channels().get(item.claim.lane)
        return channel is not None and channel.state == "paused"

    def _note(self, item: Waiting, result: SendResult, end: End) -> None:
        """Count it, and leave a line for what went wrong: ids and codes, never what was said."""
        claim = item.claim
        facts: dict[str, object] = {"message_id": claim.key[0], "channel_id": claim.lane}
        self.ends[end] += 1
        code = result.code if isinstance(result, Refused) else None
        match end:
            case "accepted":
                channel = self._channels().get(claim.lane)
                if channel is not None and channel.read_receipts == "replied":
                    self.read()
            case "postponed":
                log.info(
                    "send postponed", extra=facts | {"code": code, "tries": claim.attempts + 1}
                )
            case "failed":
                log.warning("send failed", extra=facts | {"code": code})
            case "ambiguous":
                log.warning("send ambiguous", extra=facts)

    async def _try(self, item: Waiting) -> SendResult:
        channel = self._channels().get(item.claim.lane)
        if channel is None:
            return Refused(
                N_("Its channel was removed"), N_("Connect the number again in Settings.")
            )
        return await provider_named(channel.provider).send(self._http, channel, item.outgoing)
