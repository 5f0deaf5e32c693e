"""Who is viewing and who is writing, as sockets hear it: of the others, and while it is so."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.feed.conftest import Ear, Frame, Listen
from tests.feed.test_audience import browser_headers
from tests.support.server import Line, Server

Write = Callable[..., None]
VIEWING = "presence:updated"
WRITING = "typing:updated"


@pytest.fixture
def where(server: Server, line: Line, write: Write) -> str:
    """A conversation."""
    write("hello?")
    server.settle()
    return str(server.conversations(line)[0]["id"])


class Tab:
    """Somebody's browser with an open page."""

    def __init__(self, server: Server, listen: Listen, browser: httpx.Client, **query: Any) -> None:
        self.browser = browser
        self.ear: Ear = listen(headers=browser_headers(browser, server.url), **query)
        self.ear.until("feed:hello")
        self.seen: list[str] = []

    def view(self, where: str | None) -> None:
        self.ear.say({"type": "viewing", "payload": {"conversation_id": where}})

    def write(self, where: str, kind: str = "reply") -> None:
        told = self.browser.post(f"/api/v1/conversations/{where}/typing", json={"kind": kind})
        assert told.status_code == 204

    def sees(self, kind: str, where: str) -> str:
        """The fragment of a page that is about it."""
        while True:
            self.seen.append(self.ear.until("feed:fragments")[-1]["payload"]["html"])
            _, found, html = self.seen[-1].partition(f"<!--{kind} {where}-->")
            if found:
                return html

    def hears(self, kind: str, where: str) -> list[str]:
        """Who is there, by the next such frame of this conversation."""
        while True:
            payload = self.ear.until(kind)[-1]["payload"]
            if payload["conversation_id"] == where:
                return [" ".join([user["name"], user.get("kind", "")]) for user in payload["users"]]


def test_two_agents_hear_of_each_other_and_never_of_themselves(
    server: Server, listen: Listen, where: str
) -> None:
    ana = Tab(server, listen, server.as_admin)
    ben, bens_other = (Tab(server, listen, server.agent("beside@example.com")) for _ in range(2))
    ana.view(where)
    assert ben.hears(VIEWING, where) == bens_other.hears(VIEWING, where) == ["Ana "]
    bens_other.view(where)
    assert ana.hears(VIEWING, where) == ["Ben "]
    ben.write(where, "note")
    assert ana.hears(WRITING, where) == ["Ben note"]
    ben.ear.say({"type": "ping"})
    frames = ben.ear.until("feed:pong")
    assert [one for one in frames if one.get("payload", {}).get("conversation_id") == where] == []
    bens_other.ear.socket.close()
    assert ana.hears(VIEWING, where) == []
    assert ana.hears(WRITING, where) == []


def about(ear: Ear, where: str) -> Frame:
    """The next that says who views this conversation; others may be left by now."""
    while (frame := ear.until(VIEWING)[-1])["payload"]["conversation_id"] != where:
        pass
    return frame


def test_a_socket_that_opens_later_is_told_what_is_so(
    server: Server, listen: Listen, where: str
) -> None:
    Tab(server, listen, server.as_admin).view(where)
    assert about(listen(), where)
    later = listen(since=server.head())
    later.until("feed:caught_up")
    frame = about(later, where)
    assert [user["name"] for user in frame["payload"]["users"]] == ["Ana"]
    assert frame.keys() == {"type", "payload"}, "no seq: it is never told again"
    assert VIEWING not in {event["type"] for event in server.events(0)}


def test_a_program_writes_and_views_nothing(
    server: Server, listen: Listen, where: str, write: Write
) -> None:
    ana, program = Tab(server, listen, server.as_admin), listen()
    program.say({"type": "viewing", "payload": {"conversation_id": where}})
    assert program.until("feed:not_understood")[-1]["payload"]["type"] == "viewing"
    assert server.api().post(f"/api/v1/conversations/{where}/typing", json={}).status_code == 204
    [writer] = ana.hears(WRITING, where)
    assert writer.endswith(" reply")
    server.api().post(f"/api/v1/conversations/{where}/notes", json={"text": "Done"})


