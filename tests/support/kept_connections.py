"""Connections to PostgreSQL that outlive the engines of a test, and are given to the next one's.

Each is a process there, which reads the catalogues and prepares every statement anew: with a
database of its own for each test that was half of what PostgreSQL had to do. What is kept is reset
as a pool resets what comes back to it, its plans included; what is not whole any more is closed.
"""

import asyncio
from collections import defaultdict
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.util import await_only

_AT_MOST: Final = 4
"""For one database: most tests need no more at once."""
_PATIENCE: Final = 5.0


class KeptConnections:
    """Of the databases in ``names``, to be used on one loop only, the one of ``begin``."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._idle: defaultdict[str, list[Any]] = defaultdict(list)
        self._way: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        """Of each connection of the driver: how it was asked for."""

    def begin(self) -> None:
        """From now on all engines on the running loop let go of connections to us."""
        self._loop = asyncio.get_running_loop()
        connect: Any = PGDialect_asyncpg.connect
        close: Any = PGDialect_asyncpg.do_close

        def connected(dialect: Any, *args: Any, **options: Any) -> Any:
            way = repr(sorted(options.items())) if self._keeps(options.get("database")) else ""
            if way and (kept := self._taken(way)):
                kept.dbapi = dialect.loaded_dbapi
                return kept
            made = connect(dialect, *args, **options)
            if way:
                self._way[made.driver_connection] = way
            return made

        def closed(dialect: Any, connection: Any) -> None:
            if not self._left(connection):
                close(dialect, connection)

        setattr(PGDialect_asyncpg, "connect", connected)  # noqa: B010 - mypy refuses a method
        setattr(PGDialect_asyncpg, "do_close", closed)  # noqa: B010 - as above

    def processes(self) -> list[int]:
        """What PostgreSQL calls those that nobody uses."""
        kept = [one.driver_connection for idle in self._idle.values() for one in idle]
        return [one.get_server_pid() for one in kept if not one.is_closed()]

    def let_go(self) -> None:
        """Close all: what a database is told of new connections, those do not know."""
        for idle in self._idle.values():
            for one in idle:
                one.driver_connection.terminate()
        self._idle.clear()

    async def close(self) -> None:
        """From now on nothing is kept."""
        self._loop = None
        self.let_go()

    def _keeps(self, name: object) -> bool:
        return name in self.names and asyncio.get_running_loop() is self._loop

    def _taken(self, way: str) -> Any:
        while self._idle[way]:
            kept = self._idle[way].pop()
            driver = kept.driver_connection
            if await_only(_done(driver.execute("DISCARD PLANS", timeout=_PATIENCE))):
                return kept
            driver.terminate()
        return None

    def _left(self, connection: Any) -> bool:
        """Whether we keep it."""
        driver = connection.driver_connection
        way = self._way.get(driver)
        if way is None or self._loop is None or len(self._idle[way]) >= _AT_MOST:
            return False
        if driver.is_closed() or not await_only(_done(driver.reset(timeout=_PATIENCE))):
            return False
        connection.isolation_level = connection._isolation_setting = None
        connection.readonly = connection.deferrable = False
        connection._transaction = None
        self._idle[way].append(connection)
        return True


async def _done(work: Any) -> bool:
    try:
        await work
    except Exception:
        return False  # of whatever kind it is, the connection is of no use any more
    return True


kept: Final = KeptConnections()
