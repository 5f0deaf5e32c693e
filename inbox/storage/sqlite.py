"""What SQLite needs told: how it keeps its promises, and who may write."""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from inbox.storage.checkpoint import Checkpoint
from inbox.storage.direct import DIRECT, Row
from inbox.storage.wal import new_version, next_to

CACHE_KIB = 12_000
CHECKPOINT_BYTES = 4_000_000
"""Of log, after which it is copied: the more, the longer a commit waits for the disk meanwhile."""
CHECKPOINT_SECONDS = 0.125
"""No sooner after the last, as in a burst the same pages are written again and again."""
BUSY_MS = 1_500
"""Nobody else should hold the lock: who waits longer for it than this is told."""

STATEMENTS = 512
"""How many the driver keeps compiled: an INSERT of several rows is another for each number."""


class DriverConnection:
    """The driver's own connection (``storage/direct.py``). ``heard``: who is told of every
    statement.
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

    def mark(self) -> None:
        """Say in the log which file it continues (``storage/wal.py``), before all else in it."""
        (version,) = self._driver.execute("PRAGMA user_version").fetchone()
        if not version:
            self._stamp(0, new_version())
            self.checkpoint()
            (version,) = self._driver.execute("PRAGMA user_version").fetchone()
        self._stamp(version, new_version())

    def _stamp(self, continued: int, version: int) -> None:
        self.begin()
        self._driver.execute(f"PRAGMA application_id={continued}")
        self._driver.execute(f"PRAGMA user_version={version}")
        self.commit()

    def checkpoint(self) -> bool:
        """Write the log into the file as far as readers let us; whether that was all of it."""
        busy, frames, done = self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return not busy and frames == done

    def _tell(self, sql: str) -> None:
        for hear in self._heard:
            hear(sql)


class Displaced(OSError):
    """The files that we have open are no longer those at their path."""


class Files:
    """The database and its log where they lie; used by the thread that writes, and by no other.

    A file that is moved, deleted or replaced under an open connection takes writes as before, and
    loses them with the connection.
    """

    def __init__(self, database: Path) -> None:
        self._paths = (database, next_to(database, "-wal"))
        self._known: list[tuple[int, int] | None] = [None, None]
        self._checkpoint: Checkpoint | None = None
        self._size = self._left = 0
        self._next = 0.0

    def opened(self) -> None:
        """Both are there; the database stays the one that it was at first."""
        self.find_database()
        self._known = [_identity(_there(path)) for path in self._paths]

    def close(self) -> None:
        if self._checkpoint is not None:
            self._checkpoint.close()
        self._checkpoint, self._left = None, 0

    def find_database(self) -> None:
        """Raise ``Displaced`` if it is not what it was. A log goes with its last connection."""
        _look(self._paths[0], self._known[0])

    def check(self) -> None:
        """Before and after each transaction: raise ``Displaced`` if either is not what it was."""
        self.find_database()
        self._size = _look(self._paths[1], self._known[1])

    def keep_log_short(self, driver: DriverConnection) -> None:
        """Between two transactions; a log begins with its mark. What a checkpoint cannot do now, a
        later one does, when the log has grown by so much again.
        """
        size = self._size
        if size > self._left + CHECKPOINT_BYTES and time.monotonic() >= self._next:
            with suppress(sqlite3.OperationalError):
                if self._is_copied():
                    self._left, self._next = size, time.monotonic() + CHECKPOINT_SECONDS
                    if driver.checkpoint():
                        driver.mark()
                        self._left = 0

    def _is_copied(self) -> bool:
        """Whether another thread has done most of it; it begins when it is first asked."""
        if self._checkpoint is None:
            self._checkpoint = Checkpoint(partial(_beside, self._paths[0]))
        if not self._checkpoint.begun:
            self._checkpoint.begin()
        if not self._checkpoint.copied:
            return False
        self._checkpoint.end()
        return True


def _beside(database: Path) -> sqlite3.Connection:
    """A connection of the thread that writes, to be used by another one too."""
    place = f"{database.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(
        place, uri=True, isolation_level=None, check_same_thread=False, timeout=0
    )
    _configure_writer(connection, None)
    return connection


def _look(path: Path, known: tuple[int, int] | None) -> int:
    """Its size."""
    found = _there(path)
    if known is not None and _identity(found) != known:
        raise Displaced(f"{path.name} was replaced by another file: restart Inbox")
    return found.st_size


def _there(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError:
        raise Displaced(f"{path.name} was moved or deleted: put it back, or restart") from None


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def existing(url: str) -> URL:
    """The same database, and never a new one in its place: migrations alone begin one.

    A server whose file was moved away would otherwise go on with an empty one.
    """
    place = Path(make_url(url).database or "").absolute().as_uri()
    return URL.create("sqlite", database=place, query={"mode": "rw", "uri": "true"})


def open_writer(
    engine: Engine, heard: list[Callable[[str], None]]
) -> tuple[Connection, DriverConnection]:
    """A connection for many transactions, begun and ended by its ``DriverConnection`` alone."""
    connection = engine.connect()
    driver: Any = connection.connection.dbapi_connection
    direct = DriverConnection(driver, heard)
    try:
        direct.mark()
    except BaseException:
        connection.invalidate()
        connection.close()
        raise
    connection.info[DIRECT] = direct
    return connection, direct


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
    # What a statement may have to undo is kept in memory: else each webhook makes a file for it.
    # No checkpoints by itself: ``Files.keep_log_short`` makes them, as a log begins with its mark.
    _pragmas(connection, cache_size=f"-{CACHE_KIB}", temp_store="MEMORY")
    _pragmas(connection, wal_autocheckpoint="0", journal_size_limit="0")
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
