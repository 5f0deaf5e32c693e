"""A database and a channel in it: the rows of each test, and of each example, have their own."""

from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from sqlalchemy import Connection

from inbox.channels import store
from inbox.domain.channels import Channel
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer

NOW = 1_750_000_000_000_000

_accounts = map(str, count(109876543210987))
AddChannel = Callable[[], Awaitable[Channel]]


@pytest.fixture
def add_channel(database: Database) -> AddChannel:
    return lambda: database.write(new_channel)


@pytest.fixture
async def channel(add_channel: AddChannel) -> Channel:
    return await add_channel()


def new_channel(connection: Connection) -> Channel:
    right = {"name": "Shop", "provider": "cloud-api", "account": next(_accounts)}
    return store.add(connection, Sealer(b"k" * 40), **right, secret="s" * 20, now=NOW)
