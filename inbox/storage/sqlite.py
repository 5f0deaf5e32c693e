"""What SQLite needs told: how it keeps its promises, and who may write."""

import sqlite3
import sys
from typing import Any

from sqlalchemy import Engine, event

CACHE_KIB = 12_000
CHECKPOINT_PAGES = 4_000
BUSY_MS = 1_500
"""Nobody else should hold the lock: who waits longer for it than this is told."""


def tune_writer(engine: Engine) -> None:
    """FULL: a commit survives a power cut. IMMEDIATE: a write never fails half-way as a reader."""
    event.listen(engine, "connect", _configure_writer)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))


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
