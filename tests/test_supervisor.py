"""Law 28, second half: work that dies is told, begins again, and waits longer each time."""

import asyncio
import logging
from typing import Any

import pytest

from inbox.supervisor import Supervisor


class Frail:
    """Work that dies as often as it is told to, and notes when it was begun."""

    def __init__(self, deaths: int = 99, well_for: float = 0.0, fault: Any = MemoryError) -> None:
        self.deaths, self.well_for, self.fault = deaths, well_for, fault
        self.begun: list[float] = []
        self._beginnings: asyncio.Queue[None] = asyncio.Queue()

    async def run(self) -> None:
        self.begun.append(asyncio.get_running_loop().time())
        self._beginnings.put_nowait(None)
        await asyncio.sleep(self.well_for)
        if len(self.begun) > self.deaths:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault("a customer's words")

    async def until_begun(self, times: int) -> list[float]:
        async with asyncio.timeout(10):
            while len(self.begun) < times:
                await self._beginnings.get()
        return [later - earlier for earlier, later in zip(self.begun, self.begun[1:], strict=False)]


async def test_the_wait_doubles_from_death_to_death_up_to_a_bound() -> None:
    work, supervisor = Frail(), Supervisor(first=0.02, longest=0.08)
    supervisor.start("work", work.run)
    waits = await work.until_begun(6)
    await supervisor.stop()
    least = (0.02, 0.04, 0.08, 0.08, 0.08)
    clock = 0.002  # a loop's timer may be early by what its clock can tell apart
    assert all(wait >= bound - clock for wait, bound in zip(waits, least, strict=True)), waits
    assert max(waits) < 2


async def test_who_worked_well_for_a_while_waits_little_again() -> None:
    # Else the waits would be five minutes together.
    work, supervisor = (
        Frail(deaths=15, well_for=0.02),
        Supervisor(first=0.01, longest=200, steady=0.01),
    )
    supervisor.start("work", work.run)
    await work.until_begun(16)
    assert supervisor.reason("work") is None
    await supervisor.stop()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(MemoryError, "MemoryError"), (asyncio.CancelledError, "CancelledError"), (None, "it ended")],
)
async def test_however_it_ends_it_is_told_once_without_words(
    fault: Any, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    work, supervisor = Frail(deaths=3, fault=fault), Supervisor(first=0.001)
    supervisor.start("work", work.run)
    await work.until_begun(4)
    assert supervisor.reason("work") is None
    await supervisor.stop()
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [(one.getMessage(), one.__dict__["error"]) for one in told] == [("work stopped", kind)]


async def test_that_it_goes_on_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    work, supervisor = Frail(deaths=2), Supervisor(first=0.001, steady=0.02)
    supervisor.start("work", work.run)
    await work.until_begun(3)
    said = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, said.set)
    await said.wait()
    await supervisor.stop()
    told = [record.getMessage() for record in caplog.records if record.name == "inbox.supervisor"]
    assert told == ["work stopped", "work goes on: all is well again"]


async def test_who_is_stopped_does_not_begin_again() -> None:
    work, supervisor = Frail(deaths=0), Supervisor(first=0.001)
    assert supervisor.reason("work") == "not started"
    supervisor.start("work", work.run)
    await work.until_begun(1)
    async with asyncio.timeout(5):
        await supervisor.stop()
    assert supervisor.reason("work") == "stopped"
    assert len(work.begun) == 1


async def test_who_fails_while_it_is_stopped_does_not_begin_again() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("closed twice")

    supervisor = Supervisor(first=0.001)
    supervisor.start("work", work)
    await begun.wait()
    async with asyncio.timeout(5):
        await supervisor.stop()
    assert supervisor.reason("work") == "stopped"


async def test_who_goes_on_after_such_a_failure_is_stopped_again() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        while True:
            begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                begun.clear()
                if len(tries) < 3:
                    tries.append("closed twice")
                    continue
                raise

    tries: list[str] = []
    supervisor = Supervisor(patience=0.01)
    supervisor.start("work", work)
    await begun.wait()
    async with asyncio.timeout(5):
        await supervisor.stop()
    assert len(tries) == 3
