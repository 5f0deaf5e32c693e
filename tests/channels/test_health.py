import pytest

from inbox.channels import health
from inbox.channels.health import Health
from inbox.channels.health_changes import Refusals, fail, note_webhooks
from inbox.domain.feed_events import NewEvent
from inbox.storage.database import Database, on_statement
from tests.channels.conftest import NOW, Add


class Fails:
    """A database that is gone for a while."""

    engine_name = "none"

    async def write(self, *_args: object) -> None:
        raise OSError("gone")

    read = write

    async def close(self) -> None: ...


async def _only(database: Database) -> Health:
    [found] = await database.read(health.listing)
    return found


async def test_a_new_channel_waits_for_its_first_webhook(database: Database, add: Add) -> None:
    await add()
    found = await _only(database)
    assert (found.last_webhook_at, found.last_error, found.refusals) == (None, None, 0)


async def test_the_last_webhook_never_goes_back(database: Database, add: Add) -> None:
    one, two = await add("One"), await add("Two", now=NOW + 1)
    await database.write(note_webhooks, {one.id: NOW + 5, two.id: NOW + 6}, [], NOW)
    await database.write(note_webhooks, {one.id: NOW + 4, two.id: NOW + 7}, [], NOW)
    await database.write(note_webhooks, {}, [], NOW)
    found = await database.read(health.listing)
    assert [each.last_webhook_at for each in found] == [NOW + 5, NOW + 7]


async def test_refusals_are_counted_and_the_last_is_told(database: Database, add: Add) -> None:
    channel, refusals = await add(), Refusals()
    for at in range(3):
        refusals.add(channel.id, "wrong", f"reason {at}", NOW + at)
    assert await refusals.flush(database, {}, NOW) == [channel.id]
    refusals.add(channel.id, "wrong", "once more", NOW + 9)
    await refusals.flush(database, {}, NOW)
    found = await _only(database)
    assert (found.refusals, found.last_refusal, found.last_refused_at) == (4, "once more", NOW + 9)


async def test_nothing_refused_writes_nothing(database: Database, add: Add) -> None:
    await add()
    seen: list[str] = []
    on_statement(database, seen.append)
    assert await Refusals().flush(database, {}, NOW) == []
    assert seen == []


async def test_a_failed_write_loses_no_refusal(database: Database, add: Add) -> None:
    channel, refusals = await add(), Refusals()
    refusals.add(channel.id, "wrong", "old", NOW)
    with pytest.raises(OSError, match="gone"):
        await refusals.flush(Fails(), {}, NOW)  # type: ignore[arg-type]  # a database that only fails
    refusals.add(channel.id, "wrong", "new", NOW + 1)
    await refusals.flush(database, {}, NOW)
    assert (await _only(database)).refusals == 2
    assert (await _only(database)).last_refusal == "new"


async def test_the_newest_problem_of_an_account_is_told(database: Database, add: Add) -> None:
    """What a replay says once more is no news."""
    channel = await add()
    published: list[NewEvent] = []
    for sentence, at in (
        ("The access token has expired.", NOW),
        ("Too many messages.", NOW - 1),
        ("The same again.", NOW),
    ):
        await database.write(fail, channel, sentence, at, published)
    assert (await _only(database)).last_error == "The access token has expired."
    assert len(published) == 1
