"""What agents read is told to the provider by the running server, once, where a channel says so."""

import asyncio
import re

import pytest
from sqlalchemy import select

from inbox.conversations import read_marks as marks
from inbox.domain.times import DAY, Micros, now
from inbox.storage.database import Connection
from inbox.storage.tables import read_marks
from tests.support.clock import skip_waits
from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside
from tests.support.server import Server, said, webhook


def _hears(server: Server, graph: FakeGraph, **settings: str) -> tuple[str, str]:
    """A new channel's first message: the path of its conversation, and the channel's settings."""
    line = server.add_channel(api_base=graph.base_url)
    page = f"/settings/channels/{line.id}"
    if settings:
        assert server.as_admin.post(page, data=settings).status_code == 303
    body = webhook(messages=[said(f"wamid.first.{line.id}", "hello?")])
    assert server.post_signed(line, body).status_code == 200
    server.settle()
    [conversation] = server.conversations(line)
    return f"/conversations/{conversation['id']}", page


def test_what_was_read_is_told_once_where_the_channel_says_so(
    server: Server, graph: FakeGraph
) -> None:
    quiet, page = _hears(server, graph, read_receipts="off")
    loud, _ = _hears(server, graph)
    shown = server.as_admin.get(page).text
    assert '<option value="off" selected>Never</option>' in shown
    for path in (quiet, loud):
        for agent in (server.agent(), server.as_admin):
            assert agent.post(f"{path}/seen", data={"count": "1"}).status_code == 204
    graph.wait_for_reads(1)
    [told] = graph.reads
    assert re.fullmatch(r"/v25\.0/[0-9]{15}/messages", told.path)
    [message] = server.get(f"{loud[1:]}/messages")["data"]
    assert told.json["message_id"] == message["provider_message_id"]
    third, _ = _hears(server, graph)
    server.as_admin.post(f"{third}/seen", data={"count": "1"})
    graph.wait_for_reads(2)
    assert len(graph.reads) == 2 and graph.requests == []


def test_that_somebody_writes_a_reply_is_shown_and_a_note_is_nobodys_business(
    server: Server, graph: FakeGraph
) -> None:
    loud, _ = _hears(server, graph)
    typing = f"/api/v1{loud}/typing"
    assert server.api().post(typing, json={"kind": "note"}).status_code == 204
    assert graph.typing == []
    assert server.as_admin.post(typing, json={}).status_code == 204
    graph.wait_for_typing(1)
    assert server.api().post("/api/v1/conversations/nobody/typing", json={}).status_code == 404


async def _read_all(house: Inside, graph: FakeGraph) -> None:
    channel = await house.add_channel(api_base=graph.base_url)
    await house.post_signed(channel, webhook(messages=[said("wamid.first", "hello?")]))
    told = await house.wait_for("message:new", provider_message_id="wamid.first")
    await house.database.write(marks.want_told, told["conversation_id"], channel.id, now())
    house.house.marker.wake()


def _waiting(connection: Connection) -> bool:
    query = select(read_marks.c.conversation_id).where(read_marks.c.due_at.is_not(None))
    return connection.execute(query).first() is not None


@pytest.mark.parametrize(
    ("answer", "ahead", "tries"),
    [
        ("meta_err_131016_unavailable.json", 0, 4),
        ("meta_err_131009_markread.json", 0, 1),
        ("meta_mark_read_ok.json", 2 * DAY, 0),
    ],
    ids=["may pass", "never will", "too late"],
)
async def test_telling_goes_on_as_long_as_it_is_worth_it(
    house: Inside,
    graph: FakeGraph,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    ahead: Micros,
    tries: int,
) -> None:
    skip_waits(house.house.marker, monkeypatch, ahead)
    graph.answer_next_read(answer, times=3)
    await _read_all(house, graph)
    async with asyncio.timeout(20):
        while await house.database.read(_waiting):
            pass
    assert len(graph.reads) == tries
