from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from sqlalchemy import Connection, update

from inbox.channels import store
from inbox.domain.channels import Channel
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import channels

NOW = 1_750_000_000_000_000

Add = Callable[..., Awaitable[Channel]]


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(b"k" * 40)


async def connected_twice(database: Database, one: Channel, other: Channel) -> None:
    """As an Inbox left it that did not look whether a number is connected already."""

    def work(connection: Connection) -> None:
        here = update(channels).where(channels.c.id == other.id)
        connection.execute(here.values(account=one.account))

    await database.write(work)


@pytest.fixture
def add(database: Database, sealer: Sealer) -> Add:
    """Add a channel to the database: right in all that the test does not say.

    Each is of another number, the first of 109876543210987.
    """
    accounts = map(str, count(109876543210987))

    async def add(name: str = "Shop", now: int = NOW, **facts: str) -> Channel:
        right = {"provider": "cloud-api", "account": next(accounts), "secret": "app secret"}
        return await database.write(store.add, sealer, name=name, now=now, **(right | facts))

    return add
