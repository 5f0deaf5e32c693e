"""The feed as server-sent events: what a socket is told, in order, once, and no more than that."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from inbox.access import people, sessions, tokens
from inbox.domain.times import now
from inbox.feed.log import append, head
from inbox.web.live import open_feed
from inbox.web.live.shutdown import take_leave
from tests.feed.conftest import Frame
from tests.feed.followers import SentEvent, sent_events
from tests.support.contract import Contract
from tests.support.events import made_event
from tests.support.inside import Inside
from tests.support.server import said, webhook

PATIENCE = 20
SSE = {"Accept": "text/event-stream"}
EVENTS = "/api/v1/events"


class Stream:
    """An open stream, read event by event; comments are kept."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer, self._lines, self._events = answer, answer.aiter_lines(), sent_events()
        self.comments: list[str] = []

    async def line(self) -> str:
        """Raises ``EOFError``."""
        try:
            line = await anext(self._lines)
        except StopAsyncIteration:
            raise EOFError from None
        if line.startswith(":"):
            self.comments.append(line)
        return line

    async def hear(self) -> SentEvent:
        async with asyncio.timeout(PATIENCE):
            while True:
                if event := self._events.send(await self.line()):
                    return event

    async def until(self, name: str) -> list[SentEvent]:
        heard = [await self.hear()]
        while heard[-1].name != name:
            heard.append(await self.hear())
        return heard

    async def end(self) -> str:
        """What it says at its end, whatever comes before."""
        with pytest.raises(EOFError):
            while True:
                await self.hear()
        return self.comments[-1]


@asynccontextmanager
async def _open(
    house: Inside, token: str | None = None, headers: dict[str, str] | None = None, **query: Any
) -> AsyncIterator[Stream]:
    bearer = {"Authorization": f"Bearer {token or house.token}"} | SSE
    async with (
        httpx.AsyncClient(base_url=house.url, trust_env=False, timeout=PATIENCE) as http,
        http.stream("GET", EVENTS, params=query, headers=bearer | (headers or {})) as answer,
    ):
        yield Stream(answer)


async def _happen(house: Inside, *texts: str, **facts: Any) -> None:
    for text in texts:
        event = made_event("test:event", {"text": text}, **facts)
        await house.database.write(append, [event], now())


def _texts(heard: list[SentEvent]) -> list[str]:
    frames = [json.loads(event.data) for event in heard]
    return [frame["payload"]["text"] for frame in frames if frame["type"] == "test:event"]


async def test_a_stream_says_what_it_is_and_is_never_kept_back(house: Inside) -> None:
    """Neither by a cache, nor by a proxy, nor by a compressor."""
    async with _open(house, headers={"Accept-Encoding": "gzip, br"}) as stream:
        headers = stream.answer.headers
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
        assert "content-encoding" not in headers and "Accept" in headers["vary"]
        assert headers["content-security-policy"]
        hello = await stream.hear()
        assert hello.name == "feed:hello" and json.loads(hello.data)["payload"]["heartbeat_s"] == 15


async def test_events_are_the_frames_of_the_socket_under_their_seq(house: Inside) -> None:
    address = house.url.replace("http", "ws", 1) + "/ws"
    bearer = {"Authorization": f"Bearer {house.token}"}
    async with _open(house) as stream, connect(address, additional_headers=bearer) as socket:
        await stream.until("feed:caught_up")
        while json.loads(await socket.recv())["type"] != "feed:caught_up":
            pass  # what happens before that is not told to who asks from now on
        await house.add_channel()
        event = await stream.hear()
        frame = json.loads(await socket.recv())
        while frame["type"].startswith("feed:"):
            frame = json.loads(await socket.recv())
        assert json.loads(event.data) == frame
        assert (event.name, event.id) == (frame["type"], str(frame["seq"]))


