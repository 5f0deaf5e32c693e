"""A file that comes in pieces, so that who was cut off goes on where it stands.

Each piece is small, and put behind the others in one go under a lock of the file: two who send the
same piece put it there once, and nobody holds a place for a connection that has died. What is on
disk says how much there is.
"""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from inbox.media.store import Store, StoreFault

P = ParamSpec("P")
T = TypeVar("T")

PIECE: Final = 1024 * 1024
"""Bytes of one piece at most."""


class Misplaced(Exception):
    """The piece does not follow what is here; ``offset``: what would."""

    def __init__(self, offset: int) -> None:
        super().__init__(str(offset))
        self.offset = offset


class Pieces:
    def __init__(self, store: Store) -> None:
        self._store = store

    def _path(self, upload_id: str) -> Path:
        return self._store.partial(upload_id)

    async def offset(self, upload_id: str) -> int:
        """How much of it is here."""
        return await self._store.size(self._path(upload_id)) or 0

    async def put(self, upload_id: str, offset: int, piece: bytes, whole: int) -> int:
        """Put a piece behind what is here; how much there is then.

        One that is here already is left as it is. Raises ``Misplaced`` and ``StoreFault``.
        """
        return await _threaded(_put, self._path(upload_id), offset, piece, whole)

    async def complete(self, upload_id: str, whole: int) -> str | None:
        """Give a whole file its name; its digest, or None if somebody has done so meanwhile."""
        return await _threaded(self._complete, upload_id, whole)

    def _complete(self, upload_id: str, whole: int) -> str | None:
        path = self._path(upload_id)
        with _held(path, create=False) as file:
            if file is None or os.fstat(file.fileno()).st_size != whole:
                return None
            file.seek(0)
            digest = _digest(file)
            os.fsync(file.fileno())
            self._store.put_in_place(path, digest)
        return digest

    async def discard(self, upload_id: str) -> None:
        path = self._path(upload_id)
        await asyncio.to_thread(path.unlink, missing_ok=True)


def _digest(file: FileIO) -> str:
    found = hashlib.sha256()
    while data := file.read(PIECE):
        found.update(data)
    return found.hexdigest()


def _put(path: Path, offset: int, piece: bytes, whole: int) -> int:
    with _held(path, create=True) as file:
        assert file is not None
        here = os.fstat(file.fileno()).st_size
        end = offset + len(piece)
        if end <= here:
            return here
        if offset != here or end > whole:
            raise Misplaced(here)
        file.seek(here)
        rest = memoryview(piece)
        while rest:
            rest = rest[file.write(rest) :]
        return end


@contextmanager
def _held(path: Path, *, create: bool) -> Iterator[FileIO | None]:
    """The file under its lock, unless it went to its place while we waited for that."""
    if create:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
    except FileNotFoundError:
        yield None
        return
    with FileIO(handle, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        gone = not path.exists() or path.stat().st_ino != os.fstat(file.fileno()).st_ino
        if gone and create:
            raise Misplaced(0)
        yield None if gone else file


async def _threaded(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except OSError as fault:
        raise StoreFault(fault.errno, fault.strerror) from fault
