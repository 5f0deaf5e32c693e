"""A file is with the provider before its message is: once a channel, by an id or at a link."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from inbox.domain.channels import Channel
from inbox.domain.outgoing.brought import own_file, said_with
from inbox.domain.outgoing.said import Said
from inbox.domain.times import DAY
from inbox.providers.base import Accepted, Refused
from inbox.sending import replies
from inbox.sending.handing_over import HandedOver, HandingOver
from inbox.sending.outbox import Outbox
from inbox.sending.replies import Reply
from inbox.storage.database import Connection, Database
from inbox.storage.tables import channels, messages, outbox
from tests.sending.conftest import NOW, Begin
from tests.support import tls
from tests.support.fake_graph import TOKEN, FakeGraph

PDF = b"%PDF-1.7 hello"
PAPER = said_with("document", own_file("ab" * 32, "application/pdf", len(PDF), "a.pdf"), "")


class Files:
    """One file, whose digest nobody looks at."""

    def __init__(self, content: bytes | None = PDF) -> None:
        self.content = content

    async def size_of(self, digest: str) -> int | None:
        return None if self.content is None else len(self.content)

    async def chunks(self, digest: str) -> AsyncIterator[bytes]:
        assert self.content is not None
        for at in range(0, len(self.content), 5):
            yield self.content[at : at + 5]


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=tls.NOBODY) as http:
        yield http


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph() as graph:
        yield graph


async def at(database: Database, conversation: str, graph: FakeGraph, **facts: str) -> Channel:
    def found(connection: Connection) -> str:
        query = select(channels.c.id).order_by(channels.c.id.desc()).limit(1)
        return str(connection.execute(query).scalar_one())

    known = {"provider": "cloud-api", "api_base": graph.base_url, "access_token": TOKEN}
    channel_id = await database.read(found)
    return Channel(
        id=channel_id, name="Shop", key="k", account="109876543210987", **(known | facts)
    )


def handing(database: Database, files: Files, public: str | None = None, now: int = NOW) -> Any:
    link = (lambda digest, mime, name: f"{public}/{name}") if public else (lambda *_: None)
    return HandingOver(database, files, link, lambda: now)


async def test_many_who_send_one_file_at_once_upload_it_once(
    database: Database, conversation: str, graph: FakeGraph, http: httpx.AsyncClient
) -> None:
    channel, over = await at(database, conversation, graph), handing(database, Files())
    found = await asyncio.gather(*(over.hand_over(http, channel, PAPER) for _ in range(5)))
    assert len(graph.brought) == 1
    assert {one.said.content["media"]["id"] for one in found} == graph.uploads.keys()
    assert graph.uploads.popitem()[1] == (PDF, "application/pdf")


async def test_an_id_that_ends_soon_is_not_used_any_more(
    database: Database, conversation: str, graph: FakeGraph, http: httpx.AsyncClient
) -> None:
    channel = await at(database, conversation, graph)
    for now, uploads in ((NOW, 1), (NOW + 28 * DAY, 1), (NOW + 29 * DAY, 2)):
        await handing(database, Files(), now=now).hand_over(http, channel, PAPER)
        assert len(graph.brought) == uploads


async def test_who_takes_links_is_given_one_if_there_is_a_public_address(
    database: Database, conversation: str, graph: FakeGraph, http: httpx.AsyncClient
) -> None:
    channel = await at(database, conversation, graph, provider="whatsable")
    over = handing(database, Files(), "https://inbox.example")
    handed = await over.hand_over(http, channel, PAPER)
    assert isinstance(handed, HandedOver)
    assert handed.said.content["media"]["link"] == "https://inbox.example/a.pdf"
    refused = await handing(database, Files()).hand_over(http, channel, PAPER)
    assert isinstance(refused, Refused)
    assert "INBOX_PUBLIC_URL" in str(refused.detail)


async def test_a_file_that_is_gone_from_the_disk_is_a_failure_that_says_so(
    database: Database, conversation: str, graph: FakeGraph, http: httpx.AsyncClient
) -> None:
    channel = await at(database, conversation, graph)
    refused = await handing(database, Files(None)).hand_over(http, channel, PAPER)
    assert isinstance(refused, Refused) and refused.retry_after is None
    assert "disk" in refused.title


async def test_who_died_while_the_file_was_on_its_way_has_sent_nothing(
    database: Database, begin: Begin, graph: FakeGraph, http: httpx.AsyncClient
) -> None:
    """So it is sent, by whoever comes next, and nobody is asked about it."""
    conversation = await begin()
    reply = Reply(conversation_id=conversation, said=PAPER, sender_name="Ana")
    message_id = (await database.write(replies.enqueue, reply, NOW))["id"]
    channel = await at(database, conversation, graph)
    await database.write(
        lambda connection: connection.execute(outbox.update().values(started=True))
    )
    clock = [NOW]
    sender = Outbox(database, lambda: {channel.id: channel}, http, lambda: clock[0], Files())
    running = asyncio.create_task(sender.run())
    await asyncio.to_thread(graph.wait_for, 1, 20)
    await sender.drain()
    running.cancel()
    assert len(graph.brought) == len(graph.sent) == 1
    query = select(messages.c.status).where(messages.c.id == message_id)
    assert await database.read(lambda connection: connection.execute(query).scalar()) == "sent"


def test_what_was_accepted_is_not_outdated() -> None:
    handed = HandedOver(Said("text", {}), (), again=True)
    assert handed.outdated(Refused("Gone", code=131053))
    assert not handed.outdated(Refused("Late", code=131047))
    assert not handed.outdated(Accepted("wamid.1"))
