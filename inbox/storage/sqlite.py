"""What SQLite needs told: how it keeps its promises, and who may write."""

import sqlite3
import sys
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

CACHE_KIB = 12_000
CHECKPOINT_PAGES = 4_000
BUSY_MS = 1_500
"""Nobody else should hold the lock: who waits longer for it than this is told."""

STATEMENTS = 512
"""How many the driver keeps compiled: an INSERT of several rows is another for each number."""

Row = tuple[Any, ...]

_DIRECT = "direct"


class DriverConnection:
    """The driver's own connection, for statements whose text and values are ready.

    SQLAlchemy's contexts, cursors and results cost several times what SQLite needs for one
    row. ``heard``: who is told of every statement.
    """

    def __init__(self, driver: sqlite3.Connection, heard: list[Callable[[str], None]]) -> None:
        self._driver, self._heard = driver, heard

    def begin(self) -> None:
        """IMMEDIATE: a write never fails half-way as a reader."""
        self._driver.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._driver.execute("COMMIT")

    def rollback(self) -> None:
        self._driver.rollback()

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        self._tell(sql)
        self._driver.executemany(sql, rows)

    def run(self, sql: str, values: Row) -> None:
        self._tell(sql)
        self._driver.execute(sql, values)

    def rows(self, sql: str, values: Row) -> list[Row]:
        self._tell(sql)
        return self._driver.execute(sql, values).fetchall()

    def _tell(self, sql: str) -> None:
        for hear in self._heard:
            hear(sql)


def open_writer(
    engine: Engine, heard: list[Callable[[str], None]]
) -> tuple[Connection, DriverConnection]:
    """A connection for many transactions, begun and ended by its ``DriverConnection`` alone."""
    connection = engine.connect()
    driver: Any = connection.connection.dbapi_connection
    connection.info[_DIRECT] = DriverConnection(driver, heard)
    return connection, connection.info[_DIRECT]


def direct(connection: Connection) -> DriverConnection | None:
    """That of the writer; other connections have none."""
    found: DriverConnection | None = connection.info.get(_DIRECT)
    return found


def translated(fault: sqlite3.Error, statement: str = "") -> Exception:
    """As SQLAlchemy would have raised it."""
    told = DBAPIError.instance(statement, None, fault, sqlite3.Error, hide_parameters=True)
    assert isinstance(told, Exception)
    return told


def refused_by_us(fault: BaseException | None) -> bool:
    """Whether the work was given up for a reason of its own, and no driver had a part in it.

    A reply outside the window, a name that is taken: the connection is as good as before.
    """
    while fault is not None:
        if not isinstance(fault, Exception) or isinstance(fault, (sqlite3.Error, SQLAlchemyError)):
            return False
        fault = fault.__cause__ or fault.__context__
    return True


def tune_writer(engine: Engine) -> None:
    """FULL: a commit survives a power cut."""
    event.listen(engine, "connect", _configure_writer)


def tune_reader(engine: Engine) -> None:
    """A reader sees one moment and cannot write, whatever a query holds."""
    event.listen(engine, "connect", _configure_reader)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))


def _configure_writer(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    _pragmas(connection, journal_mode="WAL", synchronous="FULL", foreign_keys="ON")
    # Fewer pages read again and written back: a tenth of what a webhook costs in a burst.
    _pragmas(connection, cache_size=f"-{CACHE_KIB}", wal_autocheckpoint=str(CHECKPOINT_PAGES))
    if sys.platform == "darwin":
        _pragmas(connection, fullfsync="ON")


def _configure_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    _pragmas(connection, query_only="ON")


def _pragmas(connection: sqlite3.Connection, **values: str) -> None:
    cursor = connection.cursor()
    for name, value in {"busy_timeout": str(BUSY_MS), "mmap_size": "0", **values}.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()