async def test_it_goes_on_after_the_last_event_id_or_since_and_else_from_now(house: Inside) -> None:
    before = await house.database.read(head)
    await _happen(house, "one", "two", "three")
    last = await house.database.read(head)
    for headers, query, expected in (
        ({"Last-Event-ID": str(last - 1)}, {"since": before}, ["three"]),
        ({}, {"since": last - 2}, ["two", "three"]),
        ({}, {}, []),
    ):
        async with _open(house, headers=headers, **query) as stream:
            heard = await stream.until("feed:caught_up")
            assert _texts(heard) == expected
            assert heard[-1].id == str(last), "who heard nothing knows as well where they are"


async def test_what_cannot_be_gone_on_from_is_told(house: Inside) -> None:
    async with _open(house, since=10**6) as stream:
        resync = (await stream.until("feed:resync"))[-1]
        told = json.loads(resync.data)
        assert told["payload"]["reason"] == "since is ahead of this feed"
        assert resync.id == str(told["seq"])
        await _happen(house, "after it")
        assert _texts([await stream.hear()]) == ["after it"]
    for wrong in ("x", "-1", "9" * 30):
        async with _open(house, headers={"Last-Event-ID": wrong}) as stream:
            assert stream.answer.status_code == 400


async def test_a_heartbeat_is_a_comment_that_moves_the_place_on(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No event for a browser, and whoever filters does not fall out of what is kept."""
    monkeypatch.setattr(open_feed, "HEARTBEAT_SECONDS", 0.2)
    async with _open(house, types="message:new") as stream:
        await stream.until("feed:caught_up")
        await _happen(house, "not asked for")
        seq = await house.database.read(head)
        async with asyncio.timeout(PATIENCE):
            while (line := await stream.line()) != f"id: {seq}":
                assert not line.startswith("data")
    beat = json.loads(stream.comments[-1].removeprefix(": "))
    assert beat == {"type": "feed:heartbeat", "seq": seq, "payload": {"cursor": seq}}
    messages = (await house.http.get("/asyncapi.json")).json()["components"]["messages"]
    pattern = messages["HeartbeatComment"]["payload"]["pattern"]
    assert re.match(pattern, f"{stream.comments[-1]}\n{line}")


async def test_a_stream_is_as_it_is_described(house: Inside) -> None:
    contract = Contract((await house.http.get("/asyncapi.json")).json())
    known = {}
    for one in contract.document["channels"]["stream"]["messages"].values():
        message = contract.resolved(one)
        known[message["name"]] = message["payload"]
    since = await house.database.read(head)
    await house.add_channel()
    async with _open(house, since=since) as stream:
        heard = await stream.until("feed:caught_up")
    assert {"feed:hello", "channel:updated", "feed:caught_up"} <= {event.name for event in heard}
    for event in heard:
        frame = json.loads(event.data)
        assert contract.faults(frame, known[event.name]) == []
        if event.name != "feed:hello":
            assert (event.name, event.id) == (frame["type"], str(frame["seq"]))


async def test_only_what_is_asked_for_comes_by_either_way(house: Inside) -> None:
    await _happen(house, "here", conversation_id="c1")
    await _happen(house, "there", conversation_id="c2")
    await _happen(house, "of them", contact_id="p1")
    for query, expected in (
        ({"topics": "conversation:c1, contact:p1"}, ["here", "of them"]),
        ({"topics": "all", "types": "message:new,test:event"}, ["here", "there", "of them"]),
        ({"types": "message:new"}, []),
    ):
        async with _open(house, since=0, **query) as stream:
            assert _texts(await stream.until("feed:caught_up")) == expected
        listed = (await house.get("events", since=0, limit=1000, **query))["data"]
        texts = [one["payload"]["text"] for one in listed if one["type"] == "test:event"]
        assert texts == expected


@pytest.mark.parametrize("limited", [False, True])
async def test_a_token_hears_by_a_stream_what_a_socket_tells_it(
    house: Inside, limited: bool
) -> None:
    """Law 16: of its channels, of what is not for admins alone, and of nothing else."""
    lines = [await house.add_channel(name=name) for name in ("Mine", "Theirs")]
    seen = [lines[0].id] if limited else None
    facts = "Reader", "agent", now(), None, None, seen, ["read"]
    _, token = await house.database.write(tokens.add, *facts)
    address = f"{house.url.replace('http', 'ws', 1)}/ws?since=0"
    bearer = {"Authorization": f"Bearer {token}"}
    async with (
        _open(house, token, since=0) as stream,
        connect(address, additional_headers=bearer, proxy=None) as socket,
    ):
        await _customers_write(house, lines)
        heard = [json.loads(one.data) for one in await _until_last(stream)]
        told: list[Frame] = []
        while not _is_last(told):
            told.append(json.loads(await asyncio.wait_for(socket.recv(), PATIENCE)))
    assert _stored(heard) == _stored(told)
    channels = {one["payload"].get("channel_id") for one in _stored(told)} - {None}
    assert channels == ({lines[0].id} if limited else {line.id for line in lines})


async def _customers_write(house: Inside, lines: list[Any]) -> None:
    for text, line in (("theirs", lines[1]), ("last", lines[0])):
        body = webhook(messages=[said(f"wamid.{text}", text)])
        assert (await house.post_signed(line, body)).status_code == 200
        await house.wait_for("message:new", provider_message_id=f"wamid.{text}")


def _is_last(frames: list[Frame]) -> bool:
    return bool(frames) and frames[-1].get("payload", {}).get("provider_message_id") == "wamid.last"


async def _until_last(stream: Stream) -> list[SentEvent]:
    heard: list[SentEvent] = []
    while not _is_last([json.loads(one.data) for one in heard]):
        heard.append(await stream.hear())
    return heard


def _stored(frames: list[Frame]) -> list[Frame]:
    return [frame for frame in frames if "at" in frame]


# Its end -------------------------------------------------------------------------------------


async def test_who_may_not_read_hears_nothing(house: Inside) -> None:
    _, mute = await house.database.write(
        tokens.add, "Mute", "admin", now(), None, None, None, ["send"]
    )
    for token, status in ((mute, 403), ("inbox_nobody", 401)):
        async with _open(house, token) as stream:
            assert stream.answer.status_code == status
            assert stream.answer.headers["content-type"] == "application/problem+json"


async def test_it_ends_at_once_with_the_session_or_the_token_that_it_came_by(house: Inside) -> None:
    facts = {"email": "ben@example.com", "name": "Ben", "role": "agent"}
    ben = await house.database.write(people.add, **facts, now=now())
    cookie = await house.database.write(sessions.start, ben.id, "", now())
    made, token = await house.database.write(tokens.add, "Sheet", "agent", now())
    by_cookie = {"Authorization": "", "Cookie": f"inbox_session={cookie}"}
    async with _open(house, token) as program, _open(house, headers=by_cookie) as page:
        assert (await program.hear()).name == (await page.hear()).name == "feed:hello"
        await house.database.write(tokens.revoke, made.id, now())
        assert await program.end() == ": 4401 signed out"
        await house.database.write(sessions.end_all, ben.id, now())
        assert await page.end() == ": 4401 signed out"
    async with _open(house, token) as stream:
        assert stream.answer.status_code == 401, "which ends an EventSource for good"
    assert not house.house.sockets


async def test_a_server_that_stops_ends_it_and_waits_for_nobody(house: Inside) -> None:
    async with _open(house) as stream, _open(house) as late:
        assert (await stream.hear()).name == (await late.hear()).name
        await take_leave(house.house)
        assert await stream.end() == ": 1001 the server stops"
        async with _open(house) as after:
            assert await after.end() == ": 1001 the server stops"


async def test_who_leaves_is_followed_no_more(house: Inside) -> None:
    async with _open(house) as stream:
        await stream.hear()
        assert [one.format for one in house.house.sockets] == ["sse"]
    async with asyncio.timeout(PATIENCE):
        while house.house.sockets:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
