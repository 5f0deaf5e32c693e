"""The outbox: replies wait here until the provider has answered for good.

A conversation's messages go one after another, different conversations at once. A row is
removed only together with what became of it; what may have gone out is never sent again by
itself (law 17).

Several processes may look at the same rows: ``sending.claims`` says who sends what.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from msgspec.structs import replace
from sqlalchemy import Connection

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.outgoing.brought import brings_files
from inbox.domain.outgoing.said import Said
from inbox.domain.tally import Histogram
from inbox.domain.times import SECOND, Micros
from inbox.providers.base import Ambiguous, Http, Outgoing, Refused, SendResult
from inbox.providers.registry import provider_named
from inbox.sending import claims
from inbox.sending.claims import CLAIM, Waiting
from inbox.sending.handing_over import NO_FILES, HandedOver, HandingOver, Link, OwnFiles
from inbox.sending.results import REMOVED, End, record_result
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Turn
from inbox.storage.slots import Slots

log = logging.getLogger(__name__)

LATEST_START: Micros = 15 * SECOND
"""So long a claim may have taken: after that its time is too short for a send."""

_RENEWED_SECONDS = 20.0
"""So often a claim is renewed while a file is on its way to the provider."""

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
        files: OwnFiles = NO_FILES,
        link: Link = lambda *_: None,
    ) -> None:
        super().__init__(database, now)
        self._handing_over = HandingOver(database, files, link, now)
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
        if item.tried and not await self._was_begun(item):
            await self.patiently(self.queue.release, [item.claim], self._now())
            return
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
            item, result = await self._try(item)
            self.calls.observe(perf_counter() - called)
        end = await self.patiently(record_result, item.claim, result, self._now())
        self._note(item, result, end)

    async def _was_begun(self, item: Waiting) -> bool:
        """Whether its message may have gone out: not while its file was still on the way."""
        said = item.outgoing.said
        if not brings_files(said):
            return True
        channel = self._channels().get(item.claim.lane)
        return channel is None or not await self._handing_over.never_came(channel, said)

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

    async def _try(self, item: Waiting) -> tuple[Waiting, SendResult]:
        """The item under the claim that it has then, and what came of it."""
        channel = self._channels().get(item.claim.lane)
        if channel is None:
            return item, REMOVED
        message = item.outgoing
        if not brings_files(message.said):
            return item, await self._send(channel, message)
        item, handed = await self._handed_over(item, channel, message.said)
        if isinstance(handed, Refused):
            return item, handed
        result = await self._send(channel, replace(message, said=handed.said))
        if not handed.outdated(result):
            return item, result
        await self._handing_over.forget(channel, handed)
        item, handed = await self._handed_over(item, channel, message.said)
        if isinstance(handed, Refused):
            return item, handed
        return item, await self._send(channel, replace(message, said=handed.said))

    async def _send(self, channel: Channel, message: Outgoing) -> SendResult:
        return await provider_named(channel.provider).send(self._http, channel, message)

    async def _handed_over(
        self, item: Waiting, channel: Channel, said: Said
    ) -> tuple[Waiting, HandedOver | Refused]:
        """Its files are with the provider, however long that takes: the claim is renewed."""
        work = asyncio.ensure_future(self._handing_over.hand_over(self._http, channel, said))
        try:
            while not (await asyncio.wait({work}, timeout=_RENEWED_SECONDS))[0]:
                item = await self._renewed(item)
        finally:
            work.cancel()
        return (await self._renewed(item) if self._is_late(item) else item), work.result()

    async def _renewed(self, item: Waiting) -> Waiting:
        until = self._now() + CLAIM
        await self.patiently(self.queue.hold, [item.claim], until)
        held = {**item.claim.held, "due_at": until}
        return replace(item, claim=replace(item.claim, held=held))
