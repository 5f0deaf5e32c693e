"""A customer who has just written, and replies to them."""

from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from sqlalchemy import select

from inbox.channels import store
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.domain.events import MessageEvent, Person
from inbox.domain.ids import new_id
from inbox.domain.outgoing import texts
from inbox.domain.times import Micros
from inbox.receiving import journal
from inbox.sending import claims, replies
from inbox.sending.claims import CLAIM, Waiting
from inbox.sending.replies import Reply
from inbox.storage.database import Connection, Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import conversations
from tests.support.queues import turn

NOW: Micros = 1_750_000_000_000_000

_accounts = map(str, count(109876543210987))
Begin = Callable[..., Awaitable[str]]


def _begun(connection: Connection, provider: str, direction: str) -> str:
    customer = Person(wa_id="12025550142", phone="+12025550142")
    facts = {"name": "Shop", "provider": provider, "account": next(_accounts)}
    channel = store.add(connection, Sealer(b"k" * 40), **facts, secret="s" * 20, now=NOW)
    entry = Entry(new_id(NOW), channel.id, NOW, b"{}")
    journal.store_entries(connection, [entry])
    event = MessageEvent(
        key="msg:wamid.first",
        ts=NOW,
        provider_message_id="wamid.first",
        direction="in" if direction == "in" else "out",
        type="text",
        provider_type="text",
        contact=customer,
        text="hello?",
    )
    told = Facts(entry.id, NOW, channel.id, [(channel.id, event)], [])
    apply(connection, [told], {channel.id: channel}, NOW)
    query = select(conversations.c.id).where(conversations.c.channel_id == channel.id)
    return str(connection.execute(query).scalar_one())


@pytest.fixture
def begin(database: Database) -> Begin:
    """``await begin(provider, direction)``: a conversation that begins ``in`` or ``out``."""

    async def begin(provider: str = "cloud-api", direction: str = "in") -> str:
        return await database.write(_begun, provider, direction)

    return begin


@pytest.fixture
async def conversation(begin: Begin) -> str:
    return await begin()


async def written(
    database: Database, conversation: str, text: str, now: Micros = NOW, **facts: str
) -> str:
    """The id of a reply, once it is accepted."""
    reply = Reply(conversation_id=conversation, said=texts.text(text), sender_name="Ana", **facts)
    return str((await database.write(replies.enqueue, reply, now))["id"])


async def taken(
    database: Database, now: Micros = NOW, until: Micros | None = None
) -> list[Waiting]:
    """What one process claims to send."""

    def take(connection: Connection) -> list[Waiting]:
        return claims.claim(connection, turn(connection, now, until or now + CLAIM))

    return await database.write(take)
