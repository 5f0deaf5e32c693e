"""The two ways to the database: ``write`` one transaction, ``read`` one snapshot.

The work is an ordinary function of a SQLAlchemy ``Connection``. On SQLite all writes run on
one thread with one connection, reads on a few with one each that cannot write; either is
entered once for all of its statements. On PostgreSQL both run on the async pool.
Errors hide their parameters: they would put customers' words into the logs.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool

from inbox.domain.tally import Histogram
from inbox.storage import postgresql, sqlite
from inbox.storage.writing import Writing
from inbox.surprises import Surprises

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = [
    "FAULTS",
    "Connection",
    "Database",
    "announce",
    "connect",
    "database_place",
    "on_statement",
    "one_statement",
]

log = logging.getLogger(__name__)

FAULTS = (OperationalError, InterfaceError, PoolTimeout, OSError)
"""The database cannot do it now (away, locked, full): not the fault of what was asked."""

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]

READERS = 4
POSTGRESQL_POOL = 10
DEADLOCKS = 3
"""So often in a row somebody gives way; each takes PostgreSQL a second to find."""


SURPRISED_SECONDS = 60.0
"""All is tried again with the next write: so long without another mistake, it is over."""

_ONE_STATEMENT: set[Callable[..., Any]] = set()


def one_statement(work: Callable[Concatenate[Connection, P], T]) -> Work[P, T]:
    """Says of a work that it is one statement: PostgreSQL needs not be told begin and end of it."""
    _ONE_STATEMENT.add(work)
    return work


OnCommit = Callable[[list[Any]], None]

_NEWS = "news"


class Announcing:
    """Tells of commits; nobody who wrote suffers from whoever hears of it."""

    def __init__(self) -> None:
        self.on_commit: OnCommit = _unheard
        self._untold = Surprises(log, "a commit is not told of", SURPRISED_SECONDS)

    @property
    def mistake(self) -> str | None:
        """What goes wrong by a mistake of ours, for ``/health``."""
        return self._untold.reason

    def _announce(self, news: list[Any]) -> None:
        if not news:
            return
        try:
            self.on_commit(news)
        except Exception as mistake:
            self._untold.met(mistake)


def _unheard(_news: list[Any]) -> None:
    """Nobody listens: a command, or a test."""


def announce(connection: Connection, news: Any) -> None:
    """Say something to ``Database.on_commit``, once this transaction is durable."""
    connection.info.setdefault(_NEWS, []).append(news)


class Database(Protocol):
    engine_name: str
    on_commit: OnCommit
    """Called on the event loop after each commit that announced something, in their order.

    What it raises is told in the log, and nothing to who wrote: what they did is committed."""
    shared: bool
    """Whether other processes may be at work on it too."""
    write_seconds: Histogram
    """From the asking to the commit, waiting for a turn included; so for reads."""
    read_seconds: Histogram

    @property
    def mistake(self) -> str | None:
        """What is not done beside reading and writing, by a mistake of ours; None: all is."""

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in a transaction that is durable when this returns."""

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in one snapshot; it must not write."""

    async def close(self) -> None: ...


def connect(url: str) -> Database:
    """Open ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://…``; connects lazily."""
    return SQLite(url) if url.startswith("sqlite") else PostgreSQL(url)


def database_place(url: str) -> str:
    """Where the data is, in words for people; never a password."""
    made = make_url(url)
    if url.startswith("sqlite"):
        return made.database or ""
    return made.set(query={}).render_as_string(hide_password=True)


