"""Whether a write-ahead log belongs to the database that it lies beside.

SQLite goes by the name alone: whatever ``inbox.db-wal`` holds is written into whatever ``inbox.db``
is there, and a database that was copied over another one is ruined for good, or mixed with it. So
each log that we begin says in its first commit which database it continues: ``application_id`` is
the ``user_version`` that the file has, and ``user_version`` the one it gets by this log. Both are
in the first hundred bytes of page 1, where they can be read without SQLite.
"""

import secrets
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

LEFTOVERS = ("-wal", "-shm", "-journal")
"""What lies beside a SQLite file and is of no use without that very file."""

_LOG_HEAD, _FRAME_HEAD, _FILE_HEAD = 32, 24, 100
_MAGIC = (0x377F0682, 0x377F0683)


class ForeignLog(RuntimeError):
    """What lies beside the database continues another one; nothing was touched."""

    def __init__(self, database: Path) -> None:
        super().__init__(f"{database}-wal does not belong to {database}")
        self.database = database


class Stamp(NamedTuple):
    """What page 1 says of itself."""

    continues: int
    version: int
    schema: int


def new_version() -> int:
    """By which a state of a database is known; 0 is that of one which nobody marked."""
    return secrets.randbelow(2**31 - 1) + 1


def next_to(database: Path, suffix: str) -> Path:
    return database.with_name(database.name + suffix)


def refuse_foreign_log(database: Path) -> None:
    """Raise ``ForeignLog`` if opening the database would ruin it or mix it with another.

    Only whoever holds the lock may ask: the log of a database in use changes meanwhile.
    """
    log = next_to(database, "-wal")
    page_size, stamps = _log_stamps(log)
    if page_size is None:
        return
    head = _head(database)
    if head is None or _page_size(head) != page_size:
        raise ForeignLog(database)
    if not stamps:
        _refuse_broken(database, log)
        return
    here = _stamp(head)
    known = {stamps[0].continues, *(stamp.version for stamp in stamps)}
    if here.version not in known or here.schema not in {stamp.schema for stamp in stamps}:
        raise ForeignLog(database)


def _refuse_broken(database: Path, log: Path) -> None:
    """A log that nobody marked, by another tool or an older Inbox: tried on a copy of both."""
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=".inbox-look-") as folder:
        copy = Path(folder, database.name)
        shutil.copyfile(database, copy)
        shutil.copyfile(log, next_to(copy, "-wal"))
        if faults_within(copy):
            raise ForeignLog(database)


def faults_within(database: Path) -> list[str]:
    """What ``PRAGMA quick_check`` finds wrong, up to ten things; empty if all is well."""
    try:
        with closing(sqlite3.connect(database)) as opened:
            found = [row[0] for row in opened.execute("PRAGMA quick_check(10)")]
    except sqlite3.DatabaseError as fault:
        return [str(fault)]
    return [] if found == ["ok"] else found


def _log_stamps(log: Path) -> tuple[int | None, list[Stamp]]:
    """Its size of a page, None if it holds no commit; and page 1 each time it was committed."""
    try:
        file = log.open("rb")
    except FileNotFoundError:
        return None, []
    with file:
        head = file.read(_LOG_HEAD)
        if len(head) < _LOG_HEAD or struct.unpack(">I", head[:4])[0] not in _MAGIC:
            return None, []
        page_size, salts = struct.unpack(">I", head[8:12])[0], head[16:24]
        stamps: list[Stamp] = []
        fresh: list[Stamp] = []
        committed = False
        while len(frame := file.read(_FRAME_HEAD)) == _FRAME_HEAD and frame[8:16] == salts:
            page, commit = struct.unpack(">II", frame[:8])
            body = file.read(page_size)
            if len(body) < page_size:
                break
            if page == 1:
                fresh.append(_stamp(body))
            if commit:
                committed = True
                stamps += fresh
                fresh = []
    return (page_size if committed else None), [stamp for stamp in stamps if stamp.continues]


def _head(database: Path) -> bytes | None:
    try:
        with database.open("rb") as file:
            head = file.read(_FILE_HEAD)
    except FileNotFoundError:
        return None
    return head if len(head) == _FILE_HEAD and head.startswith(b"SQLite format 3\0") else None


def _page_size(head: bytes) -> int:
    size: int = struct.unpack(">H", head[16:18])[0]
    return 65536 if size == 1 else size


def _stamp(page: bytes) -> Stamp:
    schema, version, continues = struct.unpack(">I16xI4xI", page[40:72])
    return Stamp(continues=continues, version=version, schema=schema)


def leftovers(database: Path) -> Iterator[Path]:
    """What is there of them."""
    for suffix in LEFTOVERS:
        if (found := next_to(database, suffix)).exists():
            yield found
