"""Frames leave as bytes where the server takes them, and one by one where it does not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from inbox.feed.log import append
from inbox.server import websocket_protocol
from inbox.web.live import frame_writer
from tests.support.events import made_event
from tests.support.inside import Inside, inside

WAYS: dict[str, dict[str, Any]] = {
    "bytes": {},
    "compressed": {"ws_per_message_deflate": True},
    "uvicorn's own": {"ws": "websockets-sansio"},
    "other insides": {},
}
PATIENCE = 20


@pytest.fixture(scope="module", params=WAYS)
async def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Inside]:
    folder = tmp_path_factory.mktemp("outlet")
    used: set[str] = set()
    with pytest.MonkeyPatch.context() as patches:
        for kind in (frame_writer.DirectWriter, frame_writer.ByMessage):
            patches.setattr(kind, "__init__", _noting(kind, used))
        if request.param == "other insides":
            patches.setattr(websocket_protocol, "INSIDES", (*websocket_protocol.INSIDES, "renamed"))
        url = f"sqlite+aiosqlite:///{folder / 'inbox.db'}"
        async with inside(url, folder, **WAYS[request.param]) as running:
            yield running
    assert used == {"DirectWriter" if request.param == "bytes" else "ByMessage"}


def _noting(kind: Any, used: set[str]) -> Any:
    make = kind.__init__

    def noted(self: Any, *args: Any) -> None:
        used.add(kind.__name__)
        make(self, *args)

    return noted


@asynccontextmanager
async def listening(house: Inside, query: str = "") -> AsyncIterator[ClientConnection]:
    """A socket of the feed that was greeted: what is published now comes to it."""
    address = f"{house.url.replace('http', 'ws', 1)}/ws?token={house.feed_token}{query}"
    async with connect(address, proxy=None, max_size=None, max_queue=None) as socket:
        assert json.loads(await socket.recv())["type"] == "feed:hello"
        yield socket


async def publish(house: Inside, *texts: str) -> None:
    events = [made_event("message:new", {"text": text}) for text in texts]
    await house.database.write(append, events, 1)


async def heard(socket: ClientConnection, number: int) -> list[str]:
    found: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < number:
            frame = json.loads(await socket.recv())
            if "at" in frame:
                found.append(frame["payload"]["text"])
    return found


async def test_all_comes_whole_and_in_order_whichever_way_it_leaves(house: Inside) -> None:
    since = house.house.hub.head
    texts = [f"{number} " + "ü" * (number * 377 % 70_000) for number in range(200)]
    async with listening(house) as live, listening(house) as other:
        await publish(house, *texts)
        assert await heard(live, len(texts)) == texts
        assert await heard(other, len(texts)) == texts
    async with listening(house, f"&since={since}") as late:
        assert await heard(late, len(texts)) == texts


async def test_pings_and_pongs_go_between_frames_and_never_into_one(house: Inside) -> None:
    texts = [f"{number} " + "x" * 5_000 for number in range(200)]
    async with listening(house) as socket:
        hearing = asyncio.create_task(heard(socket, len(texts)))
        pongs = 0
        for start in range(0, len(texts), 20):
            await publish(house, *texts[start : start + 20])
            await asyncio.wait_for(await socket.ping(), PATIENCE)
            await socket.send('{"type":"ping"}')
            pongs += 1
        assert await hearing == texts
        assert pongs == 10


async def test_who_leaves_in_the_middle_ends_alone(house: Inside) -> None:
    numbers = count()
    async with listening(house) as stays:
        for _ in range(5):
            async with listening(house) as leaves:
                await publish(house, *(f"{next(numbers)} " + "x" * 20_000 for _ in range(20)))
                await heard(leaves, 1)
        async with listening(house) as cut:
            await publish(house, *(f"{next(numbers)} " + "x" * 20_000 for _ in range(20)))
            await heard(cut, 1)
            cut.transport.abort()
        texts = await heard(stays, 120)
        assert [int(text.split()[0]) for text in texts] == list(range(120))
    async with asyncio.timeout(PATIENCE):
        while house.house.sockets:
            await house.get("conversations")  # some time goes by


async def test_a_closing_frame_comes_after_all_that_was_said(house: Inside) -> None:
    async with listening(house) as socket:
        await publish(house, *("x" * 5_000 for _ in range(50)))
        assert len(await heard(socket, 1)) == 1
        for listener in list(house.house.sockets):
            listener.end(4401, "signed out")
        with pytest.raises(ConnectionClosed) as closing:
            await heard(socket, 1_000)
        assert closing.value.rcvd and closing.value.rcvd.code == 4401
