"""Ana and Ben, a customer who has just written, and what is done with their conversation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import pytest
from sqlalchemy import insert, select

from inbox.access import people
from inbox.channels import store
from inbox.conversations import queries, threads
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.desk import arranging, undoing
from inbox.desk.arranging import Arranged
from inbox.desk.wishes import Wish
from inbox.desk.writer import Writer
from inbox.domain.channels import Channel
from inbox.domain.events import MessageEvent, Person
from inbox.domain.ids import new_id
from inbox.domain.public import Conversation, Message
from inbox.domain.standing import label_key
from inbox.domain.times import SECOND, Micros
from inbox.receiving import journal
from inbox.storage.database import Connection, Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import conversations, labels, teams

NOW: Micros = 1_750_000_000_000_000

_numbers = count(1)


@dataclass
class Desk:
    """A channel, its team and labels, and what happens there, second by second."""

    database: Database
    channel: Channel
    clock: Micros = NOW
    customers: list[str] = field(default_factory=list)

    def tick(self) -> Micros:
        self.clock += SECOND
        return self.clock

    async def writes(self, customer: str = "12025550142", *, ours: bool = False) -> str:
        """The customer says something, or we do on the phone; the conversation's id."""
        return await self.database.write(_say, self.channel, customer, ours, self.tick())

    async def do(self, conversation_id: str, by: Writer | None, **wish: Any) -> list[Arranged]:
        return await self.do_all([conversation_id], by, **wish)

    async def do_all(self, ids: list[str], by: Writer | None, **wish: Any) -> list[Arranged]:
        asked = cast("Wish", wish)
        return await self.database.write(arranging.arrange, ids, asked, by, self.tick())

    async def remember(self, undo_id: str, done: list[Arranged], by: Writer) -> None:
        await self.database.write(undoing.remember, undo_id, 0, done, by, self.tick())

    async def undo(self, undo_id: str, by: Writer) -> int:
        parts = await self.database.read(undoing.parts_of, undo_id, by, self.tick())
        undone = [
            await self.database.write(undoing.undo_part, undo_id, part, by, self.clock)
            for part in parts
        ]
        return sum(undone)

    async def shown(self, conversation_id: str) -> Conversation:
        found = await self.database.read(queries.conversation, conversation_id)
        assert found is not None
        return found

    async def thread(self, conversation_id: str) -> list[Message]:
        return (await self.database.read(threads.latest, conversation_id)).messages

    async def lines(self, conversation_id: str) -> list[list[tuple[str, Any, Any]]]:
        """What the thread says was done: field, what it was, what it is."""
        return [
            [
                (one["field"], one["was"], one["now"])
                for one in said["content"]["activity"]["changes"]
            ]
            for said in await self.thread(conversation_id)
            if said["type"] == "activity"
        ]


def _say(connection: Connection, channel: Channel, number: str, ours: bool, now: Micros) -> str:
    key = f"wamid.{next(_numbers)}"
    entry = Entry(new_id(now), channel.id, now, b"{}")
    journal.store_entries(connection, [entry])
    event = MessageEvent(
        key=f"msg:{key}",
        ts=now,
        provider_message_id=key,
        direction="out" if ours else "in",
        type="text",
        provider_type="text",
        contact=Person(wa_id=number, phone=f"+{number}"),
        text="hello?",
    )
    told = Facts(entry.id, now, channel.id, [(channel.id, event)], [])
    apply(connection, [told], {channel.id: channel}, now)
    query = select(conversations.c.id).order_by(conversations.c.arrived_at.desc()).limit(1)
    return str(connection.execute(query).scalar_one())


def _open(connection: Connection) -> Channel:
    facts = {"name": "Shop", "provider": "cloud-api", "account": "109876543210987"}
    channel = store.add(connection, Sealer(b"k" * 40), **facts, secret="s" * 20, now=NOW)
    team = {"id": "support", "name": "Support", "in_turn": False, "created_at": NOW}
    connection.execute(insert(teams), team)
    for name in ("VIP", "Delivery"):
        key = label_key(name)
        label = {"id": key, "name": name, "folded": key, "color": "red", "created_at": NOW}
        connection.execute(insert(labels), label)
    return channel


@pytest.fixture
async def desk(database: Database) -> Desk:
    return Desk(database, await database.write(_open))


Join = Callable[[Database, str], Awaitable[Writer]]


async def _agent(database: Database, name: str) -> Writer:
    facts = {"email": f"{name.lower()}@example.com", "name": name, "role": "agent"}
    user = await database.write(people.add, **facts, now=NOW)
    return Writer(user_id=user.id, name=user.name)


@pytest.fixture
async def ana(database: Database) -> Writer:
    return await _agent(database, "Ana")


@pytest.fixture
async def ben(database: Database) -> Writer:
    return await _agent(database, "Ben")
