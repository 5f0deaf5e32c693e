"""A copy of a SQLite file that others write to: one moment of it, whole, in one file."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

Heard = Callable[[int, int], None]
"""How much is done, and of how much."""

PAGES = 2_000


def copy_database(source: Path, target: Path, heard: Heard) -> str | None:
    """Copy it as it is now, and return its revision; what is written meanwhile is not in it.

    The copy needs no log beside it, and its mark is nobody's, so that no log is taken for its own.
    """
    with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(target)) as copy:
        reader.isolation_level = copy.isolation_level = None
        reader.execute("PRAGMA query_only=ON")
        # The snapshot is held from here on: without it, each write of others would begin it anew.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        reader.backup(copy, pages=PAGES, progress=lambda _, left, all_: heard(all_ - left, all_))
        for pragma in ("journal_mode=DELETE", "application_id=0", "user_version=0"):
            copy.execute(f"PRAGMA {pragma}").fetchall()
        revision = _revision(copy)
    sync(target)
    return revision


def _revision(copy: sqlite3.Connection) -> str | None:
    try:
        row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return str(row[0]) if row else None


def sync(path: Path) -> None:
    """A file, or a folder with the names in it, is on disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
