"""Law 21: what is committed is told, signed every time, tried for days, kept in a log."""

import json
from typing import Any

import pytest

from inbox.domain.errors import Invalid
from inbox.domain.feed_events import LabelsUpdated, TeamsUpdated
from inbox.domain.times import DAY, HOUR, MINUTE, SECOND
from inbox.feed.log import FeedEvent
from inbox.feed.retention import prune_events
from inbox.forwarding import deliveries
from inbox.forwarding.bodies import event_body
from inbox.forwarding.trying import asked_pause
from inbox.forwarding.upkeep import prune_deliveries
from inbox.forwarding.waits import WAITS, next_wait, rest
from tests.forwarding.conftest import API, Shop
from tests.support.webhook_receiver import Answering


async def test_what_happens_is_told_in_its_order_with_one_id_each(shop: Shop) -> None:
    made = await shop.endpoint("/crm", headers={"X-Key": "sesame"})
    await shop.happens(number=5)
    await shop.told_all(made, *["delivered"] * 5)
    got = shop.receiver.at("/crm")
    assert [one.said["seq"] for one in got] == sorted(one.said["seq"] for one in got)
    assert len({one.webhook_id for one in got}) == 5
    assert {one.webhook_id for one in got} == {one["id"] for one in await shop.deliveries(made)}
    assert got[0].said.keys() == {"type", "timestamp", "data", "seq"}
    assert got[0].headers["x-key"] == "sesame"
    assert shop.receiver.refused == []


async def test_an_endpoint_hears_only_what_it_chose_and_nothing_from_before(shop: Shop) -> None:
    await shop.happens()
    made = await shop.endpoint("/crm", events=["teams:updated"])
    await shop.happens(LabelsUpdated({"labels": []}), TeamsUpdated({"teams": []}))
    await shop.told_all(made, "delivered")
    assert [one.said["type"] for one in shop.receiver.got] == ["teams:updated"]


