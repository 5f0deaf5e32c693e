from collections.abc import Awaitable, Callable

import pytest

from inbox.channels import store
from inbox.domain.channels import Channel
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer

NOW = 1_750_000_000_000_000

Add = Callable[..., Awaitable[Channel]]


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(b"k" * 40)


@pytest.fixture
def add(database: Database, sealer: Sealer) -> Add:
    """Add a channel to the database: right in all that the test does not say."""

    async def add(name: str = "Shop", now: int = NOW, **facts: str) -> Channel:
        right = {"provider": "cloud-api", "account": "109876543210987", "secret": "app secret"}
        return await database.write(store.add, sealer, name=name, now=now, **(right | facts))

    return add
