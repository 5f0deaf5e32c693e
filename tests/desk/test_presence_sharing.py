"""Processes without Redis between them: each looks at the others' rows."""

import asyncio
from collections.abc import Callable

import pytest

from inbox.desk import presence_sharing as sharing
from inbox.desk.presence import Attendee, Presence
from inbox.desk.presence_sharing import KEPT, tell_by_row, told_by_rows
from inbox.storage.database import Database
from tests.desk.conftest import NOW

ANA = Attendee("Ana", "u-1")


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - facts of another task
            await asyncio.sleep(0.005)


async def test_processes_see_each_others_people_by_their_rows(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "PACE_SECONDS", 0.01)
    here, there = Presence(), Presence()
    loops = [
        asyncio.create_task(sharing._by_rows(one, database, ["a socket"], lambda: NOW))
        for one in (here, there)
    ]
    here.view("tab", "c-1", ANA)
    await until(lambda: there.of("c-1").viewers == (ANA,))
    here.leave("tab")
    await until(lambda: not there.conversations)
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)


async def test_a_process_that_is_gone_is_not_heard_and_leaves_nothing(database: Database) -> None:
    await database.write(tell_by_row, "gone", "old", NOW)
    await database.write(tell_by_row, "gone", "new", NOW)
    assert await database.read(told_by_rows, NOW - KEPT) == {"gone": (NOW, "new")}
    later = NOW + KEPT + 1
    await database.write(tell_by_row, "here", "words", later)
    assert await database.read(told_by_rows, 0) == {"here": (later, "words")}
