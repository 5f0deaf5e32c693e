"""What a client asks for: topics, types, batches, and the page's own fragments."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.feed.conftest import Ear, Listen
from tests.support.server import Line, Server

Write = Callable[..., None]


def _subscribe(ear: Ear, **wanted: list[str]) -> None:
    """Heard when the answer to the ping after it is there."""
    ear.say({"type": "subscribe", "payload": wanted})
    ear.say({"type": "ping"})
    ear.until("feed:pong")


def test_a_topic_narrows_the_feed_to_one_conversation(
    server: Server, listen: Listen, line: Line, write: Write
) -> None:
    write("first")
    server.settle()
    [conversation] = server.conversations(line)
    for topic in (f"conversation:{conversation['id']}", f"contact:{conversation['contact']['id']}"):
        ear = listen()
        _subscribe(ear, topics=[topic])
        write(f"of another {topic}", sender="447700900123")
        write(f"of this {topic}")
        frame = ear.hear()
        assert frame["type"] == "message:new"
        assert frame["payload"]["content"]["text"] == f"of this {topic}"


def test_types_narrow_the_feed(server: Server, listen: Listen, write: Write) -> None:
    ear = listen()
    _subscribe(ear, types=["message:new"])
    write("one", "two")
    assert [ear.hear()["type"] for _ in range(2)] == ["message:new"] * 2


def test_one_may_ask_for_all_again(server: Server, listen: Listen, write: Write) -> None:
    ear = listen()
    _subscribe(ear, topics=["conversation:nothing"])
    _subscribe(ear, topics=["all"])
    write("hello")
    told = {frame["type"] for frame in ear.until("conversation:updated")}
    assert {"contact:new", "message:new"} <= told


@pytest.mark.parametrize(
    "odd",
    ["not json", "[]", "7", '"x"', "{}", '{"type":"dance"}', '{"type":"subscribe","payload":7}',
     '{"type":"subscribe","payload":{"topics":7}}', '{"type":[]}'],
)  # fmt: skip
def test_what_a_server_does_not_know_is_left_alone(listen: Listen, odd: str) -> None:
    ear = listen()
    ear.say(odd)
    ear.say({"type": "ping"})
    assert ear.until("feed:pong")


def test_a_batch_is_an_array_and_only_for_who_asked(
    server: Server, listen: Listen, write: Write
) -> None:
    since = server.settle()
    write("one", "two")
    server.settle()
    ear = listen(since=since, batch=1)
    assert ear.hear()["type"] == "feed:hello"
    batch, caught_up = ear.hear(), ear.hear()
    assert caught_up["type"] == "feed:caught_up" and len(batch) > 5
    assert batch == [one for one in server.events(since) if one["seq"] <= caught_up["seq"]]
    assert listen(since=since).until("feed:caught_up")[1] == server.events(since)[0]


def test_the_page_gets_fragments_of_itself(server: Server, listen: Listen, write: Write) -> None:
    since = server.settle()
    write("<b>hello</b>")
    head = server.settle()
    frames = listen(since=since, format="html").until("feed:caught_up")
    fragments = [frame for frame in frames if frame["type"] == "feed:fragments"]
    assert {frame["type"] for frame in frames[1:-1]} == {"feed:fragments"}
    html = "".join(frame["payload"]["html"] for frame in fragments)
    assert "&lt;b&gt;hello&lt;/b&gt;" in html and "<b>hello" not in html
    assert fragments[-1]["seq"] >= head


def test_live_fragments_are_those_of_the_replay(
    server: Server, listen: Listen, write: Write
) -> None:
    since = server.settle()
    ear = listen(format="html")
    ear.until("feed:caught_up")
    _subscribe(ear, types=["message:new"])  # the channel may tell of itself in between
    write("hello")
    live = ear.until("feed:fragments")[-1]["payload"]["html"]
    replayed = listen(since=since, format="html").until("feed:fragments")[-1]["payload"]["html"]
    assert "hello" in live and live in replayed


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"type": "typing", "payload": {}}, "typing"),
        ({"type": "subscribe", "payload": {"topics": "all"}}, "subscribe"),
        ({"type": 7}, None),
        ({}, None),
        ("no JSON", None),
        ([{"type": "ping"}], None),
        ("[" * 5_000, None),
    ],
)
def test_a_frame_that_is_not_understood_is_answered_and_changes_nothing(
    listen: Listen, write: Write, said: Any, kind: str | None
) -> None:
    ear = listen()
    ear.until("feed:hello")
    ear.say(said)
    told = ear.until("feed:not_understood")[-1]
    assert told["payload"]["type"] == kind and told["payload"]["reason"]
    write("still heard")
    ear.until("message:new")
