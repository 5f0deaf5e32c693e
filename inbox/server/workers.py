"""``inbox serve --workers N``: one parent that serves nothing, and N servers on its socket.

The parent listens before anything else and hands the listening socket to its workers, so
that a connection waits in one queue for whichever worker is free. It starts another for one
that dies. Between it and each worker is a line: the worker says there that it is up, and
ends when it finds that the parent is gone.
"""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from logging import getLogger

from inbox.server.failure import Failure

log = getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
PROVEN_SECONDS = 60.0
"""A worker that lived so long did not die of how it was started."""
PATIENCE_SECONDS = 25.0
"""For workers to finish what they do, before they are killed."""


class Workers:
    """``command`` runs one worker; it is given ``--inherited LISTENER,LINE`` besides."""

    def __init__(self, command: Sequence[str], listener: socket.socket, count: int) -> None:
        self._command, self._listener, self._count = command, listener, count
        self._stopping = asyncio.Event()
        self._running: dict[int, asyncio.subprocess.Process] = {}

    async def run(self, up: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT; ``up`` is called once, when all of them serve."""
        loop = asyncio.get_running_loop()
        first = [loop.create_future() for _ in range(self._count)]
        with self._signals():
            keepers = [
                asyncio.create_task(self._keep(number, begun))
                for number, begun in enumerate(first, 1)
            ]
            begun = await asyncio.gather(*first)
            if all(begun):
                up()
                await self._stopping.wait()
            failed = not self._stopping.is_set()
            await self._end(keepers)
        if failed:
            raise Failure("A worker could not start; the reason is above.")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        stops = (signal.SIGINT, signal.SIGTERM)
        for stop in stops:
            loop.add_signal_handler(stop, self._stopping.set)
        try:
            yield
        finally:
            for stop in stops:
                loop.remove_signal_handler(stop)

    async def _keep(self, number: int, begun: asyncio.Future[bool]) -> None:
        """Have this worker run, again and again."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            born = time.monotonic()
            why = await self._tried(number, begun)
            if self._stopping.is_set() or (begun.done() and not begun.result()):
                break
            if time.monotonic() - born > PROVEN_SECONDS:
                pause = FIRST_PAUSE
            log.error("worker %d %s; another starts in %.0f s", number, why, pause)
            try:
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
            except TimeoutError:
                pause = min(pause * 2, LONGEST_PAUSE)
        if not begun.done():
            begun.set_result(False)  # nobody shall wait for one that was given up

    async def _tried(self, number: int, begun: asyncio.Future[bool]) -> str:
        """Run one until it ends; how it ended, or why it could not even be forked."""
        try:
            return f"ended ({_why(await self._run_one(number, begun))})"
        except OSError as fault:  # no memory, no process, no file left: that passes
            return f"cannot be started ({fault.strerror})"
        except Exception:
            log.exception("running worker %d ended in a surprise", number)
            return "was lost"

    async def _run_one(self, number: int, begun: asyncio.Future[bool]) -> int:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                handles = (self._listener.fileno(), theirs.fileno())
                process = await asyncio.create_subprocess_exec(
                    *self._command,
                    "--inherited",
                    f"{handles[0]},{handles[1]}",
                    pass_fds=handles,
                    # Ctrl-C in a terminal is for us, who pass it on once.
                    start_new_session=True,
                )
            self._running[number] = process
            try:
                if self._stopping.is_set():
                    process.terminate()
                ours.setblocking(False)
                up = bool(await asyncio.get_running_loop().sock_recv(ours, 1))
                if up:
                    log.info("worker %d serves (pid %d)", number, process.pid)
                if not begun.done():
                    begun.set_result(up)
                return await process.wait()
            finally:
                del self._running[number]

    async def _end(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        self._stopping.set()
        for process in self._running.values():
            _tell(process, signal.SIGTERM)
        _, late = await asyncio.wait(keepers, timeout=PATIENCE_SECONDS)
        for process in self._running.values():
            log.error("worker with pid %d does not end and is killed", process.pid)
            _tell(process, signal.SIGKILL)
        if late:
            await asyncio.wait(late)


def _tell(process: asyncio.subprocess.Process, what: signal.Signals) -> None:
    if process.returncode is None:
        process.send_signal(what)


def _why(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def command(*arguments: str) -> list[str]:
    """This program again, with these arguments of ``inbox serve``."""
    return [sys.executable, "-m", "inbox", "serve", *arguments]


class Lifeline:
    """A worker's end of the line to its parent."""

    def __init__(self, handle: int) -> None:
        self._socket = socket.socket(fileno=handle)
        self._socket.setblocking(False)

    def say_up(self) -> None:
        self._socket.send(b"1")

    @contextmanager
    def held(self, cut: Callable[[], None]) -> Iterator[None]:
        """Calls ``cut`` when the parent is gone."""
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(self._socket)
            log.error("the parent process is gone")
            cut()

        loop.add_reader(self._socket, gone)
        try:
            yield
        finally:
            loop.remove_reader(self._socket)
            self._socket.close()
