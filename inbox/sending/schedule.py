"""Sees when it is time for what is to be sent later: by the clock, or as the customer has written.

It rests until the first is due, however many wait, and hears the log for the rest. Several
processes may: whoever comes first does it, under the conversation's lock. What came while none was
there is found as one begins.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from sqlalchemy import Connection

from inbox.domain.feed_events import ConversationMerged, MergedConversation, MessageNew
from inbox.domain.feed_events import MessageUpdated as Updated
from inbox.domain.public import Message
from inbox.domain.shapes import decoded
from inbox.domain.status import NOT_YET
from inbox.domain.times import SECOND, Micros
from inbox.feed.log import FeedEvent
from inbox.feed.news import CHANNEL
from inbox.sending import later
from inbox.storage.database import FAULTS, Database
from inbox.storage.faults import Fault

log = logging.getLogger(__name__)

MOST: Final = 100
"""At once; the next follow without a rest."""
MOST_HEARD: Final = 1_000
REST_SECONDS: Final = 1.0
LONGEST_SECONDS: Final = 60.0
"""So long at most for a time that is to come: clocks are set, and machines sleep."""
GATHER_SECONDS: Final = 0.2
"""What comes so soon after a message is looked at with it."""


class Heard(NamedTuple):
    """In which conversations. ``missed``: look also for what nobody heard of."""

    conversations: list[str]
    missed: bool


class Schedule:
    """``released``: called when something came into the outbox."""

    def __init__(
        self, database: Database, now: Callable[[], Micros], released: Callable[[], None]
    ) -> None:
        self._database, self._now, self._released = database, now, released
        self._heard: set[str] = set()
        self._new = asyncio.Event()
        self._missed = True
        self._fault = Fault(log, "what is to be sent later waits")

    @property
    def fault(self) -> str | None:
        return self._fault.reason

    def hear(self, event: FeedEvent) -> None:
        match event.type:
            case MessageNew.type if event.conversation_id:
                self._heard.add(event.conversation_id)
            case ConversationMerged.type:
                gone: MergedConversation = decoded(event.payload)
                self._heard.add(gone["into"])
            case Updated.type:
                message: Message = decoded(event.payload)
                if message.get("status") not in NOT_YET:
                    return
            case other if other == CHANNEL:
                self._missed = True
            case _:
                return
        self._new.set()

    def wake(self) -> None:
        """Something else is to be sent later, or sooner."""
        self._new.set()

    async def run(self) -> None:
        while True:
            try:
                more = await self._look()
                next_at = None if more else await self._database.read(later.next_due)
            except FAULTS as fault:
                self._fault.met(fault)
                await asyncio.sleep(REST_SECONDS)
                continue
            self._fault.over()
            if not more:
                await self._rest(next_at)

    async def _look(self) -> bool:
        """Whether there was as much as is done at once."""
        heard = sorted(self._heard)[:MOST_HEARD]
        self._heard.difference_update(heard)
        left = bool(self._heard)  # what is heard from here on is gathered first
        told, self._missed = Heard(heard, self._missed), False
        try:
            found = await self._database.read(_found, told, self._now())
            for message_id in found:
                if await self._database.write(later.do_turn, message_id, self._now()) == "go":
                    self._released()
        except FAULTS:
            self._heard.update(heard)
            self._missed = True
            raise
        more = len(found) >= MOST
        self._missed = self._missed or (told.missed and more)
        return more or left

    async def _rest(self, next_at: Micros | None) -> None:
        seconds = None
        if next_at is not None:
            seconds = min(LONGEST_SECONDS, max(0.05, (next_at - self._now()) / SECOND))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._new.wait()
                await asyncio.sleep(GATHER_SECONDS)
        self._new.clear()


def _found(connection: Connection, told: Heard, now: Micros) -> list[str]:
    found = later.due(connection, now, MOST)
    if told.conversations:
        found += later.touched(connection, told.conversations)
    if told.missed:
        found += later.missed(connection, now, MOST)
    return list(dict.fromkeys(found))
