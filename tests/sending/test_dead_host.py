"""A host that takes connections and never answers holds up its own channel, and no other.

Over real HTTP, in the whole application: replies, read marks and files.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from inbox.conversations import read_marks
from inbox.domain.channels import Channel
from inbox.domain.times import now
from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside, inside
from tests.support.server import said, webhook

MANY = 30


class DeadHost:
    """``taken``: how many connections it holds."""

    def __init__(self) -> None:
        self.taken = 0
        self._more = asyncio.Condition()
        self._end = asyncio.Event()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}/v25.0"
        finally:
            self._end.set()
            server.close()
            await server.wait_closed()

    async def holds(self, number: int) -> None:
        async with asyncio.timeout(20), self._more:
            await self._more.wait_for(lambda: self.taken >= number)

    async def _take(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with self._more:
            self.taken += 1
            self._more.notify_all()
        await self._end.wait()
        writer.close()


@pytest.fixture
async def dead() -> AsyncIterator[DeadHost]:
    yield DeadHost()


async def _customers(
    house: Inside, channel: Channel, number: int, **facts: object
) -> list[tuple[str, str]]:
    """So many have written: the ids of their messages and conversations."""
    for n in range(number):
        message = said(f"wamid.{channel.id}.{n}", "hello?", f"1202555{n:04}") | facts
        await house.post_signed(channel, webhook(messages=[message]))
    told = [
        await house.wait_for("message:new", provider_message_id=f"wamid.{channel.id}.{n}")
        for n in range(number)
    ]
    return [(each["id"], each["conversation_id"]) for each in told]


async def test_a_dead_host_keeps_back_no_other_channels_replies(
    house: Inside, graph: FakeGraph, dead: DeadHost
) -> None:
    async with dead.listening() as address:
        hung = await house.add_channel(api_base=address)
        for _, conversation in await _customers(house, hung, MANY):
            await house.http.post(
                f"/api/v1/conversations/{conversation}/messages", json={"text": "?"}
            )
        await dead.holds(house.house.outbox.slots.each)
        well = await house.add_channel(api_base=graph.base_url)
        [(_, conversation)] = await _customers(house, well, 1)
        path = f"/api/v1/conversations/{conversation}/messages"
        answer = (await house.http.post(path, json={"text": "We open."})).json()
        await house.wait_for("message:status", id=answer["id"], status="sent")
        assert dead.taken == house.house.outbox.slots.each


async def test_a_dead_host_keeps_back_no_other_channels_read_marks(
    house: Inside, graph: FakeGraph, dead: DeadHost
) -> None:
    async with dead.listening() as address:
        hung = await house.add_channel(api_base=address)
        for _, conversation in await _customers(house, hung, MANY):
            await house.database.write(read_marks.want_told, conversation, hung.id, now())
        house.house.marker.wake()
        await dead.holds(house.house.marker.slots.each)
        well = await house.add_channel(api_base=graph.base_url)
        [(_, conversation)] = await _customers(house, well, 1)
        await house.database.write(read_marks.want_told, conversation, well.id, now())
        house.house.marker.wake()
        await asyncio.to_thread(graph.wait_for_reads, 1)
        assert dead.taken == house.house.marker.slots.each


async def test_a_dead_host_keeps_back_no_other_channels_files(
    migrated_url: str, tmp_path: Path, graph: FakeGraph, dead: DeadHost
) -> None:
    async with (
        dead.listening() as address,
        inside(migrated_url, tmp_path, media_limit=2**20) as house,
    ):
        hung = await house.add_channel(api_base=address)
        picture = {"mime_type": "image/jpeg", "sha256": ""}
        await _customers(house, hung, MANY, type="image", image=picture | {"id": "901"})
        await dead.holds(house.house.fetching.slots.each)
        well = await house.add_channel(api_base=graph.base_url)
        kept = picture | {"id": graph.keep(jpeg(50, 50))}
        [(message, _)] = await _customers(house, well, 1, type="image", image=kept)
        told = await house.wait_for("message:updated", id=message)
        assert told["media"]["state"] == "ready"
        assert dead.taken == house.house.fetching.slots.each
