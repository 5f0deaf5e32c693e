"""Pictures made small, each by a process of its own that can be ended at any moment.

A decoder is the one place where what a stranger sent is more than bytes to us. So it runs apart
(``media/shrinking.py``), within ``CPU_SECONDS`` and ``MEMORY``, one at a time and after all else.
"""

import asyncio
import logging
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from inbox.config import bare_environment
from inbox.media import opening

log = logging.getLogger(__name__)

CPU_SECONDS: Final = 10
"""Many times what the largest honest picture takes."""
PATIENCE_SECONDS: Final = 60.0
"""So long it may take of a machine that has much else to do."""
MEMORY: Final = 384 * 1024 * 1024
"""Of addresses, 60 MB of which are Python's; a picture of forty million pixels has 160 MB."""
UNREADABLE: Final = 3
_LARGEST: Final = 4 * 1024 * 1024
CHILD: Final = Path(__file__).with_name("shrinking.py")
_FOREIGN: Final = "the process that makes thumbnails failed"


class Thumbnail(NamedTuple):
    """``width`` and ``height`` are of the picture itself, upright."""

    width: int
    height: int
    webp: bytes


class NotNow(Exception):
    """Nothing was wrong with the picture: another try may do."""


class Thumbnails:
    """One at a time: who sends a hundred pictures shall have neither all memory nor all cores.

    Waiting for one's turn is not counted, so that nobody loses a thumbnail by others' pictures.
    """

    def __init__(self, seconds: int = CPU_SECONDS, patience: float = PATIENCE_SECONDS) -> None:
        self._seconds, self._patience = seconds, patience
        self._turn = asyncio.Lock()

    async def make(self, path: Path) -> Thumbnail | None:
        """None for a picture that cannot be read within the limits. Raises ``NotNow``."""
        async with self._turn:
            file = await opening.opened(lambda: path.open("rb"))
            try:
                return await self._made(file)
            finally:
                file.close()

    async def _made(self, file: BinaryIO) -> Thumbnail | None:
        try:
            process = await begin_shrinking(file, self._seconds)
        except OSError as fault:
            raise NotNow(f"cannot begin a process: {fault.strerror}") from fault
        try:
            async with asyncio.timeout(self._patience):
                output, told = await _answer(process)
        except TimeoutError as fault:
            raise NotNow("the machine has no time for it") from fault
        finally:
            await _end(process)
        return _read(process.returncode, output, told)


async def begin_shrinking(file: BinaryIO, seconds: int) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-S", "-B", str(CHILD), str(MEMORY), str(seconds)),
        stdin=file,
        stdout=PIPE,
        stderr=PIPE,
        env=bare_environment(),
        start_new_session=True,  # what is typed at the terminal is for its parent alone
    )


async def _answer(process: Process) -> tuple[bytes, bytes]:
    """What it says, and what it complains of; whoever says more than there can be is ended."""
    assert process.stdout and process.stderr
    output, told = await asyncio.gather(
        _at_most(process.stdout, process), _at_most(process.stderr, process)
    )
    await process.wait()
    return output, told


async def _at_most(stream: asyncio.StreamReader, process: Process) -> bytes:
    found = bytearray()
    while part := await stream.read(65_536):
        found += part
        if len(found) > _LARGEST:
            process.kill()
            return b""
    return bytes(found)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _read(code: int | None, output: bytes, told: bytes) -> Thumbnail | None:
    """By the exit code: below zero a signal ended it, as the kernel does at a limit."""
    if code == 0:
        sizes, _, webp = output.partition(b"\n")
        width, height = map(int, sizes.split())
        return Thumbnail(width, height, webp)
    if code == -signal.SIGKILL:
        raise NotNow("its process was killed, as where memory is short")
    if code == UNREADABLE or code is None or code < 0:
        log.info("no thumbnail", extra={"code": code})
        return None
    raise RuntimeError(f"{_FOREIGN}: {told[-500:].decode(errors='replace')}")
