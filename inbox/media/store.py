"""Files on disk under their SHA-256: ``ab/cdef…``. The same file twice is one file.

A file comes to its name whole or not at all: it is written beside, put on disk, and renamed.
All of it is done on threads. Raises ``StoreFault`` when the disk does not do its part.
"""

import asyncio
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, ParamSpec, Self, TypeVar
from uuid import uuid4

from inbox.media.opening import opened

P = ParamSpec("P")
T = TypeVar("T")

HEAD = 4096
"""Bytes from the start by which the kind of a file is told."""
CHUNK = 256 * 1024
"""Bytes that are written or read at once."""
OLD_SECONDS = 24 * 3600
"""A file that nobody refers to is left so long: what refers to it may be under way."""

_SMALL = ".webp"
_NAME = re.compile(r"[0-9a-f]{62}(\.webp)?", re.ASCII)


class StoreFault(OSError):
    """The disk is full, read-only or failing: wait until that is mended."""


class Incoming:
    """A file that is being written, under a name of its own. Keep it or discard it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        self._file: BinaryIO | None = None

    async def __aenter__(self) -> Self:
        try:
            self._file = await opened(self._create)
        except OSError as fault:
            raise StoreFault(fault.errno, fault.strerror) from fault
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            with suppress(OSError):
                await asyncio.to_thread(file.close)

    def _create(self) -> BinaryIO:
        # Each by itself: parents that are made on the way get the mode of the process.
        for folder in (self.path.parent.parent, self.path.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.path.open("xb", buffering=0)

    async def write(self, data: bytes) -> None:
        self.size += len(data)
        self._waiting += data
        if len(self._waiting) >= CHUNK:
            await self._flush()

    async def finish(self) -> None:
        """All of it is written, and on disk."""
        await self._flush()
        await _on_disk(self._sync)

    async def _flush(self) -> None:
        data, self._waiting = self._waiting, bytearray()
        await _on_disk(self._put, data)

    def _put(self, data: bytearray) -> None:
        assert self._file is not None
        self._digest.update(data)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _sync(self) -> None:
        assert self._file is not None
        os.fsync(self._file.fileno())

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    async def discard(self) -> None:
        with suppress(OSError):
            await asyncio.to_thread(self.path.unlink, missing_ok=True)


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._temporary = folder / "incoming"
        self._partial = folder / "uploads"

    def incoming(self) -> Incoming:
        return Incoming(self._temporary / uuid4().hex)

    def path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:]

    def small_path(self, digest: str) -> Path:
        """Of the thumbnail, beside its original."""
        return self.folder / digest[:2] / (digest[2:] + _SMALL)

    def partial(self, name: str) -> Path:
        """Where a file is put together that comes in pieces, also over a restart."""
        return self._partial / name

    def put_in_place(self, path: Path, digest: str) -> None:
        """Give a file that is on disk its name; on the thread of who calls."""
        _put_in_place(path, self.path(digest))

    async def keep(self, file: Incoming) -> None:
        """Give a finished file its name; it is on disk under it when this returns."""
        await _on_disk(_put_in_place, file.path, self.path(file.digest))

    async def keep_small(self, digest: str, thumbnail: bytes) -> None:
        async with self.incoming() as file:
            try:
                await file.write(thumbnail)
                await file.finish()
                await _on_disk(_put_in_place, file.path, self.small_path(digest))
            finally:
                await file.discard()

    async def size(self, path: Path) -> int | None:
        """In bytes; None if it is not here."""
        try:
            return (await asyncio.to_thread(path.stat)).st_size
        except FileNotFoundError:
            return None

    async def size_of(self, digest: str) -> int | None:
        """Of the file with this digest, in bytes; None if it is not here."""
        return await self.size(self.path(digest))

    async def head(self, digest: str) -> bytes | None:
        """By which its kind is told; None if it is not here."""
        return await _on_disk(_head, self.path(digest))

    async def chunks(self, digest: str) -> AsyncIterator[bytes]:
        """The file, a chunk at a time. Raises ``FileNotFoundError``."""
        file = await opened(lambda: self.path(digest).open("rb"))
        try:
            while data := await asyncio.to_thread(file.read, CHUNK):
                yield data
        finally:
            await asyncio.to_thread(file.close)

    async def is_there(self) -> bool:
        """Whether there is a folder at all; without one, it is not files that are lost."""
        return await asyncio.to_thread(self.folder.is_dir)

    async def check(self) -> None:
        """Whether files can be written at all; raises ``StoreFault``."""
        async with self.incoming() as file:
            try:
                await file.write(b"\0" * CHUNK)
                await file.finish()
            finally:
                await file.discard()

    def sweep_incoming(self, older_than: float) -> int:
        """Remove what was being written when a process died; ages in seconds."""
        return _remove(list(_old(self._temporary, older_than, lambda _: True)))

    def sweep_partial(self) -> int:
        """Remove what nobody went on to send."""
        return _remove(list(_old(self._partial, OLD_SECONDS, lambda _: True)))

    def folders(self) -> list[Path]:
        """The parts of the store, for ``strangers``."""
        with suppress(FileNotFoundError):
            return sorted(f for f in self.folder.iterdir() if len(f.name) == 2 and f.is_dir())
        return []

    def old(self, folder: Path, older_than: float = OLD_SECONDS) -> dict[str, list[Path]]:
        """The files of a folder that are old enough to be looked at: digest → its files."""
        found: dict[str, list[Path]] = {}
        for path in _old(folder, older_than, lambda name: bool(_NAME.fullmatch(name))):
            found.setdefault(folder.name + path.name.removesuffix(_SMALL), []).append(path)
        return found

    def remove(self, paths: Collection[Path], older_than: float = OLD_SECONDS) -> int:
        """Unless one of them has come again since it was looked at."""
        before = time.time() - older_than
        return _remove(path for path in paths if _aged(path, before))


def _head(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError:
        return None


def _put_in_place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Also over one that is there: a new name is a new age, so no sweep takes it for forgotten.
    source.replace(target)
    for folder in (target.parent, target.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _old(folder: Path, older_than: float, named: Callable[[str], bool]) -> Iterator[Path]:
    before = time.time() - older_than
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            if named(path.name) and _aged(path, before):
                yield path


def _aged(path: Path, before: float) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < before
    return False


def _remove(paths: Iterable[Path]) -> int:
    count = 0
    for path in paths:
        with suppress(FileNotFoundError):
            path.unlink()
            count += 1
    return count


async def _on_disk(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except OSError as fault:
        raise StoreFault(fault.errno, fault.strerror) from fault
