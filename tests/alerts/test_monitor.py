"""Admins are told when a channel falls silent or its proofs fail: once, and when it is over."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from inbox.alerts import alerts, counts, listing, monitor
from inbox.alerts.counts import SLOT, Counts
from inbox.alerts.monitor import UNWATCHED, Monitor, turn
from inbox.channels.health_changes import note_webhooks
from inbox.domain.channels import Channel
from inbox.domain.errors import Missing
from inbox.domain.feed_events import ADMINS
from inbox.domain.public import Alert
from inbox.domain.shapes import decoded
from inbox.domain.times import DAY, HOUR, MINUTE, SECOND, Micros
from inbox.feed import log
from inbox.storage.database import Database
from inbox.storage.tables import watches, webhook_counts
from tests.channels.conftest import Add

SATURDAY: Micros = 1_749_859_200_000_000  # 2025-06-14 00:00 UTC
START = SATURDAY + 12 * HOUR + 5 * MINUTE
WEEK = 7 * DAY
STEP = 8 * MINUTE


class Shop:
    """A channel, the clock on the wall, and a server that watches."""

    def __init__(self, database: Database, channel: Channel) -> None:
        self.database, self.channel, self.now = database, channel, START
        self.counts = Counts()
        self.watch = Monitor(database, lambda: self.now)

    async def busy(self, *spans: tuple[Micros, Micros]) -> None:
        """Seven webhooks every ten minutes; the newest span is the last."""
        slots = [slot for start, end in spans for slot in range(start // SLOT, end // SLOT)]
        taken = {(self.channel.id, slot, "accepted"): 7 for slot in slots}
        await self.database.write(counts.store, taken)
        await self.database.write(
            note_webhooks, {self.channel.id: spans[-1][1] - SECOND}, [], self.now
        )

    async def hear(self) -> None:
        self.counts.accept(self.channel.id, self.now)
        await self.database.write(counts.store, self.counts.take())
        await self.database.write(note_webhooks, {self.channel.id: self.now}, [], self.now)
        self.watch.spoke([self.channel.id])

    async def refuse(self, times: int, *, shared: bool = False) -> None:
        for _ in range(times):
            self.counts.refuse(self.channel.id, "wrong", self.now, shared=shared)
        await self.database.write(counts.store, self.counts.take())

    async def go_on(self, span: Micros, watch: Monitor | None = None, step: Micros = STEP) -> None:
        """Time passes, and somebody looks: each minute, of which a few are enough here."""
        end = self.now + span
        while self.now < end:
            self.now = min(end, self.now + step)
            await self.database.write(_looked, self.now - MINUTE)
            await (watch or self.watch).look()

    async def told(self) -> list[tuple[str, str]]:
        """What the feed said of alerts, and keep in step with it."""
        events = await self.database.read(log.events_after, 0, 1000)
        told = [event for event in events if event.type.startswith("alert:")]
        assert {event.audience for event in told} <= {ADMINS}
        for event in events:
            self.watch.hear(event)
        return [(event.type, decoded(event.payload)["kind"]) for event in told]

    async def alerts(self) -> list[Alert]:
        found, _ = await self.database.read(listing.alerts_page)
        return found


def _looked(connection: Connection, at: Micros) -> None:
    connection.execute(update(watches).values(looked_at=at))


Begin = Callable[..., Awaitable[Shop]]


@pytest.fixture
def begin(database: Database, add: Add) -> Begin:
    async def begin(weeks: float = 4, **facts: Any) -> Shop:
        shop = Shop(database, await add(now=START - 5 * WEEK, **facts))
        if weeks:
            days = [SATURDAY - day * DAY for day in range(round(weeks * 7), -1, -1)]
            busy = [day for day in days if (SATURDAY - day) // DAY % 7 in (0, 1, 6)]
            spans = [(day + 9 * HOUR, min(day + 20 * HOUR, START)) for day in busy]
            await shop.busy(*spans)
        await shop.watch.look()
        return shop

    return begin


async def test_a_busy_channel_that_falls_silent_is_told_of_once(begin: Begin) -> None:
    shop = await begin()
    await shop.go_on(24 * MINUTE)
    assert await shop.told() == []
    await shop.go_on(2 * HOUR)
    assert await shop.told() == [("alert:new", "silent")]
    [alert] = await shop.alerts()
    assert alert["text"] == (
        "Usually about 42 webhooks between 12:00 and 13:00 UTC on Saturdays; nothing for 40 min."
    )
    assert alert["channel"] == {"id": shop.channel.id, "name": "Shop"}


async def test_it_ends_as_soon_as_the_channel_speaks(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await begin()
    await shop.go_on(24 * MINUTE)
    shop.now += HOUR
    await shop.database.write(_looked, shop.now - MINUTE)

    async def until_told(number: int) -> list[tuple[str, str]]:
        async with asyncio.timeout(20):
            while len(found := await shop.told()) < number:  # noqa: ASYNC110 - a row tells nobody
                await asyncio.sleep(0)
        return found

    monkeypatch.setattr(monitor, "PAUSE", 20_000)
    running = asyncio.create_task(shop.watch.run())
    assert await until_told(1) == [("alert:new", "silent")]
    assert list(shop.watch.standing) == [(await shop.alerts())[0]["id"]]
    monkeypatch.setattr(monitor, "PAUSE", HOUR)
    await shop.hear()
    assert (await until_told(2))[1:] == [("alert:ended", "silent")]
    running.cancel()
    await asyncio.wait([running])  # or it asks a database that is gone, in another's test
    assert shop.watch.standing == {}


async def test_a_process_that_heard_nothing_of_it_ends_it_as_well(begin: Begin) -> None:
    shop = await begin()
    await shop.go_on(HOUR)
    await shop.hear()
    await shop.go_on(STEP, Monitor(shop.database, lambda: shop.now))
    assert await shop.told() == [("alert:new", "silent"), ("alert:ended", "silent")]


@pytest.mark.parametrize("weeks", [0, 0.5])
async def test_a_channel_without_a_past_is_not_missed(begin: Begin, weeks: float) -> None:
    shop = await begin(weeks)
    await shop.go_on(5 * HOUR)
    assert await shop.told() == []


async def test_a_pretended_phone_is_not_missed(begin: Begin) -> None:
    shop = await begin(provider="sandbox")
    await shop.go_on(2 * HOUR)
    assert await shop.told() == []


async def test_a_channel_that_is_quiet_every_night_is_not_missed_then(begin: Begin) -> None:
    shop = await begin(0)
    days = [SATURDAY - day * DAY for day in range(9, -1, -1)]
    await shop.busy(*((day + 8 * HOUR, day + 12 * HOUR) for day in days))
    await shop.go_on(20 * HOUR, step=HOUR)
    assert await shop.told() == []
    await shop.go_on(2 * HOUR, step=HOUR)
    assert await shop.told() == [("alert:new", "silent")]


async def test_time_in_which_the_server_was_down_is_no_silence(begin: Begin) -> None:
    shop = await begin()
    shop.now += 3 * HOUR
    await shop.watch.look()
    await shop.go_on(28 * MINUTE)
    assert await shop.told() == []
    await shop.go_on(HOUR)
    assert await shop.told() == [("alert:new", "silent")]


@pytest.mark.parametrize("jump", [-DAY, DAY])
async def test_a_clock_that_jumps_makes_no_silence_and_hides_none(
    begin: Begin, jump: Micros
) -> None:
    shop = await begin()
    for offset in (jump, -jump):
        await shop.go_on(12 * MINUTE)
        await shop.hear()
        shop.now += offset
        await shop.watch.look()
        await shop.go_on(24 * MINUTE)
        assert await shop.told() == []
        await shop.hear()
    await shop.go_on(90 * MINUTE)
    assert await shop.told() == [("alert:new", "silent")]


async def test_of_several_processes_one_looks_and_one_alert_is_raised(
    begin: Begin, database: Database
) -> None:
    shop = await begin()
    others = [Monitor(database, lambda: shop.now) for _ in range(3)]
    for _ in range(16):
        shop.now += 4 * MINUTE
        await asyncio.gather(*(each.look() for each in (*others, shop.watch)))
    assert await shop.told() == [("alert:new", "silent")]
    assert await database.write(turn, shop.now + SECOND) is None
    assert await database.write(turn, shop.now - SECOND) is None
    assert await database.write(turn, shop.now + UNWATCHED + 1) == shop.now + UNWATCHED + 1


async def test_what_comes_and_goes_is_told_ever_less_often(begin: Begin) -> None:
    shop = await begin()
    for _ in range(12):
        await shop.go_on(HOUR, step=HOUR)
        await shop.hear()
        await shop.go_on(STEP)
    told = await shop.told()
    assert 2 <= told.count(("alert:new", "silent")) <= 4
    assert told[-1][0] == "alert:ended"


# Proofs that fail ----------------------------------------------------------------------------


async def test_a_channel_that_refuses_all_is_told_of_until_it_takes_again(begin: Begin) -> None:
    shop = await begin(0)
    await shop.hear()
    for _ in range(3):
        await shop.go_on(8 * MINUTE)
        await shop.refuse(2)
    await shop.go_on(STEP)
    assert await shop.told() == [("alert:new", "failing")]
    [alert] = await shop.alerts()
    assert alert["text"].startswith("All 6 webhooks since 12:10 UTC were refused: ")
    await shop.go_on(30 * MINUTE)
    assert len(await shop.told()) == 1
    await shop.hear()
    await shop.go_on(STEP)
    assert (await shop.told())[1:] == [("alert:ended", "failing")]


async def test_a_channel_that_refuses_most_is_told_of(begin: Begin) -> None:
    shop = await begin(0)
    for _ in range(5):
        await shop.hear()
        await shop.refuse(5)
        await shop.go_on(6 * MINUTE)
    assert await shop.told() == [("alert:new", "failing")]
    for _ in range(6):
        for _ in range(4):
            await shop.hear()
        await shop.go_on(6 * MINUTE)
    assert (await shop.told())[1:] == [("alert:ended", "failing")]


async def test_who_tries_the_door_raises_nothing(begin: Begin) -> None:
    """Not one forged webhook, not a thousand at once, not a few beside many that are right."""
    shop = await begin(0)
    await shop.hear()
    await shop.go_on(10 * MINUTE)
    await shop.refuse(1000)
    await shop.go_on(HOUR)
    await shop.refuse(1)
    await shop.go_on(20 * MINUTE)
    for _ in range(10):
        for _ in range(8):
            await shop.hear()
        await shop.refuse(5)
        await shop.go_on(STEP)
    assert await shop.told() == []


async def test_who_tries_the_shared_door_raises_nothing_where_nothing_is_missed(
    begin: Begin,
) -> None:
    shop = await begin(0)
    await shop.hear()
    for _ in range(8):
        await shop.go_on(8 * MINUTE)
        await shop.refuse(50, shared=True)
    assert await shop.told() == []
    missed = await begin(4, account="209876543210987")
    for _ in range(4):
        await missed.go_on(8 * MINUTE)
        await missed.refuse(5, shared=True)
    assert await missed.told() == [("alert:new", "failing")]


async def test_a_channel_that_never_took_any_is_only_being_set_up(begin: Begin) -> None:
    shop = await begin(0)
    for _ in range(6):
        await shop.go_on(8 * MINUTE)
        await shop.refuse(10)
    assert await shop.told() == []


# Muting, counting ----------------------------------------------------------------------------


async def test_muting_is_told_and_undone_and_ends_nothing(begin: Begin) -> None:
    shop = await begin()
    await shop.go_on(HOUR)
    [alert] = await shop.alerts()
    muted = await shop.database.write(alerts.mute, alert["id"], "Ana", shop.now)
    assert (muted["muted_by"], muted["ended_at"]) == ("Ana", None)
    again = await shop.database.write(alerts.mute, alert["id"], None, shop.now)
    assert (again["muted_by"], again["muted_at"]) == (None, None)
    assert [event for event, _ in await shop.told()] == ["alert:new"] + ["alert:updated"] * 2
    with pytest.raises(Missing):
        await shop.database.write(alerts.mute, "nothing", "Ana", shop.now)


async def test_counts_add_up_and_only_the_oldest_are_forgotten(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, other = await begin(0), await begin(0, account="2")
    slot = START // SLOT
    for number in (1, 2):
        taken = {(shop.channel.id, slot + turn, "accepted"): number for turn in range(5)}
        await shop.database.write(counts.store, taken | {(other.channel.id, 0, "refused"): 1})
    monkeypatch.setattr(counts, "KEPT", 3)
    await shop.database.write(counts.prune_slots)

    def kept(connection: Connection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(select(webhook_counts))]

    found = await shop.database.read(kept)
    assert sorted(row[1:] for row in found if row[0] == shop.channel.id) == [
        (slot + turn, 3, 0, 0) for turn in (2, 3, 4)
    ]
    assert [row[1:] for row in found if row[0] == other.channel.id] == [(0, 0, 2, 0)]
