"""Applied once more, a webhook changes nothing; one that failed gets its chance; old ones go."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, select, update

from inbox.conversations.entries import Entry
from inbox.domain.channels import Channel
from inbox.domain.ids import first_id, new_id
from inbox.domain.times import DAY, MINUTE
from inbox.providers.sandbox import meta_json
from inbox.receiving import replay, replays, retention
from inbox.receiving.journal import store_entries
from inbox.receiving.replay import ReplayChoice
from inbox.receiving.replays import ReplayProgress
from inbox.storage import tables
from inbox.storage.database import Database
from inbox.storage.tables import journal_entries
from inbox.web.settings.replays import all_of_it as again_on_page
from tests.conversations.conftest import NOW
from tests.support.corpus import PAYLOADS, payloads
from tests.support.inside import Inside
from tests.support.server import said, webhook

FACTS = ("messages", "receipts", "charges", "changes", "contacts", "aliases", "conversations")


def facts(connection: Connection) -> dict[str, Any]:
    """All that webhooks became, and how far the log of the feed is."""
    found: dict[str, Any] = {
        name: sorted(map(repr, connection.execute(select(getattr(tables, name))))) for name in FACTS
    }
    news = tables.feed_events.c.type.in_(("message:new", "message:status", "message:updated"))
    return found | {"published": connection.execute(select(func.count()).where(news)).scalar_one()}


async def again(house: Inside, choice: ReplayChoice) -> ReplayProgress:
    """As the page and the command do, until nothing waits."""
    database, now = house.database, house.house.now
    replay_id = await database.write(replay.begin, choice, "Ana", now())
    after: str | None = ""
    while after is not None:
        after = await database.write(replay.step, replay_id, choice, after, now())
    house.house.ingest.look()
    async with asyncio.timeout(20):
        while not (known := await _known(database, replay_id)).done:
            pass
    return known


async def _known(database: Database, replay_id: str) -> ReplayProgress:
    known = await database.read(replays.progress, replay_id)
    assert known is not None
    return known


async def settled(house: Inside) -> None:
    waiting = select(func.count()).where(journal_entries.c.state == "pending")
    async with asyncio.timeout(20):
        while await house.database.read(lambda c: c.execute(waiting).scalar_one()):
            pass


async def test_a_replay_of_everything_changes_nothing(house: Inside) -> None:
    """Messages, ticks, reactions, edits, deletions, echoes, histories: the whole corpus."""
    channel = await house.add_channel()
    bodies = [PAYLOADS / each["file"] for each in payloads("meta")]
    for body in bodies:
        assert (await house.post_signed(channel, body.read_bytes())).status_code == 200
    await settled(house)
    before = await house.database.read(facts)
    assert len(before["messages"]) > 20
    assert all(before[name] for name in ("receipts", "changes", "contacts", "published"))
    known = await again(house, ReplayChoice(since=1))
    assert (known.number, known.applied, known.failed) == (len(bodies), len(bodies), 0)
    assert await house.database.read(facts) == before
    # As of an Inbox that did not keep yet what a message costs.
    await house.database.write(lambda c: c.execute(delete(tables.charges)) and None)
    await again(house, ReplayChoice(since=1))
    assert (await house.database.read(facts))["charges"] == before["charges"] != []


async def test_only_what_failed_is_applied_and_becomes_what_it_is(house: Inside) -> None:
    channel, other = await house.add_channel(), await house.add_channel(name="Other")
    bodies = [webhook(messages=[said(f"wamid.{n}", "hello")]) for n in range(60)]
    entries = [
        Entry(new_id(NOW + n), (other if n == 59 else channel).id, NOW + n, meta_json(body))
        for n, body in enumerate(bodies)
    ]
    entries.append(Entry(new_id(NOW + 99), channel.id, NOW + 99, b"[broken"))
    await house.database.write(store_entries, entries)
    failed = update(journal_entries).values(state="failed", error="Oops", applied_at=NOW)
    await house.database.write(lambda c: c.execute(failed) and None)
    known = await again(house, ReplayChoice(failed=True, channel_id=channel.id))
    assert (known.number, known.applied, known.failed) == (60, 59, 1)
    assert known.by == "Ana"
    states = select(journal_entries.c.state, journal_entries.c.error, journal_entries.c.replay_id)
    rows = await house.database.read(
        lambda c: c.execute(states.order_by(journal_entries.c.id)).all()
    )
    assert set(rows[:59]) == {("applied", None, known.id)}
    assert tuple(rows[59]) == ("failed", "Oops", None)
    assert rows[60].state == "failed"
    assert "JSON" in rows[60].error


async def test_what_comes_during_a_replay_is_not_applied_behind_all_of_it(house: Inside) -> None:
    assert replays.HELD % replay.AT_ONCE == 0, "it is by the number that a lot is known to be full"
    channel = await house.add_channel()
    entries = [Entry(new_id(NOW + n), channel.id, NOW + n, b"{}") for n in range(3 * replays.HELD)]
    await house.database.write(store_entries, entries)
    failed = update(journal_entries).values(state="failed", error="Oops", applied_at=NOW)
    await house.database.write(lambda c: c.execute(failed) and None)
    choice = ReplayChoice(failed=True)
    replay_id = await house.database.write(replay.begin, choice, "Ana", house.house.now())
    house.house.later(again_on_page(house.house, replay_id, choice))
    while (await _known(house.database, replay_id)).number < replays.HELD:
        pass
    assert (await house.post_signed(channel, b'{"live": true}')).status_code == 200
    live = select(journal_entries.c.state).order_by(journal_entries.c.id.desc()).limit(1)

    def look(connection: Connection) -> tuple[str, ReplayProgress | None]:
        state: str = connection.execute(live).scalar_one()
        return state, replays.progress(connection, replay_id)

    async with asyncio.timeout(20):
        while (found := await house.database.read(look))[0] != "applied":
            pass
        assert found[1] is not None and found[1].number <= 2 * replays.HELD, found
        while not (await _known(house.database, replay_id)).done:
            pass


async def test_how_a_replay_ended_does_not_change_by_a_later_one(house: Inside) -> None:
    channel = await house.add_channel()
    entries = [Entry(new_id(NOW + n), channel.id, NOW + n, b"[broken") for n in range(2)]
    await house.database.write(store_entries, entries)
    failed = update(journal_entries).values(state="failed", error="Oops", applied_at=NOW)
    await house.database.write(lambda c: c.execute(failed) and None)
    first = await again(house, ReplayChoice(failed=True, since=NOW))
    await again(house, ReplayChoice(entry_id=entries[0].id))
    found, older = await house.database.read(replays.replays_page)
    assert [(one.number, one.applied, one.failed) for one in found] == [(1, 0, 1), (2, 0, 2)]
    assert found[1] == first and older is None
    assert found[0].asked == f"the webhook {entries[0].id}"
    assert first.asked.startswith("all that failed since 20")
    assert await house.database.read(replays.replays_page, "", 1) == (found[:1], found[0].id)
    assert await house.database.read(replays.replays_page, found[0].id) == (found[1:], None)


async def test_a_replay_that_nobody_goes_on_with_is_broken_off(database: Database) -> None:
    replay_id = await database.write(replay.begin, ReplayChoice(failed=True), "Ana", NOW)
    known = await _known(database, replay_id)
    assert (known.done, known.left(NOW), known.left(NOW + 2 * MINUTE)) == (False, False, True)


async def test_what_a_clock_ahead_kept_is_replayed_too(
    database: Database, channel: Channel
) -> None:
    entry = Entry(first_id(NOW + DAY), channel.id, NOW, b"{}")
    await database.write(store_entries, [entry])
    failed = update(journal_entries).values(state="failed")
    await database.write(lambda c: c.execute(failed) and None)
    choice = ReplayChoice(failed=True)
    replay_id = await database.write(replay.begin, choice, "Ana", NOW)
    await database.write(replay.step, replay_id, choice, "", NOW)
    known = await _known(database, replay_id)
    assert (known.number, known.pending, known.ended) == (1, 1, True)


async def test_one_is_applied_again_and_what_waits_is_left_alone(
    database: Database, channel: Channel
) -> None:
    entries = [Entry(first_id(NOW + n * 1000), channel.id, NOW, b"{}") for n in range(2)]
    await database.write(store_entries, entries)
    one = ReplayChoice(entry_id=entries[0].id)
    assert await database.read(replay.count, one) == 0
    done = update(journal_entries).values(state="applied")
    await database.write(lambda c: c.execute(done) and None)
    assert await database.read(replay.count, one) == 1
    assert await database.read(replay.count, ReplayChoice(since=NOW - MINUTE)) == 2
    assert await database.read(replay.count, ReplayChoice(since=NOW + MINUTE)) == 0


async def test_the_time_of_the_answer_is_kept(house: Inside) -> None:
    channel = await house.add_channel()
    await house.post_signed(channel, webhook(messages=[said("wamid.timed", "hello")]))
    await house.wait_for("message:new", provider_message_id="wamid.timed")
    times = select(journal_entries.c.received_at, journal_entries.c.acknowledged_at)
    [row] = await house.database.read(lambda c: c.execute(times).all())
    assert row.received_at <= row.acknowledged_at < row.received_at + MINUTE
    await again(house, ReplayChoice(since=1))
    assert await house.database.read(lambda c: c.execute(times).all()) == [row]


# What is old goes ------------------------------------------------------------------------------


@pytest.fixture
async def aged(database: Database, channel: Channel) -> dict[str, str]:
    """Entries by what they are: ``id`` by name, 40 days old but for the young one."""
    old = NOW - 40 * DAY
    made = {"young": NOW, **dict.fromkeys(("waits", "just failed", "failed long ago"), old)}
    made |= {f"applied {n}": old for n in range(2 * retention.AT_ONCE + 5)}
    entries = {name: Entry(new_id(at), channel.id, at, b"{}") for name, at in made.items()}
    # Ids never go back, but those of a test about the past must.
    for n, entry in enumerate(entries.values()):
        entry.id = first_id(entry.received_at + n * 1000)
    await database.write(store_entries, list(entries.values()))

    def mark(connection: Connection) -> None:
        for name, entry in entries.items():
            state = "failed" if "failed" in name else "pending" if name == "waits" else "applied"
            at = NOW if name == "just failed" else entry.received_at
            this = update(journal_entries).where(journal_entries.c.id == entry.id)
            connection.execute(this.values(state=state, applied_at=at))

    await database.write(mark)
    return {entry.id: name for name, entry in entries.items()}


async def test_only_what_is_old_and_done_is_deleted(
    database: Database, aged: dict[str, str]
) -> None:
    assert await retention.forget(database, NOW - 30 * DAY, rest=0) == 2 * retention.AT_ONCE + 6
    left = await database.read(lambda c: c.execute(select(journal_entries.c.id)).scalars().all())
    assert {aged[one] for one in left} == {"young", "waits", "just failed"}


async def test_no_message_goes_with_its_webhook(house: Inside) -> None:
    channel = await house.add_channel()
    await house.post_signed(channel, webhook(messages=[said("wamid.kept", "hello")]))
    await house.wait_for("message:new", provider_message_id="wamid.kept")
    await settled(house)
    before = await house.database.read(facts)
    assert await retention.forget(house.database, house.house.now() + DAY, rest=0) == 1
    assert await house.database.read(facts) == before
    assert len(before["messages"]) == 1


async def test_a_clock_that_is_set_forward_deletes_nothing_young(
    database: Database, aged: dict[str, str]
) -> None:
    work = asyncio.create_task(
        retention.keep_webhooks(database, lambda: NOW + 365 * DAY, 30, wait=0)
    )
    left = select(func.count()).select_from(journal_entries)
    async with asyncio.timeout(20):
        while await database.read(lambda c: c.execute(left).scalar_one()) > 3:
            pass
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    ids = await database.read(lambda c: c.execute(select(journal_entries.c.id)).scalars().all())
    assert {aged[one] for one in ids} == {"young", "waits", "just failed"}
