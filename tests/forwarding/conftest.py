"""A database, programs that are told what happens in it, and who tells them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from inbox import clients
from inbox.domain.feed_events import LabelsUpdated, NewEvent
from inbox.domain.times import MINUTE, Micros, now
from inbox.domain.webhooks import Delivery, Endpoint
from inbox.feed.hub import Hub
from inbox.feed.log import append
from inbox.forwarding import deliveries, endpoints
from inbox.forwarding.forwarder import Forwarder
from inbox.forwarding.pace import Pace
from inbox.forwarding.retrier import Retrier
from inbox.media.posting_process import program_poster
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from tests.support.webhook_receiver import WebhookReceiver

SEALER = Sealer(b"a key for tests that is long enough")
API = "https://inbox.example/api/v1/"


class Shop:
    """``clock``: what time it is, which moves only when it is told to."""

    def __init__(self, database: Database, receiver: WebhookReceiver) -> None:
        self.database, self.receiver = database, receiver
        self.news = asyncio.Event()
        self.clock: Micros = now()

    def now(self) -> Micros:
        return self.clock

    async def endpoint(self, path: str, **wishes: Any) -> Endpoint:
        made: Any = {"url": self.receiver.url + path, "events": ["labels:updated"], **wishes}
        found, self.receiver.secrets[path] = await self.database.write(
            endpoints.add, SEALER, made, self.clock, private=True
        )
        return found

    async def switch(self, endpoint: Endpoint, *, on: bool) -> None:
        wishes: endpoints.Wishes = {"active": on}
        await self.database.write(
            endpoints.change, SEALER, endpoint["id"], wishes, self.clock, private=True
        )

    async def happens(self, *events: NewEvent, number: int = 1) -> None:
        told = events or (LabelsUpdated({"labels": []}),) * number
        await self.database.write(append, told, self.clock)

    async def standing(self, endpoint: Endpoint) -> Endpoint:
        return await self.database.read(endpoints.by_id, endpoint["id"])

    async def deliveries(self, endpoint: Endpoint) -> list[Delivery]:
        page = await self.database.read(deliveries.listing, endpoint["id"])
        return sorted(page.deliveries, key=lambda one: one["seq"] or 0)

    @asynccontextmanager
    async def telling(self, private: bool = True) -> AsyncIterator[tuple[Forwarder, Retrier]]:
        """A process that tells endpoints."""
        # In this process: that a process of its own posts is a law in tests/media.
        there = clients.OtherPrograms(program_poster(private=private))
        pace, hub = Pace(0), Hub(self.database, lambda _: "")
        forwarder = Forwarder(self.database, SEALER, there, hub, pace, API, self.now)
        retrier = Retrier(self.database, SEALER, there, pace, API, self.now)
        running = [asyncio.create_task(one.run()) for one in (forwarder, retrier)]
        try:
            yield forwarder, retrier
        finally:
            await forwarder.close()
            await retrier.close()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await there.close()

    async def tell(self, until: Any, private: bool = True) -> None:
        """Until it is so: looked at again whenever something was written or posted."""
        self.receiver.drifts = abs(self.clock - now()) > MINUTE
        async with self.telling(private) as parts, asyncio.timeout(30):
            while not await until():
                for part in parts:
                    part.wake()
                await self.news.wait()
                self.news.clear()

    async def got(self, number: int) -> None:
        """So many posts have come."""
        async with asyncio.timeout(30):
            while len(self.receiver.got) < number:
                await self.news.wait()
                self.news.clear()

    async def told_all(self, endpoint: Endpoint, *states: str, private: bool = True) -> None:
        """Tell until its deliveries are so, in their order."""

        async def so() -> bool:
            return [one["state"] for one in await self.deliveries(endpoint)] == [*states]

        await self.tell(so, private)


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as made:
        yield made


@pytest.fixture
async def shop(
    database: Database, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> Shop:
    made, loop, write = Shop(database, receiver), asyncio.get_running_loop(), database.write

    async def written(*args: Any, **kwargs: Any) -> Any:
        try:
            return await write(*args, **kwargs)
        finally:
            made.news.set()

    monkeypatch.setattr(database, "write", written)
    receiver.on_post = lambda: loop.call_soon_threadsafe(made.news.set)
    return made
