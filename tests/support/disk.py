"""A small disk of the test's own, that can be filled to the brim: a file with ext4 in it."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE = 24 << 20
_AS_ROOT = [] if os.getuid() == 0 else ["sudo", "-n"]


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Whether ``folder`` now is a file system of its own: not every machine lets us mount one."""
    image = folder.with_suffix(".img")
    image.touch()
    os.truncate(image, SIZE)
    mounted = all(
        _done(*command)
        for command in (
            ("mkfs.ext4", "-q", "-m", "0", "-E", f"root_owner={os.getuid()}:{os.getgid()}", image),
            (*_AS_ROOT, "mount", "-o", "loop", image, folder),
        )
    )
    try:
        yield mounted
    finally:
        if mounted:
            _done(*_AS_ROOT, "umount", "-l", folder)
        image.unlink()


def fill(balloon: Path) -> None:
    """Until not one byte more fits beside this file."""
    with balloon.open("wb", buffering=0) as file:
        for piece in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while file.write(bytes(piece)) == piece:
                    pass


@contextmanager
def unwritable(*paths: Path) -> Iterator[None]:
    """Nobody may write there, root included, not even who has it open; or an OSError."""
    command = [*_AS_ROOT, "chattr"]
    if not _done(*command, "+i", *paths):
        _done(*command, "-i", *paths)
        raise OSError(errno.ENOTSUP, "nothing can be made immutable here")
    try:
        yield
    finally:
        subprocess.run([*command, "-i", *map(str, paths)], check=True)


def _done(*command: str | Path) -> bool:
    try:
        done = subprocess.run([str(one) for one in command], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0
