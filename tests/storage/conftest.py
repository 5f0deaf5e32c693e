from collections.abc import AsyncIterator

import pytest

from inbox.storage.database import Database, connect
from inbox.storage.migrate import migrate


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    await migrate(database_url)
    opened = connect(database_url)
    yield opened
    await opened.close()