class SQLite(Announcing):
    engine_name = "sqlite"
    shared = False

    def __init__(self, url: str) -> None:
        super().__init__()
        self.write_seconds, self.read_seconds = Histogram(), Histogram()
        path = make_url(url).database
        self._files = sqlite.Files(Path(path or ""))
        self._writer = create_engine(
            sqlite.existing(url),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"cached_statements": sqlite.STATEMENTS},
        )
        sqlite.tune_writer(self._writer)
        self._open: tuple[Connection, sqlite.DriverConnection] | None = None
        self._heard: list[Callable[[str], None]] = []
        self._uncopied = Surprises(
            log, "the database's log is not copied into its file", SURPRISED_SECONDS
        )
        self._writing = Writing(self._committed, self._keep_log_short, self._uncopied.met)
        self._readers = create_engine(
            sqlite.existing(url),
            pool_size=READERS,
            max_overflow=0,
            hide_parameters=True,
        )
        sqlite.tune_reader(self._readers)
        self._reading = ThreadPoolExecutor(READERS, "reader")

    @property
    def mistake(self) -> str | None:
        return super().mistake or self._uncopied.reason

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        began = perf_counter()
        found, _ = await self._writing.submit(partial(self._transact, work, args, kwargs))
        self.write_seconds.observe(perf_counter() - began)
        return cast(T, found)

    def _committed(self, outcome: tuple[Any, list[Any]]) -> None:
        self._announce(outcome[1])

    def _transact(self, work: Callable[..., T], args: Any, kwargs: Any) -> tuple[T, list[Any]]:
        try:
            connection, direct = self._open = self._open or self._opened()
            self._files.check()
            direct.begin()
            outcome = _attentive(connection, work, args, kwargs)
            direct.commit()
            self._files.check()  # what went into a file that is lost is not kept
        except BaseException as fault:
            if not (sqlite.refused_by_us(fault) and self._rolled_back()):
                # A connection that met a fault may be of no more use: start over with a clean one.
                self._let_go()
            if isinstance(fault, sqlite3.Error):
                raise sqlite.translated(fault) from fault
            raise
        return outcome

    def _keep_log_short(self) -> None:
        """Once it is known what was written: some milliseconds of the disk, twice a second and
        more, which whoever wrote last would wait for."""
        if self._open is None:
            return
        try:
            self._files.keep_log_short(self._open[1])
        except Exception:
            self._let_go()
            raise

    def _opened(self) -> tuple[Connection, sqlite.DriverConnection]:
        """A connection to the file that is at its path, also when it was made."""
        self._files.find_database()
        connection, direct = sqlite.open_writer(self._writer, self._heard)
        try:
            self._files.opened()
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        return connection, direct

    def _rolled_back(self) -> bool:
        """Undo what the work did, on the connection that goes on; whether that could be done."""
        if self._open is None:
            return False
        try:
            self._open[1].rollback()
        except sqlite3.Error:
            return False
        return True

    def _let_go(self) -> None:
        self._files.close()
        if self._open is None:
            return
        (connection, direct), self._open = self._open, None
        with suppress(sqlite3.Error):
            direct.rollback()
        connection.invalidate()
        connection.close()

    def _close_writer(self) -> tuple[None, list[Any]]:
        self._let_go()
        return None, []

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        began = perf_counter()
        said = partial(copy_context().run, self._snapshot, work, args, kwargs)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._reading, cast("Callable[[], T]", said))
        self.read_seconds.observe(perf_counter() - began)
        return found

    def _snapshot(self, work: Callable[..., T], args: Any, kwargs: Any) -> T:
        with self._readers.connect() as connection:
            return work(connection, *args, **kwargs)

    async def close(self) -> None:
        done, self._reading = self._reading, ThreadPoolExecutor(READERS, "reader")
        await asyncio.to_thread(done.shutdown)
        self._readers.dispose()
        # The last connection to close checkpoints the WAL into the one file.
        await self._writing.submit(self._close_writer)
        await self._writing.close()


class PostgreSQL(Announcing):
    engine_name = "postgresql"
    shared = True

    def __init__(self, url: str) -> None:
        super().__init__()
        # They load the driver and SQLAlchemy's ORM, that SQLite has no need of.
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - see above

        from inbox.storage.postgresql_writing import Writers  # noqa: PLC0415 - see above

        self.write_seconds, self.read_seconds = Histogram(), Histogram()
        self._engine = create_async_engine(
            url,
            pool_size=POSTGRESQL_POOL,
            pool_use_lifo=True,
            hide_parameters=True,
            pool_timeout=postgresql.POOL_SECONDS,
            connect_args=postgresql.driver_options(url),
        )
        postgresql.tune_connection(self._engine.sync_engine)
        self._writers = Writers(self._engine)
        # A page is several statements: REPEATABLE READ lets them see one moment.
        self._readers = self._engine.execution_options(isolation_level="REPEATABLE READ")

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        began = perf_counter()
        found, news = await self._transact(work, args, kwargs)
        self.write_seconds.observe(perf_counter() - began)
        self._announce(news)
        return found

    async def _transact(
        self, work: Callable[..., T], args: Any, kwargs: Any
    ) -> tuple[T, list[Any]]:
        """Who had to give way in a deadlock was rolled back whole, and begins again."""
        for _ in range(DEADLOCKS):
            try:
                return await self._transact_once(work, args, kwargs)
            except OperationalError as fault:
                if not postgresql.gave_way(fault):
                    raise
                log.info("a transaction gave way to another, and is tried again")
        return await self._transact_once(work, args, kwargs)

    async def _transact_once(
        self, work: Callable[..., T], args: Any, kwargs: Any
    ) -> tuple[T, list[Any]]:
        alone = work in _ONE_STATEMENT
        name = getattr(work, "__qualname__", "")
        return await self._writers.transact(
            lambda it: _attentive(it, work, args, kwargs), name, alone
        )

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        began = perf_counter()
        try:
            found = await _snapshot(self._readers, work, *args, **kwargs)
        except DBAPIError as fault:
            if not fault.connection_invalidated:
                raise
            # Nobody is asked beforehand whether the connection lives, and reading harms nothing.
            found = await _snapshot(self._readers, work, *args, **kwargs)
        self.read_seconds.observe(perf_counter() - began)
        return found

    async def close(self) -> None:
        await self._writers.close()
        await self._engine.dispose()


async def _snapshot(
    engine: "AsyncEngine", work: Work[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    async with engine.connect() as connection:
        return await connection.run_sync(work, *args, **kwargs)


def _attentive(
    connection: Connection, work: Callable[..., T], args: Any, kwargs: Any
) -> tuple[T, list[Any]]:
    """What the work gives, and what it announced; nothing is left over from a failed one."""
    news = connection.info[_NEWS] = []
    return work(connection, *args, **kwargs), news


def on_statement(database: Database, listener: Callable[[str], None]) -> None:
    """Call ``listener`` with every SQL statement: tests count them."""
    engines: list[Any] = []
    match database:
        case SQLite():
            database._heard.append(listener)
            engines = [database._writer, database._readers]
        case PostgreSQL():
            database._writers.heard.append(listener)
            engines = [database._engine.sync_engine]
    for engine in engines:
        event.listen(
            engine,
            "before_cursor_execute",
            lambda _conn, _cursor, statement, *_rest: listener(statement),
        )
