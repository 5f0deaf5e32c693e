"""People who wrote, on channels of their own."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select

from inbox.conversations.contact_details import details_of
from inbox.desk.contacts.attributes import add_attribute
from inbox.desk.contacts.editing import ContactEdit, edit_contact
from inbox.domain.channels import Channel
from inbox.domain.contacts import ContactAttribute, ContactDetails
from inbox.domain.events import Person
from inbox.domain.ids import new_id
from inbox.domain.reach import EVERYTHING
from inbox.storage.database import Database
from inbox.storage.tables import contacts
from tests.conversations.conftest import NOW, new_channel
from tests.conversations.test_apply import tell
from tests.conversations.test_order import text

Meet = Callable[..., Awaitable[ContactDetails]]
Edit = Callable[..., Awaitable[ContactDetails]]
Define = Callable[..., Awaitable[ContactAttribute]]


@pytest.fixture
async def channel(database: Database) -> Channel:
    return await database.write(new_channel)


@pytest.fixture
async def elsewhere(database: Database) -> Channel:
    return await database.write(new_channel)


@pytest.fixture
def meet(database: Database, channel: Channel) -> Meet:
    """Somebody writes; who that is then."""

    async def meet(
        number: str = "12025550142",
        at: int = 1,
        where: Channel | None = None,
        heard: int = NOW,
        **facts: Any,
    ) -> ContactDetails:
        here = where or channel
        who = Person(wa_id=number, phone=f"+{number}", **facts)
        await tell(database, here, [text(f"wamid.{new_id(NOW)}", at, who)], heard=heard)
        return await database.read(_of_number, here.id, number)

    return meet


def _of_number(connection: Connection, channel_id: str, number: str) -> ContactDetails:
    mine = (contacts.c.channel_id == channel_id) & (contacts.c.wa_id == number)
    contact_id = connection.execute(select(contacts.c.id).where(mine)).scalar_one()
    found = details_of(connection, contact_id, EVERYTHING)
    assert found is not None
    return found


@pytest.fixture
def edit(database: Database) -> Edit:
    async def edit(contact_id: str, now: int = NOW, **words: Any) -> ContactDetails:
        return await database.write(edit_contact, EVERYTHING, contact_id, ContactEdit(**words), now)

    return edit


@pytest.fixture
def define(database: Database) -> Define:
    """An attribute under a key that nobody else has."""

    async def define(kind: str = "text", choices: tuple[str, ...] = ()) -> ContactAttribute:
        key = f"a{new_id(NOW)[-12:]}"
        return await database.write(add_attribute, key, "Plan", kind, choices, NOW)

    return define
