"""The relay: tells the other processes, through Redis, that the log grew.

A message is the newest seq: the log has the truth, and a hub that hears nothing looks there
every second by itself. So Redis may lose what it likes, stop and come back; what it saves is
waiting. What is in no log, as who is viewing what, is said beside it: all of it, each time, and
again before long, so that may be lost as well. A beat that must come back to its sender proves
the way there and the way back, also through a firewall that has silently forgotten us.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from inbox.storage.faults import Fault
from inbox.supervisor import end_tasks, was_told_to_end

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
SILENCE_SECONDS = 12.0
"""So long without one beat, our own included: the connection is dead."""
CONNECT_SECONDS = 3.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
END_SECONDS = 0.5
"""Who has not ended by then, once told to, is told again."""


class Relay:
    """``name``: the same for all processes of one inbox, another for other inboxes.

    ``head`` gives this process's newest seq; ``hear`` is called with others'.
    """

    def __init__(
        self, url: str, name: str, head: Callable[[], int], hear: Callable[[int], None]
    ) -> None:
        self._url, self._name = url, name
        self._head, self._hear = head, hear
        self._grown = asyncio.Event()
        self._heard = 0
        self._passing: str | None = None
        self.on_passing: Callable[[str], None] = lambda _: None
        """Called with what others say that is in no log, and with our own words."""
        self.connected = False
        """Whether a beat has come back since we last had to connect."""
        self._fault = Fault(log, "other processes' news is up to a second late")

    @property
    def fault(self) -> str | None:
        """Why others hear of us late; None while all is well."""
        return self._fault.reason

    def grew(self) -> None:
        """Say that this process has read something new; it returns at once."""
        self._grown.set()

    async def tell(self, passing: str) -> None:
        """Say what is in no log: soon, or never, if there is something newer by then."""
        self._passing = passing
        self._grown.set()

    async def run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            self._heard, self.connected = 0, False
            try:
                await self._talk()
            except (RedisError, OSError) as fault:
                if was_told_to_end():  # and the connection failed while it was closed
                    raise asyncio.CancelledError from fault
                self._fault.met(fault, f"Redis does not answer ({type(fault).__name__})")
            pause = FIRST_PAUSE if self.connected else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _talk(self) -> None:
        redis = Redis.from_url(
            self._url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=CONNECT_SECONDS,
            retry=Retry(NoBackoff(), 0),  # trying again is ours
        )
        async with redis, redis.pubsub(ignore_subscribe_messages=True) as ear:
            await ear.subscribe(self._name)
            await _until_one_fails(self._speak(redis), self._listen(ear))

    async def _speak(self, redis: Redis) -> None:
        while True:
            self._grown.clear()
            await redis.publish(self._name, self._head())
            passing, self._passing = self._passing, None
            if passing is not None:
                await redis.publish(self._name, passing)
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._news()

    async def _news(self) -> None:
        """Until we know more than we heard: what another has said need not be repeated."""
        while True:
            await self._grown.wait()
            if self._head() > self._heard or self._passing is not None:
                return
            self._grown.clear()

    async def _listen(self, ear: PubSub) -> None:
        while True:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await ear.get_message(timeout=None)
            if message is None:
                continue  # that we are subscribed
            self._recover()
            said = str(message["data"], "utf-8", "replace")
            if not said.isdecimal():  # anybody may publish there
                self.on_passing(said)
                continue
            self._heard = max(self._heard, int(said))
            self._hear(self._heard)

    def _recover(self) -> None:
        self.connected = True
        self._fault.over()


async def _until_one_fails(*works: Coroutine[Any, Any, None]) -> None:
    """Do all at once, and end all when one ends.

    A task group would lose a cancellation that comes together with an error, and before Python 3.13
    leaves its own behind on the task.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await end_tasks(*tasks, patience=END_SECONDS)
