"""Whoever changes a channel tells of it in the same transaction; no caller has to remember."""

import pytest
from sqlalchemy import Connection, select

from inbox.channels import store
from inbox.channels.health_changes import Refusals, fail, note_webhooks
from inbox.domain.feed_events import NewEvent
from inbox.domain.shapes import decoded
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import feed_events
from tests.channels.conftest import NOW, Add
from tests.test_architecture import HOUSE, uses

CHANGED = ["server:channel", "channel:updated"]


def forget(connection: Connection) -> None:
    connection.execute(feed_events.delete())


async def told(database: Database, channel_id: str) -> list[str]:
    """The types of all events, each of which names this channel; then they are forgotten."""

    def read(connection: Connection) -> list[str]:
        rows = connection.execute(select(feed_events).order_by(feed_events.c.seq)).all()
        assert {decoded(row.payload)["id"] for row in rows} <= {channel_id}
        return [row.type for row in rows]

    found = await database.read(read)
    await database.write(forget)
    return found


async def test_a_new_channel_a_changed_one_and_the_end_of_a_secret_are_told(
    database: Database, sealer: Sealer, add: Add
) -> None:
    channel = await add()
    assert await told(database, channel.id) == CHANGED
    await database.write(store.change, sealer, channel.id, now=NOW, name="Store")
    assert await told(database, channel.id) == CHANGED
    await database.write(store.end_previous, sealer, channel.id, NOW)
    assert await told(database, channel.id) == CHANGED


async def test_what_is_taken_back_is_not_told(database: Database, sealer: Sealer, add: Add) -> None:
    channel = await add()
    await database.write(forget)

    def change_and_fail(connection: Connection) -> None:
        store.change(connection, sealer, channel.id, now=NOW, name="Store")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        await database.write(change_and_fail)
    assert await told(database, channel.id) == []


async def test_its_health_is_told_where_it_changes(database: Database, add: Add) -> None:
    channel, refusals = await add(), Refusals()
    await database.write(forget)
    await database.write(note_webhooks, {channel.id: NOW}, [channel], NOW)
    assert await told(database, channel.id) == ["channel:updated"]
    await database.write(note_webhooks, {channel.id: NOW + 1}, [], NOW)
    assert await told(database, channel.id) == []
    refusals.add(channel.id, "wrong", "a wrong proof", NOW)
    await refusals.flush(database, {channel.id: channel}, NOW)
    assert await told(database, channel.id) == ["channel:updated"]


async def test_a_problem_of_the_account_is_published_with_the_rest_of_its_batch(
    database: Database, add: Add
) -> None:
    channel, published = await add(), list[NewEvent]()
    await database.write(fail, channel, "The access token has expired.", NOW, published)
    [event] = published
    assert event.type == "channel:updated"
    assert event.payload["health"]["last_error"] == "The access token has expired."


def test_nobody_else_tells_of_a_channel() -> None:
    names = ("inbox.feed.news.channel_changed", "inbox.channels.news.health_event")
    tellers = {use.room for use in uses(HOUSE) if use.name in names}
    assert tellers == {"channels", "desk"}, "a team says which channels are its own"
