"""Who is blocked is what the provider said, is told to everybody, and can be written to no more."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from inbox.conversations import contacts
from inbox.domain.channels import Channel
from inbox.domain.contacts import Contact
from inbox.domain.errors import Invalid, Missing
from inbox.sending import blocking
from inbox.storage.database import Connection, Database
from inbox.storage.tables import conversations, feed_events
from tests.sending.conftest import NOW, Begin, written
from tests.support import tls
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph

AMARA = "12025550142"
SetBlocked = Callable[..., Awaitable[Contact]]


def _whose(connection: Connection, conversation: str) -> tuple[str, str]:
    kept = conversations.c
    query = select(kept.contact_id, kept.channel_id).where(kept.id == conversation)
    contact_id, channel_id = connection.execute(query).one()
    return str(contact_id), str(channel_id)


@pytest.fixture
async def ask(database: Database, conversation: str, graph: FakeGraph) -> AsyncIterator[SetBlocked]:
    """``await ask(True)``: somebody wants the customer blocked, at Graph or elsewhere."""
    contact_id, channel_id = await database.read(_whose, conversation)
    channel = Channel(
        id=channel_id, name="Shop", provider="cloud-api", account=ACCOUNT,
        api_base=graph.base_url, key="key", access_token=TOKEN,
    )  # fmt: skip
    async with httpx.AsyncClient(trust_env=False, verify=tls.NOBODY) as http:

        async def ask(blocked: bool, provider: str = "cloud-api") -> Contact:
            known = {channel_id: replace(channel, provider=provider)}
            return await blocking.change_blocked(
                database, http, known, lambda: NOW, contact_id, blocked
            )

        yield ask


def _told(connection: Connection) -> int:
    query = select(feed_events.c.seq).where(feed_events.c.type == "contact:updated")
    return len(connection.execute(query).all())


async def test_it_is_told_once_and_a_reply_is_refused_until_they_are_unblocked(
    database: Database, conversation: str, graph: FakeGraph, ask: SetBlocked
) -> None:
    for _ in range(2):
        assert (await ask(True))["blocked"]
    assert (graph.blocklist.names, len(graph.blockings)) == ({AMARA}, 1)
    assert await database.read(_told) == 1
    with pytest.raises(Invalid, match="Unblock them"):
        await written(database, conversation, "Hello?")
    assert not (await ask(False))["blocked"]
    await written(database, conversation, "Hello?")
    assert await database.read(_told) == 2


async def test_what_the_provider_did_not_do_is_said_and_changes_nothing(
    database: Database, graph: FakeGraph, ask: SetBlocked
) -> None:
    graph.blocklist.unwilling[AMARA] = "Re-engagement required"
    with pytest.raises(Invalid, match=r"24 hours .*Re-engagement required") as wrong:
        await ask(True)
    assert (wrong.value.field, await database.read(_told)) == ("blocked", 0)
    with pytest.raises(Invalid, match="nobody can be blocked"):
        await ask(True, provider="notifier")


async def test_of_who_is_gone_nothing_is_noted(database: Database, begin: Begin) -> None:
    await begin()
    assert await database.write(contacts.note_blocked, "nobody", NOW, NOW) is None
    with pytest.raises(Missing):
        await blocking.change_blocked(
            database, httpx.AsyncClient(), {}, lambda: NOW, "nobody", True
        )
