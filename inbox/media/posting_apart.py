"""Posts to programs of others by a process of its own, so that posting takes no time of ours.

A post, with its connection and its answer, took some seven times what it takes to put it into a
pipe, and more with TLS; in the loop in which messages come in and sockets are written to, everybody
would wait for it. The process begins with the first post, and again with the next one if it dies.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Final

from inbox.config import bare_environment
from inbox.media.posting import Posted
from inbox.media.posting_process import SECONDS, PostOrder, PostReport, as_frame, next_frame
from inbox.supervisor import end_tasks

TRIES: Final = 2
SPARE_SECONDS: Final = 15.0
"""So much longer than a post may take it may take a busy machine to say what became of it."""
_AUTHORITIES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")


class Lost(Exception):
    """The process ended, or says nothing more: nobody knows what became of a post."""


class PosterApart:
    """``private``: addresses in private networks may be reached."""

    def __init__(self, *, private: bool, patience: float = SECONDS + SPARE_SECONDS) -> None:
        self._reach = "private" if private else "public"
        self._patience = patience
        self._turn = asyncio.Lock()
        self._numbers = count()
        self._line: _Line | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Once more where nobody knows what became of it: who is told twice knows it by its id.

        It never raises for what is elsewhere; ``Lost``: our own process died over it, twice.
        """
        order = PostOrder(next(self._numbers), url, body, dict(headers))
        for _ in range(TRIES - 1):
            with suppress(Lost):
                return await self._ordered(order)
        return await self._ordered(order)

    async def _ordered(self, order: PostOrder) -> Posted:
        line = await self._open_line()
        try:
            async with asyncio.timeout(self._patience):
                return await line.ask(order)
        except TimeoutError:
            line.kill()
            raise Lost("the process that posts says nothing more") from None

    async def _open_line(self) -> "_Line":
        async with self._turn:
            if self._line is None or self._line.ended:
                if self._line is not None:
                    await self._line.close()
                self._line = _Line(await self._begin())
            return self._line

    async def _begin(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "inbox.media.posting_process", self._reach),
            stdin=PIPE,
            stdout=PIPE,
            env=bare_environment(*_AUTHORITIES),
            start_new_session=True,  # what is typed at the terminal is for its parent alone
        )

    async def close(self) -> None:
        """End it, with what is under way there."""
        async with self._turn:
            if self._line is not None:
                await self._line.close()
                self._line = None


class _Line:
    """To one such process, as long as it lives."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._asked: dict[int, asyncio.Future[PostReport]] = {}
        self._listening = asyncio.create_task(self._listen())

    @property
    def ended(self) -> bool:
        return self._listening.done()

    async def ask(self, order: PostOrder) -> Posted:
        assert self._process.stdin
        outcome: asyncio.Future[PostReport] = asyncio.get_running_loop().create_future()
        self._asked[order.number] = outcome
        try:
            if self.ended:
                raise Lost("the process that posts has ended")
            with suppress(ConnectionError):  # then it has ended, and whoever listens says so
                self._process.stdin.write(as_frame(order))
                await self._process.stdin.drain()
            found = await outcome
        finally:
            del self._asked[order.number]
        if found.posted is None:
            raise RuntimeError(f"a post failed in its process:\n{found.fault}")
        return found.posted

    async def _listen(self) -> None:
        assert self._process.stdout
        try:
            while True:
                found = await next_frame(self._process.stdout, PostReport)
                asked = self._asked.get(found.number)
                if asked is not None and not asked.done():
                    asked.set_result(found)
        except (EOFError, ConnectionError):
            return
        finally:
            self.kill()
            for asked in self._asked.values():
                if not asked.done():
                    asked.set_exception(Lost("the process that posts ended"))

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        self.kill()
        await end_tasks(self._listening)
        await self._process.wait()
