"""The files of a store, copied to another folder of the same form; each proved by its name."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct, field

from inbox.media.store import CHUNK, Store

_ANY_AGE = float("-inf")


class CopiedFiles(Struct):
    """``damaged`` are not what their name says, and were left out."""

    files: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)


def copy_files(source: Store, target: Store, heard: Callable[[CopiedFiles], None]) -> CopiedFiles:
    """Copy what is not there yet: a file of that name and size may hold anything, so it is read.

    What a sweep removes meanwhile belongs to no message.
    """
    copied = CopiedFiles()
    for path, digest in _stored(source):
        place = target.folder / path.relative_to(source.folder)
        try:
            size = path.stat().st_size
            whole = _is_whole(place, digest) or _copy_one(path, place, digest)
        except FileNotFoundError:
            continue
        if whole:
            copied.files += 1
            copied.bytes += size
        else:
            copied.damaged.append(digest)
        heard(copied)
    return copied


def _stored(store: Store) -> Iterator[tuple[Path, str]]:
    """Each file with the SHA-256 that it must have; of a thumbnail nobody knows it."""
    for folder in store.folders():
        for digest, paths in store.old(folder, _ANY_AGE).items():
            for path in paths:
                yield path, "" if path.suffix else digest


def _is_whole(place: Path, digest: str) -> bool:
    """Whether a former run has put it there; a thumbnail is small, and copied again."""
    if not digest or not place.is_file():
        return False
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _copy_one(source: Path, place: Path, digest: str) -> bool:
    """Whether it is what its name says; only then it is there, and on disk."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(place.name + ".draft")
    found = hashlib.sha256()
    try:
        with source.open("rb") as file, draft.open("wb") as copy:
            while data := file.read(CHUNK):
                found.update(data)
                copy.write(data)
            copy.flush()
            os.fsync(copy.fileno())
        if digest and found.hexdigest() != digest:
            return False
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    return True
