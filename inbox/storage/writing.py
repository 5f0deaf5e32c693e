"""The one thread that writes: jobs go in by a queue, and come back by one turn of the loop.

An executor would do the same with two futures, a shield, a lock and three turns of the loop for
each job: more than what a small transaction costs.
"""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any

Job = tuple[asyncio.AbstractEventLoop, asyncio.Future[Any], Callable[[], Any]]


class Writing:
    """``done`` gets what a job gave, on the event loop, before who waits for the job goes on.
    ``after`` is what the thread does then, before the next job; what it raises ``mistaken`` gets,
    on the loop as well."""

    def __init__(
        self,
        done: Callable[[Any], None],
        after: Callable[[], None],
        mistaken: Callable[[Exception], None],
    ) -> None:
        self._done, self._after, self._mistaken = done, after, mistaken
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: Thread | None = None

    def submit(self, work: Callable[[], Any]) -> asyncio.Future[Any]:
        """Do it after all that was submitted before, whether or not its caller still waits.

        What it says, as of a mistake, it says in the language of who submits it.
        """
        if self._thread is None:
            self._thread = Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._jobs.put((loop, future, partial(copy_context().run, work)))
        return future

    async def close(self) -> None:
        """Return when every job is done; there may be none after this."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            loop, future, work = job
            found: Any = None
            fault: BaseException | None = None
            try:
                found = work()
            except BaseException as raised:
                fault = raised
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._settle, future, found, fault)
            del job, future, work, found, fault  # nothing is held while there is nothing to do
            try:
                self._after()
            except Exception as mistake:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(self._mistaken, mistake)

    def _settle(self, future: asyncio.Future[Any], found: Any, fault: BaseException | None) -> None:
        try:
            if fault is None:
                self._done(found)
        finally:
            # Whatever became of the news, who waits goes on; a cancelled caller does not.
            if not future.done():
                if fault is None:
                    future.set_result(found)
                else:
                    future.set_exception(fault)
