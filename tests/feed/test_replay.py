"""Laws 12 and 15: every event after N, in order, exactly once, however one comes and goes."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import websockets

from inbox.feed.log import append
from inbox.feed.retention import prune_events
from inbox.web.live import open_feed
from tests.feed.conftest import Ear, Frame, Listen
from tests.support.events import made_event
from tests.support.inside import Inside
from tests.support.server import Server

Write = Callable[..., None]


def stored(frames: list[Frame]) -> list[Frame]:
    """Those of the log; frames of the feed itself begin with ``feed:``."""
    return [frame for frame in frames if not frame["type"].startswith("feed:")]


def logged(server: Server, since: int, frames: list[Frame]) -> list[Frame]:
    """What the log has after ``since``, up to where these frames end."""
    return [event for event in server.events(since) if event["seq"] <= frames[-1]["seq"]]


def test_hello_comes_first_and_says_who_and_where(server: Server, listen: Listen) -> None:
    head = server.settle()
    hello = listen().hear()
    assert hello["type"] == "feed:hello" and hello["seq"] >= head
    assert hello["payload"]["heartbeat_s"] == 15
    assert hello["payload"]["user"]["role"] == "admin"


def test_since_zero_tells_everything_in_order(server: Server, listen: Listen, write: Write) -> None:
    write("one", "two", "three")
    head = server.settle()
    frames = listen(since=0).until("feed:caught_up")
    assert frames[0]["type"] == "feed:hello" and frames[-1]["seq"] >= head
    assert stored(frames) == logged(server, 0, frames)
    seqs = [frame["seq"] for frame in stored(frames)]
    assert len(seqs) > 9 and seqs == sorted(set(seqs))


def test_since_n_tells_exactly_the_rest(server: Server, listen: Listen, write: Write) -> None:
    write("one", "two", "three")
    server.settle()
    everything = server.events(0)
    for index in (0, len(everything) // 2, len(everything) - 1):
        since = everything[index]["seq"]
        frames = listen(since=since).until("feed:caught_up")
        assert stored(frames) == logged(server, since, frames)
        assert stored(frames)[: len(everything) - index - 1] == everything[index + 1 :]


def test_an_event_has_the_envelope_of_the_contract(
    server: Server, listen: Listen, write: Write
) -> None:
    ear = listen()
    ear.hear()
    write("hello")
    event = ear.until("message:new")[-1]
    assert event.keys() == {"type", "seq", "at", "payload"} and event["at"].endswith("Z")
    payload = event["payload"]
    assert payload["content"] == {"text": "hello"} and payload["direction"] == "incoming"
    assert {"id", "contact_id", "conversation_id", "channel_id"} <= payload.keys()
    assert {"timestamp", "provider_message_id", "type", "status"} <= payload.keys()


def test_coming_and_going_in_a_burst_leaves_no_hole_and_no_double(
    server: Server, listen: Listen, write: Write
) -> None:
    since = start = server.settle()
    texts = [f"burst {n}" for n in range(60)]
    heard: list[Frame] = []
    with ThreadPoolExecutor(1) as customer:
        writing = customer.submit(write, *texts)
        while not writing.done():
            heard += _a_little(listen(since=since))
            since = max([since, *(frame["seq"] for frame in stored(heard))])
        writing.result()
    server.settle()
    heard += listen(since=since).until("feed:caught_up")
    assert stored(heard) == logged(server, start, heard)
    told = [f["payload"]["content"]["text"] for f in stored(heard) if f["type"] == "message:new"]
    assert [text for text in told if text.startswith("burst")] == texts


def _a_little(ear: Ear) -> list[Frame]:
    """Hello and two events, or what there is of them; then the connection breaks."""
    frames = [ear.hear()]
    while len(frames) < 3 and frames[-1]["type"] != "feed:caught_up":
        frames.append(ear.hear())
    ear.socket.close()
    return frames


def test_the_api_tells_the_same_as_the_socket(server: Server, listen: Listen, write: Write) -> None:
    since = server.settle()
    write("one", "two")
    server.settle()
    frames = listen(since=since).until("feed:caught_up")
    pieces: list[Frame] = []
    place = since
    while place < frames[-1]["seq"]:
        page = server.get("events", since=place, limit=1)
        pieces += page["data"]
        place = int(page["next"])
    assert pieces == stored(frames) == logged(server, since, frames)


def test_a_long_poll_returns_with_the_first_event(server: Server, write: Write) -> None:
    since = server.settle()
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(server.get, "events", since=since, wait=30)
        write("at last")
        page = waiting.result(20)
    assert page["data"][0]["seq"] > since


def test_a_long_poll_that_nothing_ends_is_empty(server: Server) -> None:
    since = server.settle()
    while (quiet := server.get("events", since=since, wait=0.05))["data"]:
        since = int(quiet["next"])  # a channel told of itself
    assert quiet == {"data": [], "next": str(since)}


# What cannot be replayed -------------------------------------------------------------------


def test_since_ahead_of_the_feed_is_a_resync(server: Server, listen: Listen) -> None:
    head = server.settle()
    resync = listen(since=head + 1000).until("feed:resync")[-1]
    assert resync["seq"] >= head and "ahead" in resync["payload"]["reason"]
    for wait in (0, 30):
        asked = {"since": head + 1000, "wait": wait}
        answer = server.api().get("/api/v1/events", params=asked)
        assert answer.status_code == 410 and "ahead" in answer.json()["detail"]
        assert answer.json()["head"] >= head


def test_after_a_resync_the_feed_goes_on(server: Server, listen: Listen, write: Write) -> None:
    ear = listen(since=10**9)
    ear.until("feed:resync")
    write("and on")
    assert ear.until("message:new")[-1]["payload"]["content"] == {"text": "and on"}


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "", "9" * 30, "١"])
def test_since_must_be_a_number(listen: Listen, since: str) -> None:
    assert listen(since=since).closed() == 1008


async def _fill(house: Inside, count: int) -> None:
    events = [made_event("message:new", {"id": str(n)}) for n in range(count)]
    await house.database.write(append, events, 1)


async def _told(house: Inside, seq: int) -> None:
    """Return when the hub has heard of it."""
    while house.house.hub.head < seq:
        await house.house.hub.moved()


async def _frames(house: Inside, *ends: str, **query: Any) -> list[Frame]:
    """What a program hears until one of these types."""
    query_text = "&".join(f"{name}={value}" for name, value in query.items())
    address = f"{house.url.replace('http', 'ws', 1)}/ws?token={house.feed_token}&{query_text}"
    frames: list[Frame] = []
    async with websockets.connect(address, proxy=None) as socket:
        while not frames or frames[-1]["type"] not in ends:
            frames.append(json.loads(await socket.recv()))
    return frames


async def test_since_older_than_what_is_kept_is_a_resync(house: Inside) -> None:
    await _fill(house, 10)
    await _told(house, 10)
    first = (await house.get("events", since=0))["data"][0]["seq"]
    assert await house.database.write(prune_events, 2, 5) == 5
    frames = await _frames(house, "feed:resync", "feed:caught_up", since=first)
    assert frames[-1]["type"] == "feed:resync" and "older" in frames[-1]["payload"]["reason"]
    answer = await house.http.get("/api/v1/events", params={"since": first})
    assert answer.status_code == 410 and answer.json()["head"] == first + 9
    frames = await _frames(house, "feed:resync", "feed:caught_up", since=first + 4)
    assert [frame["seq"] for frame in stored(frames)] == [first + n for n in range(5, 10)]


async def test_more_than_a_page_of_the_log_is_replayed_without_a_seam(house: Inside) -> None:
    await _fill(house, 1203)
    await _told(house, 1203)
    frames = await _frames(house, "feed:caught_up", since=0)
    assert [frame["payload"]["id"] for frame in stored(frames)] == [str(n) for n in range(1203)]
    assert frames[-1]["payload"]["count"] == 1203


# The heartbeat -----------------------------------------------------------------------------


async def test_a_heartbeat_carries_the_head(house: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_feed, "HEARTBEAT_SECONDS", 0.05)
    await _fill(house, 3)
    await _told(house, 3)
    frames = await _frames(house, "feed:heartbeat", since=0)
    assert frames[-1]["seq"] == frames[-2]["seq"] == 3


async def test_a_heartbeat_tells_of_events_that_a_stuck_feed_does_not(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_feed, "HEARTBEAT_SECONDS", 0.05)

    async def stuck(_given: object) -> None:
        """A hub that no longer follows its log, nor hears what is committed."""

    monkeypatch.setattr(house.house.hub, "_follow", stuck)
    monkeypatch.setattr(house.database, "on_commit", lambda _news: None)
    await _fill(house, 3)
    frames = await _frames(house, "feed:heartbeat")
    assert frames[0]["seq"] == 0
    assert [frame["seq"] for frame in frames if frame["type"] == "feed:heartbeat"] == [3]
