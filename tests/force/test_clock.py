"""A clock that is set back holds nothing up, and one that is set forward makes nothing old."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from inbox.channels import store
from inbox.conversations.entries import Entry
from inbox.domain.ids import new_id
from inbox.domain.times import DAY, MINUTE, SECOND, Micros
from inbox.feed.log import FORGOTTEN, append
from inbox.feed.retention import keep_in_bounds
from inbox.receiving import journal
from inbox.receiving.ingest import ORPHANED
from inbox.receiving.waiting import pending
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import feed_events
from tests.support.clock import clock_setter
from tests.support.events import made_event
from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside
from tests.support.server import said, webhook

NOW = 1_750_000_000_000_000


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Micros], None]:
    return clock_setter(monkeypatch)


async def test_nothing_waits_for_a_clock_that_jumps_by_a_day(
    house: Inside, set_clock: Callable[[Micros], None]
) -> None:
    with FakeGraph() as graph:
        channel = await house.add_channel(api_base=graph.base_url)

        async def hears(wamid: str) -> str:
            body = webhook(messages=[said(wamid, "hello?")])
            assert (await house.post_signed(channel, body)).status_code == 200
            told = await house.wait_for("message:new", provider_message_id=wamid)
            return f"/api/v1/conversations/{told['conversation_id']}/messages"

        async def says(path: str, *texts: str) -> list[str]:
            return [
                (await house.http.post(path, json={"text": text})).json()["id"] for text in texts
            ]

        path = await hears("wamid.today")
        # Refused once, and to be tried again half a minute after a time that is now tomorrow.
        graph.answer_next("meta_err_130429_rate.json")
        [first] = await says(path, "first")
        await asyncio.to_thread(graph.wait_for, 1)
        async with asyncio.timeout(10):
            while not house.house.outbox.ends["postponed"]:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.02)
        for offset in (-DAY, DAY, 0):
            set_clock(offset)
            path = await hears(f"wamid.{offset}")
            [last] = await says(path, f"at {offset}")
            for reply in (first, last):
                await house.wait_for("message:status", id=reply, status="sent")
            asked = await house.http.post("/api/v1/feed-tokens")
            signed = house.house.feed_tokens.read(asked.json()["token"], house.house.now())
            assert signed is not None
            assert (await house.http.get("/health")).status_code == 200
        told = [one.json["text"]["body"] for one in graph.sent]
        assert told == ["first", "first", f"at {-DAY}", f"at {DAY}", "at 0"]


async def test_what_a_dead_process_took_in_before_the_clock_went_back_is_found(
    database: Database,
) -> None:
    def taken_in(connection: Connection) -> None:
        right = {"name": "Shop", "provider": "cloud-api", "account": "109876543210987"}
        channel = store.add(connection, Sealer(b"k" * 40), **right, secret="s" * 20, now=NOW)
        journal.store_entries(connection, [Entry(new_id(NOW), channel.id, NOW, b"{}")])

    await database.write(taken_in)
    for now, found in ((NOW, 0), (NOW + ORPHANED, 0), (NOW + MINUTE, 1), (NOW - DAY, 1)):
        assert len(await database.write(pending, 10, now - ORPHANED)) == found


async def test_no_young_event_is_forgotten_whatever_the_clock_says(database: Database) -> None:
    # As a clock leaves them that was a year behind for a while.
    written = [NOW - 9 * DAY, NOW - 8 * DAY, NOW - DAY, NOW - 365 * DAY, NOW - SECOND, NOW]

    def publish(connection: Connection) -> None:
        for at in written:
            append(connection, [made_event("test:event", {})], at)

    await database.write(publish)
    looked = asyncio.Event()

    def tomorrow() -> Micros:
        looked.set()
        return NOW + 30 * DAY

    work = asyncio.create_task(keep_in_bounds(database, tomorrow))
    await asyncio.wait_for(looked.wait(), 10)
    async with asyncio.timeout(10):
        while (kept := await database.read(_log))[0][0] != FORGOTTEN:  # noqa: ASYNC110 - a row tells nobody
            await asyncio.sleep(0)
    work.cancel()
    await asyncio.wait([work])
    assert [at for _, at in kept] == written[1:]


def _log(connection: Connection) -> list[tuple[str, Micros]]:
    query = select(feed_events.c.type, feed_events.c.at).order_by(feed_events.c.seq)
    return [(row.type, row.at) for row in connection.execute(query)]
