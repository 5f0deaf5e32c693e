"""Law 21 where something else happens while an endpoint is told, or what it answers counts."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from standardwebhooks import Webhook

from inbox.domain.feed_events import MessageRemoved
from inbox.domain.times import DAY, HOUR, MINUTE, SECOND, iso
from inbox.feed.retention import prune_events
from inbox.forwarding import deliveries, endpoints
from inbox.media import posting_process
from inbox.storage.drain import Drain
from tests.feed.test_sight import MINE, _two_conversations
from tests.forwarding.conftest import SEALER, Shop
from tests.support.webhook_receiver import Answering


async def faults(parts: Iterable[Drain[Any]]) -> list[str | None]:
    """Of each, once nothing is under way."""
    for part in parts:
        while part._under_way:
            await asyncio.wait(part._under_way)
    return [part.fault for part in parts]


async def test_a_replay_to_where_it_stands_is_told_though_a_post_is_under_way(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    stands = (await shop.database.read(endpoints.row_of_now, made["id"]))["seq"]
    shop.receiver.answers["/crm"] = [Answering(hang=True)]
    await shop.happens()
    async with shop.telling():
        await shop.got(1)
        await shop.database.write(deliveries.replay_since, made["id"], seq=stands)
        shop.receiver.release()
        await shop.got(2)
    first, again = shop.receiver.got
    assert first.webhook_id == again.webhook_id


async def test_who_says_when_to_come_again_is_heeded(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.answers["/crm"] = [Answering(503, {"Retry-After": "7200"})]
    await shop.happens()
    await shop.told_all(made, "waiting")
    [waiting] = await shop.deliveries(made)
    assert waiting["next_try_at"] == iso(shop.clock + 2 * HOUR)
    assert (await shop.standing(made))["rests_until"] == iso(shop.clock + HOUR)


async def test_either_secret_of_a_rotation_verifies_what_is_posted(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    _, second = await shop.database.write(endpoints.rotate, SEALER, made["id"], shop.clock)
    await shop.happens()
    await shop.told_all(made, "delivered")
    [got] = shop.receiver.got
    for secret in (shop.receiver.secrets["/crm"], second):
        assert Webhook(secret).verify(got.body, got.headers) == got.said


async def test_what_waits_while_its_event_is_forgotten_is_cancelled(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.answers["/crm"] = [Answering(500)]
    await shop.happens(number=2)
    await shop.told_all(made, "waiting", "delivered")
    await shop.database.write(prune_events, shop.clock + DAY)
    shop.clock += 6 * SECOND
    await shop.told_all(made, "cancelled", "delivered")
    assert len(shop.receiver.got) == 2


async def test_who_chose_a_channel_hears_of_no_other(shop: Shop) -> None:
    await shop.database.write(_two_conversations)
    made = await shop.endpoint("/crm", events=["message:removed"], channel_ids=[MINE])
    gone = [
        MessageRemoved({"id": where, "conversation_id": where, "contact_id": "of"}, where)
        for where in ("theirs", "mine", "nowhere")
    ]
    await shop.happens(*gone)
    await shop.told_all(made, "delivered")
    assert [one.said["data"]["conversation_id"] for one in shop.receiver.got] == ["mine"]


async def test_as_many_posts_as_it_allows_are_under_way_at_once_and_none_is_lost(
    shop: Shop,
) -> None:
    made = await shop.endpoint("/crm", concurrency=3)
    shop.receiver.always["/crm"] = Answering(hang=True)
    await shop.happens(number=7)
    async with shop.telling():
        await shop.got(3)
    assert len(shop.receiver.got) == 3, "the fourth waits for the first three"
    shop.receiver.release()
    shop.receiver.always.clear()
    await shop.told_all(made, *["delivered"] * 7)
    assert len({one.webhook_id for one in shop.receiver.got}) == 7


async def test_who_takes_too_long_has_failed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting_process, "SECONDS", 0.2)
    made = await shop.endpoint("/crm")
    shop.receiver.always["/crm"] = Answering(hang=True)
    await shop.happens()
    await shop.told_all(made, "waiting")
    [waiting] = await shop.deliveries(made)
    [tried] = waiting["tries"]
    assert tried["error"] == "Its server did not answer in time"
    assert tried["took_ms"] >= 190  # clocks differ by a millisecond


async def test_what_happened_since_a_moment_is_told_again_in_its_order(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    for _ in range(4):
        await shop.happens()
        shop.clock += MINUTE
    await shop.told_all(made, *["delivered"] * 4)
    moment = shop.clock - 2 * MINUTE
    await shop.database.write(deliveries.replay_since, made["id"], at=moment)
    await shop.happens()
    await shop.told_all(made, *["delivered"] * 5)
    told = [one.said["seq"] for one in shop.receiver.got]
    assert told == [*told[:4], *told[2:4], told[-1]] and told[:4] == sorted(told[:4])


async def test_who_is_removed_in_the_middle_of_a_post_is_no_surprise(shop: Shop) -> None:
    made, other = await shop.endpoint("/crm"), await shop.endpoint("/other")
    shop.receiver.answers["/crm"] = [Answering(hang=True)]
    await shop.happens()
    async with shop.telling() as parts:
        await shop.got(2)
        await shop.database.write(endpoints.remove, made["id"], shop.clock)
        shop.receiver.release()
        await shop.happens()
        while len(shop.receiver.at("/other")) < 2:
            await shop.got(len(shop.receiver.got) + 1)
        assert await faults(parts) == [None, None]
    await shop.told_all(other, "delivered", "delivered")


async def test_who_is_removed_while_it_is_tried_again_is_no_surprise(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.answers["/crm"] = [Answering(500), Answering(hang=True)]
    await shop.happens()
    await shop.told_all(made, "waiting")
    shop.clock += 6 * SECOND
    async with shop.telling() as parts:
        await shop.got(2)
        await shop.database.write(endpoints.remove, made["id"], shop.clock)
        shop.receiver.release()
        other = await shop.endpoint("/other")
        await shop.happens()
        await shop.got(3)
        assert await faults(parts) == [None, None]
    await shop.told_all(other, "delivered")
