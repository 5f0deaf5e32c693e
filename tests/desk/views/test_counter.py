"""What keeps the numbers beside views: it asks little, and nothing of whom nothing has changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from inbox.conversations import publish, queries, seen, view_counts
from inbox.conversations.marking import as_told, put_marks
from inbox.conversations.view_counts import read_counted
from inbox.desk import counter as counting
from inbox.desk.counter import ViewCounter
from inbox.desk.counts import Watcher, counts_now, read_own
from inbox.domain.reach import EVERYTHING, Reach
from inbox.feed.log import append, events_after
from inbox.storage.database import on_statement
from inbox.storage.tables import conversations
from tests.desk.views.conftest import NOW, Crowd

kept = conversations.c


class Room:
    """A counter that works on, and what it has asked the database for."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.counter = crowd, ViewCounter(crowd.database)
        self.told, self.heard = asyncio.Event(), 0
        self.counter.on_change = self.told.set
        self.asked: list[str] = []
        on_statement(crowd.database, self.asked.append)

    async def counted(self) -> list[str]:
        """What was asked until it had counted anew."""
        async with asyncio.timeout(20):
            await self.told.wait()
        self.told.clear()
        return [one for one in self.asked if one.startswith("SELECT")]

    async def looks(self, *watchers: Watcher) -> None:
        for watcher in watchers:
            self.counter.watch(watcher, watcher)
        await self.counted()

    async def happens(self, work: Any, *given: Any) -> list[str]:
        """Do it, and hear of it as the feed tells; what was asked for it."""
        await self.crowd.database.write(work, *given)
        events = await self.crowd.database.read(events_after, self.heard, 100)
        self.heard = events[-1].seq
        self.asked.clear()
        for event in events:
            self.counter.hear(event)
        return await self.counted()

    async def differences(self, watcher: Watcher) -> dict[str, Any]:
        now: Any = await self.crowd.database.read(counts_now, watcher)
        shown: Any = self.counter.counts(watcher)
        return {name: (n, shown[name]) for name, n in now.items() if shown[name] != n}

    async def unread_of(self, user_id: str) -> frozenset[str]:
        return (await self.crowd.database.read(read_own, Watcher(user_id, EVERYTHING))).unread


@pytest.fixture
async def room(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    monkeypatch.setattr(counting, "PACE_SECONDS", 0)
    monkeypatch.setattr(counting, "MOST_OFTEN", 0)
    found = Room(crowd)
    running = asyncio.create_task(found.counter.run())
    yield found
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def _becomes(connection: Connection, conversation_id: str, **values: Any) -> None:
    """As whatever changes it tells the feed."""
    connection.execute(update(conversations).where(kept.id == conversation_id).values(**values))
    shown = queries.conversations_by_id(connection, [conversation_id])
    append(connection, [publish.conversation_updated(one) for one in shown], NOW)


def _writes(connection: Connection, conversation_id: str) -> None:
    more = {"inbound_count": kept.inbound_count + 1, "last_direction": "incoming"}
    _becomes(connection, conversation_id, **more)


def _leaves_unread(connection: Connection, user_id: str, conversation_id: str) -> None:
    marks = put_marks(connection, user_id, [conversation_id], unread=True)
    append(connection, as_told(user_id, marks), NOW)


def _put_where(connection: Connection, conversation_id: str, team: str) -> None:
    _becomes(connection, conversation_id, team_id=team)


def _is_resolved(connection: Connection, conversation_id: str) -> None:
    _becomes(connection, conversation_id, status="resolved", closing=False)


def _all_become(connection: Connection, status: str) -> None:
    connection.execute(update(conversations).values(status=status))
    here = connection.execute(select(kept.id).limit(1)).scalar_one()
    _becomes(connection, here, priority="high")


def _own(asked: list[str]) -> int:
    return sum("left_unread" in one for one in asked)


async def test_whoever_looks_the_sums_are_read_once(room: Room, crowd: Crowd) -> None:
    """And what is one user's own only where it may be otherwise."""
    ana, ben = Watcher(crowd.ana, EVERYTHING), Watcher(crowd.ben, EVERYTHING)
    program = Watcher(None, Reach(frozenset(crowd.channels[:1])))
    await room.looks(ana, ben, program)
    unread = await room.unread_of(crowd.ana)
    heard = {row["id"] for row in crowd.rows if row["inbound_count"]}
    assert unread < heard == await room.unread_of(crowd.ben)
    [summed] = await room.happens(_is_resolved, min(unread))
    assert "FROM view_counts" in summed
    asked = await room.happens(_writes, min(heard - unread))
    assert (_own(asked), len(asked)) == (1, 3)
    for one in (ana, ben, program):
        assert await room.differences(one) == {}


async def test_a_page_is_drawn_with_what_was_counted_last(room: Room, crowd: Crowd) -> None:
    ana = Watcher(crowd.ana, EVERYTHING)
    now = await crowd.database.read(counts_now, ana)
    assert await room.counter.shown(ana) == now
    assert await room.counter.shown(ana) == now, "nobody looks, and nothing has happened"
    room.told.clear()
    await room.looks(ana)
    room.asked.clear()
    assert await room.counter.shown(ana) == now
    assert room.asked == [], "somebody looks: it is known"


async def test_what_a_user_reads_and_leaves_unread_is_theirs_alone(
    room: Room, crowd: Crowd
) -> None:
    ana, ben = Watcher(crowd.ana, EVERYTHING), Watcher(crowd.ben, EVERYTHING)
    await room.looks(ana, ben)
    here = min(await room.unread_of(crowd.ana))
    for work in (
        (seen.see, crowd.ana, here, 99, NOW),
        (_leaves_unread, crowd.ana, here),
        (seen.see, crowd.ana, here, 99, NOW),
        (_writes, here),
    ):
        asked = await room.happens(*work)
        assert _own(asked) == 1, work
        assert await room.differences(ana) == await room.differences(ben) == {}


async def test_who_is_limited_is_told_after_a_transfer(room: Room, crowd: Crowd) -> None:
    sales = Watcher(crowd.ana, Reach(None, frozenset({"sales"})))
    await room.looks(sales)
    before = room.counter.counts(sales)
    assert before
    unread = await room.unread_of(crowd.ana)
    rows = (row for row in crowd.rows if row["team_id"] == "support" and row["id"] in unread)
    here = next(row["id"] for row in rows if row["status"] == "open")
    await room.happens(_put_where, here, "sales")
    told = room.counter.counts(sales)
    assert told
    assert (told["open"], told["unread"]) == (before["open"] + 1, before["unread"] + 1)
    await room.happens(_put_where, here, "support")
    assert room.counter.counts(sales) == before


async def test_nothing_is_kept_of_who_has_gone_and_the_table_stays_small(
    room: Room, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_counts, "MOST_ROWS", 0)
    ana = Watcher(crowd.ana, EVERYTHING)
    await room.looks(ana)
    here = crowd.rows[0]["id"]
    await room.happens(_is_resolved, here)
    room.counter.leave(ana)
    room.counter.watch("another", Watcher(None, EVERYTHING))
    await room.counted()
    assert room.counter.counts(ana) is None
    for status in ("resolved", "open", "snoozed"):
        await room.happens(_all_become, status)
    async with asyncio.timeout(20):
        while (counted := await crowd.database.read(read_counted)).rows > counted.most_rows:
            pass
    assert await room.differences(Watcher(None, EVERYTHING)) == {}
