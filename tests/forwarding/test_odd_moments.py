"""Law 21 where something else happens while an endpoint is told, or what it answers counts."""

import asyncio

from standardwebhooks import Webhook

from inbox.domain.feed_events import MessageRemoved
from inbox.domain.times import DAY, HOUR, SECOND, iso
from inbox.feed.retention import prune_events
from inbox.forwarding import deliveries, endpoints
from tests.feed.test_sight import MINE, _two_conversations
from tests.forwarding.conftest import SEALER, Shop
from tests.support.webhook_receiver import Answering


async def test_a_replay_to_where_it_stands_is_told_though_a_post_is_under_way(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    stands = (await shop.database.read(endpoints.row_of_now, made["id"]))["seq"]
    shop.receiver.answers["/crm"] = [Answering(hang=True)]
    await shop.happens()
    async with shop.telling():
        await asyncio.to_thread(shop.receiver.wait_for, lambda: len(shop.receiver.got) == 1)
        await shop.database.write(deliveries.replay_since, made["id"], seq=stands)
        shop.receiver.release()
        await asyncio.to_thread(shop.receiver.wait_for, lambda: len(shop.receiver.got) == 2, 15)
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