async def test_what_is_not_taken_is_tried_again_and_holds_up_nothing(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.answers["/crm"] = [Answering(500, body=b"we are sorry" * 200)]
    await shop.happens(number=2)
    await shop.told_all(made, "waiting", "delivered")
    [failed, _] = await shop.deliveries(made)
    [tried] = failed["tries"]
    assert (tried["status"], tried["error"]) == (500, "It answered 500")
    assert len(tried["answer"]) == 1024
    shop.clock += 6 * SECOND
    await shop.told_all(made, "delivered", "delivered")
    first, _, again = shop.receiver.at("/crm")
    assert (again.webhook_id, again.said) == (first.webhook_id, first.said)


@pytest.mark.parametrize(
    "answer",
    [
        Answering(302, {"Location": "http://127.0.0.1:1/"}),
        Answering(cut=True),
        Answering(404),
    ],
)
async def test_nothing_but_success_is_success(shop: Shop, answer: Answering) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.answers["/crm"] = [answer]
    await shop.happens()
    await shop.told_all(made, "waiting")
    assert (await shop.standing(made))["last_error"]
    assert len(shop.receiver.got) == 1, "no redirect was followed"


async def test_a_dead_endpoint_rests_and_opens_with_its_first_success(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.always["/crm"] = Answering(503)
    await shop.happens(number=20)
    await shop.told_all(made, *["waiting"] * 3)
    assert (await shop.standing(made))["rests_until"], "and the others wait in the log"
    shop.receiver.always.clear()
    shop.clock += HOUR
    await shop.told_all(made, *["delivered"] * 20)
    standing = await shop.standing(made)
    assert (standing["rests_until"], standing["failing_since"]) == (None, None)


async def test_one_that_hangs_delays_no_other(shop: Shop) -> None:
    slow, quick = await shop.endpoint("/slow"), await shop.endpoint("/quick")
    shop.receiver.always["/slow"] = Answering(hang=True)
    await shop.happens(number=10)
    await shop.told_all(quick, *["delivered"] * 10)
    assert (len(shop.receiver.at("/slow")), await shop.deliveries(slow)) == (1, [])


async def test_410_ends_an_endpoint_at_once_and_switching_it_on_clears_it(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.answers["/crm"] = [Answering(410)]
    await shop.happens(number=2)
    await shop.told_all(made, "waiting")
    ended = await shop.standing(made)
    assert (ended["active"], ended["ended_because"]) == (False, "gone")
    await shop.switch(made, on=True)
    shop.clock += 6 * SECOND
    await shop.told_all(made, "delivered", "delivered")
    assert (await shop.standing(made))["ended_because"] is None


async def test_three_days_of_nothing_but_failures_switch_it_off(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.always["/crm"] = Answering(500)
    await shop.happens(number=9)
    await shop.told_all(made, *["waiting"] * 3)
    shop.clock += 3 * DAY + HOUR

    async def ended() -> bool:
        return (await shop.standing(made))["ended_because"] == "failing"

    await shop.tell(ended)
    assert not (await shop.standing(made))["active"]


async def test_who_is_paused_is_told_afterwards(shop: Shop) -> None:
    made = await shop.endpoint("/crm", active=False)
    other = await shop.endpoint("/other")
    await shop.happens(number=2)
    await shop.told_all(other, "delivered", "delivered")
    assert shop.receiver.at("/crm") == []
    await shop.switch(made, on=True)
    await shop.told_all(made, "delivered", "delivered")


async def test_a_private_target_is_refused_when_it_is_posted_to_as_well(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    await shop.happens()
    await shop.told_all(made, "waiting", private=False)
    assert shop.receiver.got == []
    assert "nothing is sent to" in ((await shop.standing(made))["last_error"] or "")


async def test_a_test_reaches_also_who_is_paused_and_is_tried_once(shop: Shop) -> None:
    made = await shop.endpoint("/crm", active=False)
    shop.receiver.answers["/crm"] = [Answering(500)]
    sent = await shop.database.write(deliveries.send_test, made["id"], shop.clock)
    await shop.told_all(made, "failed")
    assert shop.receiver.got[0].webhook_id == sent["id"]
    assert shop.receiver.got[0].said["type"] == "webhook.test"


async def test_replays_bear_the_id_that_they_had(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    await shop.happens(number=3)
    await shop.told_all(made, *["delivered"] * 3)
    first, second, _ = await shop.deliveries(made)
    await shop.database.write(deliveries.replay_one, made["id"], first["id"])
    await shop.told_all(made, *["delivered"] * 3)
    number = await shop.database.write(deliveries.replay_since, made["id"], seq=second["seq"])
    assert number == 1
    got = shop.receiver.got

    async def again() -> bool:
        return len(got) == 5 and len((await shop.deliveries(made))[2]["tries"]) == 2

    await shop.tell(again)
    ids = [one.webhook_id for one in got]
    assert ids[3:] == [ids[0], ids[2]]


async def test_what_was_given_up_is_replayed_even_when_the_log_forgot_it(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    shop.receiver.always["/crm"] = Answering(500)
    await shop.happens()
    for wait in (0, *WAITS):
        shop.clock += wait * 2
        await shop.switch(made, on=False)
        await shop.switch(made, on=True)
        tries = len((await shop.deliveries(made) or [{"tries": ()}])[0]["tries"])

        async def one_more(before: int = tries) -> bool:
            found = await shop.deliveries(made)
            return bool(found) and len(found[0]["tries"]) > before

        await shop.tell(one_more)
    assert [one["state"] for one in await shop.deliveries(made)] == ["failed"]
    await shop.happens()
    shop.receiver.always.clear()
    await shop.database.write(prune_events, shop.clock + DAY)
    assert await shop.database.write(deliveries.replay_failed, made["id"]) == 1
    await shop.switch(made, on=True)
    await shop.told_all(made, "delivered", "delivered")
    assert len({one.webhook_id for one in shop.receiver.got}) == 2


async def test_what_the_log_forgot_before_it_was_told_is_said(shop: Shop) -> None:
    made = await shop.endpoint("/crm", active=False)
    await shop.happens(number=4)
    await shop.database.write(prune_events, shop.clock + DAY)
    await shop.switch(made, on=True)
    await shop.told_all(made, "delivered")
    assert (await shop.standing(made))["missed"] == 3
    [kept] = await shop.deliveries(made)
    await shop.happens()
    await shop.database.write(prune_events, shop.clock + DAY)
    with pytest.raises(Invalid):
        await shop.database.write(deliveries.replay_one, made["id"], kept["id"])


async def test_two_processes_tell_each_event_once(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    await shop.happens(number=60)
    async with shop.telling():
        await _told(shop, made, 60)
    ids = [one.webhook_id for one in shop.receiver.got]
    assert (len(ids), len({*ids})) == (60, 60)
    seqs = [one.said["seq"] for one in shop.receiver.got]
    assert seqs == sorted(seqs), "and in their order"


async def _told(shop: Shop, made: Any, number: int) -> None:
    async def so() -> bool:
        return (await shop.database.read(deliveries.backlogs))[made["id"]]["behind"] == 0

    await shop.tell(so)
    assert len(shop.receiver.got) == number


async def test_the_deliveries_log_is_bounded(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    await shop.happens(number=3)
    await shop.told_all(made, *["delivered"] * 3)
    assert await shop.database.write(prune_deliveries, shop.clock) == 0
    assert await shop.database.write(prune_deliveries, shop.clock + 8 * DAY) == 3


async def test_a_page_of_deliveries_ends_where_the_next_begins(shop: Shop) -> None:
    made = await shop.endpoint("/crm")
    await shop.happens(number=5)
    await shop.told_all(made, *["delivered"] * 5)
    seen, cursor = [], None
    for size in (2, 2, 1):
        page = await shop.database.read(deliveries.listing, made["id"], cursor, 2)
        assert len(page.deliveries) == size
        seen += [one["id"] for one in page.deliveries]
        cursor = page.next
    assert (cursor, len({*seen})) == (None, 5)
    shown = await shop.database.read(deliveries.by_id, made["id"], seen[0], API)
    assert json.loads(shown["request"]["body"] or "")["type"] == "labels:updated"


async def test_a_message_that_is_long_is_posted_as_ids_and_a_link(shop: Shop) -> None:
    text = "ö" * 30_000
    payload = json.dumps({"id": "m1", "conversation_id": "c1", "content": {"text": text}})
    event = FeedEvent(7, "message:new", shop.clock, payload, "c1", None, "")
    body = event_body(event, API)
    data = json.loads(body)["data"]
    assert len(body) < 20_000
    assert (data["id"], data["shortened"]) == ("m1", ["content"])
    assert data["link"] == "https://inbox.example/api/v1/messages/m1"


def test_a_retry_after_is_seconds_or_a_date_and_is_bounded() -> None:
    noon = 1_750_000_000 * SECOND
    assert asked_pause("120", noon) == 120 * SECOND
    assert asked_pause("Sun, 15 Jun 2025 15:06:50 GMT", noon) == 10 * SECOND
    assert [asked_pause(odd, noon) for odd in ("", "soon", "-5", "9" * 40, "1.5")] == [0] * 5
    assert next_wait(1, 5 * DAY) == DAY
    assert rest(0, 5 * DAY) == HOUR


def test_ten_tries_are_made_within_a_little_more_than_three_days() -> None:
    waits = [next_wait(tries) for tries in range(1, 11)]
    assert waits[-1] is None
    whole = sum(wait for wait in waits if wait is not None)
    assert 2.7 * DAY < whole < 3.5 * DAY
    assert [rest(failures) for failures in (1, 2)] == [0, 0]
    assert 0 < rest(3) < 6 * SECOND
    assert rest(500) <= 11 * MINUTE
