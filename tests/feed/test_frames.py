"""The bytes of a frame, and the ring they are made from."""

import json
from collections.abc import Iterable

import pytest
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.protocol import Protocol, Side

from inbox.feed.frames import Frames
from inbox.feed.log import FeedEvent
from inbox.feed.ring import RENDERED_EVENTS, Published, Ring, portion


def parsed(wire: bytes) -> list[WebSocketFrame]:
    """What a client of the ``websockets`` library takes these bytes for."""
    client = Protocol(Side.CLIENT, max_size=None)
    client.receive_data(wire)
    assert client.parser_exc is None
    return [frame for frame in client.events_received() if isinstance(frame, WebSocketFrame)]


def published(seq: int, size: int = 2) -> Published:
    payload = json.dumps("x" * (size - 2))
    return Published(FeedEvent(seq, "message:new", 1, payload, None, None, ""), lambda _: "")


def seqs(events: Iterable[Published]) -> list[int]:
    return [each.seq for each in events]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_client_reads_the_texts_we_framed(size: int) -> None:
    texts = ["x" * size, "é" * size, "and then"]
    frames = parsed(Frames(texts).wire)
    assert [bytes(frame.data).decode() for frame in frames] == texts
    assert {(frame.opcode, frame.fin, frame.rsv1) for frame in frames} == {
        (Opcode.TEXT, True, False)
    }


def test_the_bytes_are_made_once_for_all() -> None:
    frames = Frames(["one", "two"])
    assert frames.wire is frames.wire


def test_the_ring_holds_so_many_events_and_says_from_where() -> None:
    ring = Ring(events=3)
    ring.start(10)
    assert ring.head == 10 and ring.holds(10) and not ring.holds(9)
    ring.extend([published(seq) for seq in (11, 12, 14, 15, 16)])
    assert ring.head == 16 and ring.holds(12) and not ring.holds(11)
    assert seqs(ring.after(12)) == [14, 15, 16]
    assert seqs(ring.after(13)) == [14, 15, 16]
    assert seqs(ring.after(15)) == [16]
    assert seqs(ring.after(16)) == []


def test_the_ring_holds_only_so_much_of_large_events() -> None:
    ring = Ring(size=1000)
    ring.extend([published(seq, 300) for seq in range(1, 8)])
    assert seqs(ring.after(4)) == [5, 6, 7] and not ring.holds(3)
    ring.extend([published(8, 5000)])
    assert seqs(ring.after(7)) == [8] and not ring.holds(6)
    ring.extend([published(9, 10)])
    assert seqs(ring.after(8)) == [9] and ring.holds(8)


def test_renderings_are_shared_by_who_follows_and_not_kept_for_who_is_far_behind() -> None:
    ring, made = Ring(), list[int]()

    def render(event: FeedEvent) -> str:
        made.append(event.seq)
        return "<p>"

    ring.start(0)
    for seq in range(1, RENDERED_EVENTS + 3):
        ring.extend([Published(FeedEvent(seq, "message:new", 1, "1", None, None, ""), render)])
        assert [one.html + one.json for one in ring.after(seq - 1) * 2]
    events, made[:] = ring.after(0), []
    assert [one.html for one in events] == ["<p>"] * len(events)
    assert made == [1, 2]
    kept = [one.seq for one in events if "json" in vars(one)]
    assert kept == list(range(3, RENDERED_EVENTS + 3))


def test_a_portion_is_of_a_size_but_never_nothing() -> None:
    events = [published(seq, 300) for seq in range(1, 6)]
    assert seqs(portion(events, 1000)) == [1, 2, 3]
    assert seqs(portion(events, 10)) == [1]
    assert seqs(portion(events, 10_000)) == [1, 2, 3, 4, 5]
    assert portion([], 10) == []
