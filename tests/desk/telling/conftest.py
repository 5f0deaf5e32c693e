"""Ana and Ben, each with a device, and a customer who writes when she is asked to."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from inbox.access import people, sessions
from inbox.channels import store
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.desk.telling import devices, pushes
from inbox.desk.telling.devices import DeviceRow, Subscribed
from inbox.desk.telling.lookout import Lookout
from inbox.desk.telling.pushes import HOLD, PushJob
from inbox.domain.channels import Channel
from inbox.domain.events import MessageEvent, Person
from inbox.domain.ids import new_id
from inbox.domain.times import SECOND, Micros
from inbox.receiving import journal
from inbox.storage.database import Connection, Database
from inbox.storage.queue import Turn
from inbox.storage.secrets import Sealer, token_digest
from inbox.storage.tables import conversations, push_devices
from tests.support.push_service import Browser

NOW: Micros = 1_750_000_000_000_000
SEALER = Sealer(b"k" * 40)

_numbers = count(1)


@dataclass
class Agent:
    id: str
    session: str
    device: DeviceRow


@dataclass
class Desk:
    """``clock`` is what everybody's watch shows."""

    database: Database
    channel: Channel
    clock: Micros = NOW
    noted: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lookout = self.another()

    def another(self) -> Lookout:
        """As in another process."""
        return Lookout(self.database, lambda: self.clock, lambda: self.noted.append(True))

    async def agent(self, name: str, role: str = "agent") -> Agent:
        return await self.database.write(_agent, name, role, self.clock)

    async def customer_says(self, text: str, phone: str = "12025550142", **more: Any) -> str:
        """The conversation in which she does."""
        return await self.database.write(_says, self.channel, text, phone, self.clock, more)

    async def look(self, by: Lookout | None = None) -> None:
        while await (by or self.lookout).look():
            pass

    async def due(self, after: Micros = 3 * SECOND) -> list[PushJob]:
        """What is to be sent a moment later."""
        await self.look()
        self.clock += after
        return await self.database.write(_claimed, self.clock)


def _agent(connection: Connection, name: str, role: str, now: Micros) -> Agent:
    email = f"{name}-{next(_numbers)}@example.com"
    user = people.add(connection, email=email, name=name, role=role, now=now)
    session = token_digest(sessions.start(connection, user.id, "Firefox on Linux", now))
    browser = Browser(f"https://push.example/{next(_numbers)}")
    asked = Subscribed(browser.endpoint, **browser.keys, user_agent="Firefox/1 Linux")
    device, _ = devices.add_device(connection, user.id, session, asked, now)
    return Agent(user.id, session, device)


def _says(
    connection: Connection, channel: Channel, text: str, phone: str, now: Micros, more: Any
) -> str:
    entry = Entry(new_id(now), channel.id, now, b"{}")
    journal.store_entries(connection, [entry])
    key = f"wamid.{next(_numbers)}"
    usual = {"type": "text", "provider_type": "text", "direction": "in", "text": text}
    event = MessageEvent(
        key=f"msg:{key}",
        ts=now,
        provider_message_id=key,
        contact=Person(wa_id=phone, phone=f"+{phone}", name="Dana Reyes"),
        **(usual | more),
    )
    told = Facts(entry.id, now, channel.id, [(channel.id, event)], [])
    apply(connection, [told], {channel.id: channel}, now)
    query = select(conversations.c.id).where(conversations.c.channel_id == channel.id)
    return str(
        connection.execute(query.order_by(conversations.c.arrived_at.desc())).scalars().first()
    )


def _claimed(connection: Connection, now: Micros) -> list[PushJob]:
    lanes = connection.execute(select(push_devices.c.id)).scalars()
    return pushes.claim(connection, Turn(dict.fromkeys(lanes, 9), [], now, now + HOLD))


@pytest.fixture
async def desk(database: Database) -> Desk:
    account = str(109876543210987 + next(_numbers))
    facts = {"name": "Shop", "provider": "cloud-api", "account": account, "secret": "s" * 20}
    channel = await database.write(lambda found: store.add(found, SEALER, **facts, now=NOW))
    return Desk(database, channel)


@pytest.fixture
async def ana(desk: Desk) -> Agent:
    return await desk.agent("Ana")


@pytest.fixture
async def ben(desk: Desk) -> Agent:
    return await desk.agent("Ben")