def test_what_is_sent_is_written_no_more(server: Server, listen: Listen, where: str) -> None:
    ana, ben = Tab(server, listen, server.as_admin), server.agent("sends@example.com")
    writing = f"/api/v1/conversations/{where}"
    assert ben.post(f"{writing}/typing", json={"kind": "note"}).status_code == 204
    assert ana.hears(WRITING, where) == ["Ben note"]
    assert ben.post(f"{writing}/notes", json={"text": "Done"}).status_code == 201
    assert ana.hears(WRITING, where) == []


def test_a_page_hears_of_viewers_and_writers_everywhere(
    server: Server, listen: Listen, where: str, write: Write, line: Line
) -> None:
    write("I, too", sender="447700900123")
    server.settle()
    [other] = [one["id"] for one in server.conversations(line) if one["id"] != where]
    ana = Tab(server, listen, server.as_admin, format="html")
    ben = Tab(server, listen, server.agent())
    ana.view(where)
    assert ben.hears(VIEWING, where) == ["Ana "]
    ben.view(other)
    assert "is viewing" in ana.sees(VIEWING, other)
    ben.write(other)
    assert "is replying" in ana.sees(WRITING, other)


def test_a_page_hears_who_is_here_and_a_program_as_well(server: Server, listen: Listen) -> None:
    program, page = listen(), Tab(server, listen, server.as_admin, format="html")
    page.ear.say({"type": "viewing", "payload": {"conversation_id": None, "here": True}})
    cara = Tab(server, listen, server.agent("cara@example.com", "Cara"))
    cara.ear.say({"type": "viewing", "payload": {"conversation_id": None, "here": True}})
    assert "Cara is here" in page.sees("presence:here", "")
    told: list[str] = []
    while not {"Ana", "Cara"} <= set(told):
        told = [one["name"] for one in program.until("presence:here")[-1]["payload"]["users"]]


def test_who_is_renamed_is_so_on_open_pages_and_is_seen_by_that_name(
    server: Server, listen: Listen, where: str
) -> None:
    """Also by who may not see all; what they wrote keeps the name it was written under."""
    ana = Tab(server, listen, server.as_admin, format="html")
    browser = server.agent("renamed@example.com", "Robin")
    robin, program = Tab(server, listen, browser), listen()
    ana.view(None)
    robin.view(where)
    assert "Robin" in ana.sees(VIEWING, where)
    assert browser.patch("/api/v1/me", json={"name": "Robyn"}).status_code == 200
    assert "data-anew" in ana.sees("user:updated", "")
    told = program.until("user:updated")[-1]["payload"]
    assert (told["name"], told["state"], told["changed"]) == ("Robyn", "active", ["name"])
    robin.view(None)
    robin.view(where)
    assert any("Robyn" in ana.sees(VIEWING, where) for _ in range(2))


@pytest.mark.parametrize("odd", [{}, {"conversation_id": 7}, {"conversation_id": ["c"]}, None])
def test_a_view_that_is_none_is_not_understood(server: Server, listen: Listen, odd: Any) -> None:
    ana = Tab(server, listen, server.as_admin)
    ana.ear.say({"type": "viewing", "payload": odd})
    assert ana.ear.until("feed:not_understood")[-1]["payload"]["type"] == "viewing"


def test_of_a_conversation_that_is_not_there_nobody_hears(
    server: Server, listen: Listen, where: str
) -> None:
    ana, ben = Tab(server, listen, server.as_admin), Tab(server, listen, server.agent())
    for there in ("nowhere", "x" * 1_000, where):
        ana.view(there)
    told: set[str] = set()
    while where not in told:
        told.add(ben.ear.until(VIEWING)[-1]["payload"]["conversation_id"])
    assert not told & {"nowhere", "x" * 64, "x" * 1_000}
