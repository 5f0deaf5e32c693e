"""What the clock alone does at the desk: who was snoozed wakes, and windows close."""

import asyncio
from typing import Any

from sqlalchemy import select, update

from inbox.conversations import listing
from inbox.desk.clock import _SNOOZED, DeskClock
from inbox.desk.closing import do_turns, next_turn
from inbox.desk.writer import Writer
from inbox.domain.shapes import WINDOW
from inbox.domain.times import HOUR, MINUTE, Micros, iso
from inbox.feed.log import FeedEvent
from inbox.storage.tables import conversations, feed_events
from tests.desk.standing.conftest import Desk
from tests.support.published import published


async def _passes(desk: Desk, by: Micros) -> None:
    desk.clock += by
    await desk.database.write(do_turns, desk.clock)


async def _due(desk: Desk) -> Micros | None:
    return await desk.database.read(next_turn, desk.clock)


async def test_who_was_snoozed_wakes_on_top_and_unread(
    desk: Desk, ana: Writer, ben: Writer
) -> None:
    here = await desk.writes()
    await desk.do(here, ben, assignee_id=ana.user_id)
    until = desk.clock + HOUR
    await desk.do(here, ana, status="snoozed", snoozed_until=until)
    newer = await desk.writes("12025550143")
    assert await _due(desk) == until
    await _passes(desk, HOUR - MINUTE)
    assert (await desk.shown(here))["status"] == "snoozed"
    await _passes(desk, MINUTE)
    shown = await desk.shown(here)
    assert (shown["status"], shown["snoozed_until"]) == ("open", None)
    assert shown["arrived_at"] == iso(desk.clock) > (await desk.shown(newer))["arrived_at"]
    assert (await desk.lines(here))[-1][0] == ("status", "snoozed", "open")
    [mine] = (await desk.database.read(listing.list_page, ana.user_id, _view("mine")))[0]
    assert mine["unread_count"] == 1


def _view(view: Any) -> listing.Search:
    return listing.Search(view=view)


async def test_a_window_closes_while_they_wait_and_no_longer(desk: Desk) -> None:
    here = await desk.writes()
    heard = desk.clock
    assert await _due(desk) == heard + WINDOW - 2 * HOUR
    await _passes(desk, WINDOW - 2 * HOUR)
    assert (await desk.shown(here))["closing"]
    assert await _due(desk) == heard + WINDOW
    await _passes(desk, 2 * HOUR)
    assert not (await desk.shown(here))["closing"]
    assert await _due(desk) is None
    told = await desk.database.read(published, "conversation:updated")
    assert [one.payload["closing"] for one in told if one.payload["changed"] == ["closing"]] == [
        True,
        False,
    ]
    assert await desk.lines(here) == [], "nobody did anything"


async def test_an_answer_or_sleep_ends_it_at_once(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await _passes(desk, 23 * HOUR)
    assert (await desk.shown(here))["closing"]
    await desk.do(here, ana, status="snoozed")
    assert not (await desk.shown(here))["closing"]
    await desk.do(here, ana, status="open")
    await _passes(desk, MINUTE)
    assert (await desk.shown(here))["closing"], "they wait as before"
    await desk.writes(ours=True)
    assert not (await desk.shown(here))["closing"]
    assert await _due(desk) is None


async def test_it_rests_until_something_is_put_to_sleep(desk: Desk, ana: Writer) -> None:
    """Two do it at once: each conversation wakes once."""
    here = await desk.writes()
    both = [DeskClock(desk.database, lambda: desk.clock) for _ in range(2)]
    running = [asyncio.create_task(one.run()) for one in both]
    await desk.do(here, ana, status="snoozed", snoozed_until=desk.clock + HOUR)
    await desk.database.write(lambda c: c.execute(_asleep(desk.clock)))
    [_, event] = await desk.database.read(published, "conversation:updated")
    payload = '{"status":"snoozed"}'
    for one in both:
        one.hear(FeedEvent(9, "conversation:updated", "", payload, desk.clock, here, None))
    async with asyncio.timeout(10):
        while (await desk.shown(here))["status"] != "open":  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.01)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert event.payload["status"] == "snoozed"
    assert [one[0][2] for one in await desk.lines(here)].count("open") == 1


def _asleep(until: Micros) -> Any:
    return update(conversations).values(snoozed_until=until)


async def test_what_is_in_the_log_names_who_sleeps(desk: Desk, ana: Writer) -> None:
    """The clock looks for these words in the text, and parses nothing."""
    here = await desk.writes()
    await desk.do(here, ana, status="snoozed")
    query = select(feed_events.c.payload).where(feed_events.c.type == "conversation:updated")
    texts = await desk.database.read(lambda c: c.execute(query).scalars().all())
    assert [_SNOOZED in text for text in texts] == [False, True]
