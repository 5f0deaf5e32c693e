"""An alert that is to be told outside: once by one process, in order, and not for ever."""

import pytest

from inbox.alerts import alerts
from inbox.alerts.alerts import Finding
from inbox.alerts.notices import HOLD, LONGEST, TRIES, Notice, claim, settle_notice
from inbox.domain.times import DAY, SECOND, Micros, iso
from inbox.storage.database import Database
from inbox.storage.queue import Turn
from tests.channels.conftest import NOW, Add


@pytest.fixture
async def alert_id(database: Database, add: Add) -> str:
    channel = await add()
    facts = {"refused": 5, "accepted": 0, "shared": False, "reason": "The signature is wrong."}
    finding = Finding(channel_id=channel.id, kind="failing", since=NOW, facts=facts)
    found = await database.write(alerts.raise_, finding, NOW, outside=True)
    assert found is not None
    return found


async def all_taken(database: Database, now: Micros) -> list[Notice]:
    return await database.write(claim, Turn({"": 9}, [], now, now + HOLD))


async def taken(database: Database, now: Micros) -> Notice:
    [found] = await all_taken(database, now)
    return found


async def test_who_tries_holds_it_and_when_that_one_dies_another_does(
    database: Database, alert_id: str
) -> None:
    first = await taken(database, NOW)
    assert (first.id, first.tries) == (f"{alert_id}-began", 1)
    assert await all_taken(database, NOW + HOLD - 1) == []
    assert (await taken(database, NOW + HOLD)).tries == 2


async def test_an_end_waits_for_its_beginning(database: Database, alert_id: str) -> None:
    await database.write(alerts.end_alerts, [alert_id], NOW + 1, outside=True)
    began = await taken(database, NOW + 1)
    assert began.change == "began" and await all_taken(database, NOW + SECOND) == []
    await database.write(settle_notice, began, True, NOW + SECOND)
    ended = await taken(database, NOW + SECOND)
    assert (ended.change, ended.alert["ended_at"]) == ("ended", iso(NOW + 1))
    await database.write(settle_notice, ended, True, NOW + SECOND)
    assert await all_taken(database, NOW + DAY) == []


async def test_it_is_tried_for_a_day_and_then_given_up(database: Database, alert_id: str) -> None:
    now, tried = NOW, 0
    while now < NOW + 3 * DAY:
        for notice in await all_taken(database, now):
            tried += 1
            await database.write(settle_notice, notice, False, now)
        now += LONGEST // 2
    assert tried == TRIES


async def test_a_clock_that_was_a_day_ahead_keeps_nothing_back(
    database: Database, alert_id: str
) -> None:
    await database.write(settle_notice, await taken(database, NOW + DAY), False, NOW + DAY)
    assert (await taken(database, NOW)).tries == 2
