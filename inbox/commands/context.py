"""What a command works with, in its own process or inside the running server."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from inbox.config import Settings
from inbox.domain.times import Micros, now
from inbox.server.failure import Failure
from inbox.storage import database
from inbox.storage.database import Database, connect
from inbox.storage.migrate import migrate
from inbox.storage.secrets import Sealer, secret_key


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    settings: Settings
    database: Database
    sealer: Sealer = field(repr=False)
    now: Callable[[], Micros] = now

    @property
    def public_url(self) -> str:
        return self.settings.public_url or self.settings.local_url


def key_of(settings: Settings) -> bytes:
    return secret_key(settings.secret_key, settings.data_dir)


def sqlite_file(settings: Settings) -> Path:
    path = make_url(settings.database_url).database
    if not path or path == ":memory:":
        raise Failure("INBOX_DATABASE_URL must name a file, like sqlite+aiosqlite:///inbox.db.")
    return Path(path)


def place(settings: Settings) -> str:
    """Where the data is, in words for people; never a password."""
    if settings.sqlite:
        return str(sqlite_file(settings))
    return database.place(settings.database_url)


async def prepared(settings: Settings) -> House:
    """The database, brought up to date; on SQLite the caller holds the lock."""
    await migrate(settings.database_url)
    sealer = Sealer(key_of(settings))
    return House(settings=settings, database=connect(settings.database_url), sealer=sealer)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """``prepared``, and closed in the end."""
    house = await prepared(settings)
    try:
        yield house
    finally:
        await house.database.close()
