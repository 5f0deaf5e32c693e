"""One process per SQLite file, held by a lock beside it."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from inbox.domain.text import JsonObject


class Taken(RuntimeError):
    """Another process has the file. ``holder`` is what it wrote down of itself."""

    def __init__(self, path: Path, holder: JsonObject) -> None:
        super().__init__(
            f"Another process (pid {holder.get('pid', 'unknown')}) is using {path.name} in "
            f"{path.parent}. One process may use a SQLite file; stop it first, or run "
            "several on PostgreSQL (INBOX_DATABASE_URL)."
        )
        self.holder = holder


class FileLock:
    """An advisory lock that the system lets go when its process dies, however it dies."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._handle = -1

    def take(self, **note: Any) -> None:
        """Hold the lock and leave ``note`` for who finds it taken; raises ``Taken``."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Taken(self._database, self._holder()) from None
        self._handle = handle
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), **note}).encode(), 0)

    def _holder(self) -> JsonObject:
        try:
            found: JsonObject = json.loads(self._path.read_text())
        except ValueError:
            return {}
        return found

    def release(self) -> None:
        if self._handle >= 0:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = -1
