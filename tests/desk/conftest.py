"""A database with an admin and an agent in it."""

import pytest

from inbox.access import people
from inbox.desk.wording import Author, Wording
from inbox.storage.database import Database

NOW = 1_750_000_000_000_000


@pytest.fixture
async def ana(database: Database) -> Author:
    user = await database.write(
        people.add, email="ana@example.com", name="Ana", role="admin", now=NOW
    )
    return Author(user.id, leads=True)


@pytest.fixture
async def ben(database: Database) -> Author:
    user = await database.write(
        people.add, email="ben@example.com", name="Ben", role="agent", now=NOW
    )
    return Author(user.id, leads=False)


def said(short_code: str, content: str = "We open at nine.", scope: str = "everybody") -> Wording:
    return Wording(short_code=short_code, content=content, scope=scope)
