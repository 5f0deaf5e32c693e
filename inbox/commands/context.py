"""What a command works with, in its own process or inside the running server."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from inbox.config import Settings
from inbox.discreet import Discreet, Private
from inbox.domain.language import _
from inbox.domain.times import Micros, now
from inbox.server.failure import Failure
from inbox.storage import database
from inbox.storage.database import Database, connect
from inbox.storage.lock import FileLock, Taken
from inbox.storage.migrate import migrate
from inbox.storage.secrets import Sealer, secret_key
from inbox.storage.wal import refuse_foreign_log


class CommandContext(Discreet, frozen=True, kw_only=True):
    settings: Settings
    database: Database
    sealer: Private[Sealer]
    now: Callable[[], Micros] = now

    @property
    def public_url(self) -> str:
        return self.settings.own_url


def key_of(settings: Settings) -> bytes:
    return secret_key(settings.secret_key, settings.data_dir)


def sqlite_file(settings: Settings) -> Path:
    path = make_url(settings.database_url).database
    if not path or path == ":memory:":
        raise Failure(_("INBOX_DATABASE_URL must name a file, like sqlite+aiosqlite:///inbox.db."))
    return Path(path)


def data_place(settings: Settings) -> str:
    """Where the data is, in words for people; never a password."""
    if settings.sqlite:
        return str(sqlite_file(settings))
    return database.database_place(settings.database_url)


async def prepared_context(settings: Settings) -> CommandContext:
    """The database, brought up to date; on SQLite the caller holds the lock."""
    await migrate(settings.database_url)
    sealer = Sealer(key_of(settings))
    return CommandContext(settings=settings, database=connect(settings.database_url), sealer=sealer)


@asynccontextmanager
async def opened_context(settings: Settings) -> AsyncIterator[CommandContext]:
    """``prepared``, and closed in the end."""
    context = await prepared_context(settings)
    try:
        yield context
    finally:
        await context.database.close()


def refuse_before_opening(file: Path) -> None:
    """Raise ``ForeignLog`` for a log of another database, before anybody opens this one.

    A server has looked at its start; where there is none, we are the first.
    """
    lock = FileLock(file)
    try:
        lock.take()
    except Taken:
        return
    try:
        refuse_foreign_log(file)
    finally:
        lock.release()
