"""Ana and Ben, and a customer who has just written."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from inbox.access import people
from inbox.channels import store
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.desk import notes
from inbox.desk.notes import Note
from inbox.desk.writer import Writer
from inbox.domain.events import MessageEvent, Person
from inbox.domain.ids import new_id
from inbox.domain.public import Message
from inbox.domain.times import Micros
from inbox.receiving import journal
from inbox.storage.database import Connection, Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import conversations

NOW: Micros = 1_750_000_000_000_000

_accounts = map(str, count(109876543210987))
Write = Callable[..., Awaitable[Message]]


def _begun(connection: Connection) -> str:
    facts = {"name": "Shop", "provider": "cloud-api", "account": next(_accounts)}
    channel = store.add(connection, Sealer(b"k" * 40), **facts, secret="s" * 20, now=NOW)
    entry = Entry(new_id(NOW), channel.id, NOW, b"{}")
    journal.store_entries(connection, [entry])
    event = MessageEvent(
        key="msg:wamid.first",
        ts=NOW,
        provider_message_id="wamid.first",
        direction="in",
        type="text",
        provider_type="text",
        contact=Person(wa_id="12025550142", phone="+12025550142"),
        text="hello?",
    )
    told = Facts(entry.id, NOW, channel.id, [(channel.id, event)], [])
    apply(connection, [told], {channel.id: channel}, NOW)
    query = select(conversations.c.id).where(conversations.c.channel_id == channel.id)
    return str(connection.execute(query).scalar_one())


@pytest.fixture
async def conversation(database: Database) -> str:
    return await database.write(_begun)


@pytest.fixture
async def ana(database: Database) -> Writer:
    return await _agent(database, "Ana")


@pytest.fixture
async def ben(database: Database) -> Writer:
    return await _agent(database, "Ben")


async def _agent(database: Database, name: str) -> Writer:
    """Of a name that others may have, too, at an address that nobody else has."""
    email = f"{name}-{next(_accounts)}@example.com"
    user = await database.write(people.add, email=email, name=name, role="agent", now=NOW)
    return Writer(user_id=user.id, name=name)


@pytest.fixture
def write(database: Database, conversation: str, ana: Writer) -> Write:
    """Ana leaves a note."""

    async def write(text: str, now: Micros = NOW, author: Writer = ana, **facts: Any) -> Message:
        note = Note(conversation_id=conversation, text=text, author=author, **facts)
        return await database.write(notes.add_note, note, now)

    return write
