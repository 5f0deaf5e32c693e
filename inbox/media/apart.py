"""Work on what a stranger sent, done by a process of its own that can be ended at any moment.

A decoder is the one place where what a stranger sent is more than bytes to us. So it runs apart,
within ``seconds`` of computing and ``MEMORY``, one at a time and after all else.
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
from inbox.media.bounds import TOO_LONG, UNREADABLE

log = logging.getLogger(__name__)

CPU_SECONDS: Final = 10
"""Many times what the largest honest picture takes."""
PATIENCE_SECONDS: Final = 60.0
"""So long it may take of a machine that has much else to do."""
MEMORY: Final = 384 * 1024 * 1024
"""Of addresses, 60 MB of which are Python's; a picture of forty million pixels has 160 MB."""
_LARGEST: Final = 4 * 1024 * 1024


class Read(NamedTuple):
    """What a process made of a file: a line of facts, and bytes. Else ``code`` says why not."""

    facts: bytes
    content: bytes
    code: int = 0


class NotNow(Exception):
    """Nothing was wrong with the file: another try may do."""


class Apart:
    """One at a time: who sends a hundred files shall have neither all memory nor all cores.

    Waiting for one's turn is not counted, so that nobody loses anything by others' files.
    """

    def __init__(
        self, child: Path, seconds: int = CPU_SECONDS, patience: float = PATIENCE_SECONDS
    ) -> None:
        self.child, self._seconds, self._patience = child, seconds, patience
        self._turn = asyncio.Lock()

    async def answer(self, path: Path, *arguments: str) -> Read:
        """Without facts for a file that cannot be read within the limits. Raises ``NotNow``."""
        async with self._turn:
            file = await opening.opened(lambda: path.open("rb"))
            try:
                return await self._answer(file, arguments)
            finally:
                file.close()

    async def _answer(self, file: BinaryIO, arguments: tuple[str, ...]) -> Read:
        try:
            process = await begin_apart(self.child, file, self._seconds, *arguments)
        except OSError as fault:
            raise NotNow(f"cannot begin a process: {fault.strerror}") from fault
        try:
            async with asyncio.timeout(self._patience):
                output, told = await _told(process)
        except TimeoutError as fault:
            raise NotNow("the machine has no time for it") from fault
        finally:
            await _end(process)
        return _read(self.child, process.returncode, output, told)


async def begin_apart(child: Path, file: BinaryIO, seconds: int, *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-S", "-B", str(child), str(MEMORY), str(seconds), *arguments),
        stdin=file,
        stdout=PIPE,
        stderr=PIPE,
        env=bare_environment(),
        start_new_session=True,  # what is typed at the terminal is for its parent alone
    )


async def _told(process: Process) -> tuple[bytes, bytes]:
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


def _read(child: Path, code: int | None, output: bytes, told: bytes) -> Read:
    """By the exit code: below zero a signal ended it, as the kernel does at a limit."""
    if code == 0:
        facts, _, content = output.partition(b"\n")
        return Read(facts, content)
    if code == -signal.SIGKILL:
        raise NotNow("its process was killed, as where memory is short")
    if code is None or code < 0 or code in (UNREADABLE, TOO_LONG):
        log.info("a file could not be read", extra={"code": code, "by": child.stem})
        return Read(b"", b"", UNREADABLE if code is None or code < 0 else code)
    reason = told[-500:].decode(errors="replace")
    raise RuntimeError(f"the process that runs {child.name} failed: {reason}")
