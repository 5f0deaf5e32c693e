"""A number of Meta's whose account has templates, and who reads them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import count

import httpx
import pytest

from inbox.channels import store as channel_store
from inbox.domain.channels import Channel
from inbox.domain.public import MessageTemplate
from inbox.domain.templates.samples import HeaderSample
from inbox.domain.times import iso
from inbox.providers.templates import SampleFile
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.templates import store, syncs
from inbox.templates.store import Wanted
from inbox.templates.syncing import Syncer
from tests.support.fake_graph import TOKEN, FakeGraph
from tests.support.graph.templates import Definition

NOW = 1_750_000_000_000_000
SEALER = Sealer(b"k" * 40)
_accounts = map(str, count(109876543210987))

READY = Definition(
    name="order_ready",
    components=({"type": "BODY", "text": "Hello {{1}}, order {{2}} is ready."},),
)
SyncNow = Callable[..., Awaitable[Channel]]


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph() as graph:
        yield graph


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
async def channel(database: Database, graph: FakeGraph) -> Channel:
    facts = {"name": "Shop", "provider": "cloud-api", "account": next(_accounts)}
    facts |= {"secret": "s" * 20, "access_token": TOKEN, "api_base": graph.base_url}
    return await database.write(channel_store.add, SEALER, now=NOW, **facts)


@pytest.fixture
def sync_now(database: Database, http: httpx.AsyncClient, channel: Channel) -> SyncNow:
    """Read all templates of the channel at a moment; gives it as it then is."""

    async def sync_now(at: int = NOW, of: Channel | None = None) -> Channel:
        one = of or await _as_it_is(database, channel)
        await database.write(syncs.want_sync, one.id, at)
        syncer = Syncer(database, lambda: {one.id: one}, http, lambda: at)
        running = asyncio.create_task(syncer.run())
        async with asyncio.timeout(20):
            while (await database.read(syncs.sync_of, one.id))["synced_at"] != iso(at):  # noqa: ASYNC110 - a row says when it is done
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return await _as_it_is(database, one)

    return sync_now


async def _as_it_is(database: Database, channel: Channel) -> Channel:
    found = await database.read(channel_store.by_id, SEALER, channel.id)
    assert found is not None
    return found


class NoFiles:
    """Of who shows none."""

    async def brought(self, sample: HeaderSample, media_id: str) -> SampleFile:
        raise AssertionError(sample)

    fetched = brought


async def kept(database: Database, channel: Channel, **wanted: str) -> list[MessageTemplate]:
    found, _ = await database.read(store.templates_page, Wanted(channel.id, **wanted), limit=10_000)
    return found
