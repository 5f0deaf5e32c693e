import pytest

from inbox.access import people
from inbox.access.people import User
from inbox.storage.database import Database

NOW = 1_750_000_000_000_000


@pytest.fixture
async def ana(database: Database) -> User:
    return await database.write(
        people.add, email="ana@example.com", name="Ana", role="admin", now=NOW
    )


@pytest.fixture
async def ben(database: Database) -> User:
    return await database.write(
        people.add, email="ben@example.com", name="Ben", role="agent", now=NOW
    )
