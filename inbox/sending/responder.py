"""Answers by itself where a channel wants that, once what came in is applied.

What is to be looked at is noted in the transaction that applies it, so nothing is forgotten.
Several processes may look: whoever comes first does it, under the conversation's lock.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from inbox.domain.channels import Channel
from inbox.domain.feed_events import MessageNew
from inbox.domain.times import Micros
from inbox.feed.log import FeedEvent
from inbox.sending import automatic
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault
from inbox.surprises import Surprises

log = logging.getLogger(__name__)

MOST: Final = 100
"""At once; the next follow without a rest."""
REST_SECONDS: Final = 1.0
GATHER_SECONDS: Final = 0.5
"""What a customer sends so soon after a message is answered with it."""

Channels = Mapping[str, Channel]


class Responder:
    """``said``: called when something came into the outbox."""

    def __init__(
        self,
        database: Database,
        channels: Callable[[], Channels],
        now: Callable[[], Micros],
        said: Callable[[], None],
    ) -> None:
        self._database, self._channels, self._now, self._said = database, channels, now, said
        self._new = asyncio.Event()
        self._fault = Fault(log, "automatic messages wait")
        self._surprises = Surprises(log, "an automatic message is not sent")

    @property
    def fault(self) -> str | None:
        return self._fault.reason or self._surprises.reason

    def hear(self, event: FeedEvent) -> None:
        if event.type == MessageNew.type and any(
            channel.automatic for channel in self._channels().values()
        ):
            self._new.set()

    async def run(self) -> None:
        while True:
            try:
                more = await self._look()
            except FAULTS as fault:
                self._fault.met(fault)
                await asyncio.sleep(REST_SECONDS)
                continue
            self._fault.over()
            if not more:
                await self._new.wait()
                await asyncio.sleep(GATHER_SECONDS)
                self._new.clear()

    async def _look(self) -> bool:
        """Whether there was as much as is done at once."""
        found = await self._database.read(automatic.to_speak_in, MOST)
        for conversation_id in found:
            await self._answer(conversation_id)
        return len(found) >= MOST

    async def _answer(self, conversation_id: str) -> None:
        about = conversation_id, self._channels(), self._now()
        try:
            if await self._database.write(automatic.say_by_itself, *about):
                self._said()
        except FAULTS:
            raise
        except Exception as mistake:
            self._surprises.met(mistake, conversation_id=conversation_id)
            await self._database.write(automatic.stay_silent, conversation_id)
