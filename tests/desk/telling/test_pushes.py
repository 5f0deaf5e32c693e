"""Who is told of what with no page open: each once, nothing old, nothing that was read already."""

import json
from itertools import pairwise

from inbox.access import limits, people, sessions
from inbox.access.preferences import choose
from inbox.conversations import seen
from inbox.desk import notes
from inbox.desk.arranging import arrange
from inbox.desk.notes import Note
from inbox.desk.telling import devices, pushes, wishes
from inbox.desk.telling.devices import PushAnswer, Subscribed
from inbox.desk.telling.pushes import FRESH, HOLD, PushJob
from inbox.desk.telling.wishes import change_notice_settings
from inbox.desk.wishes import Wish
from inbox.desk.writer import Writer
from inbox.domain.times import HOUR, MINUTE, SECOND, iso
from inbox.feed.log import events_after
from inbox.web.present.notices import push_words
from tests.desk.telling.conftest import Agent, Desk
from tests.support.push_service import Browser

TAKEN = PushAnswer(201)


def whom(jobs: list[PushJob]) -> set[str]:
    return {job.device["user_id"] for job in jobs}


async def test_everybody_is_told_what_a_customer_says_once(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    await desk.customer_says("hello?")
    found = await desk.due()
    assert whom(found) == {ana.id, ben.id} and {one.kind for one in found} == {"message"}
    assert {one.glimpse["text"] for one in found} == {"hello?"}
    for one in found:
        await desk.database.write(pushes.settle_push, one, TAKEN, desk.clock)
    assert await desk.due() == []


async def test_each_is_told_in_the_language_that_they_chose(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    await desk.database.write(choose, ben.id, {"language": "ar-XB"})
    await desk.database.write(change_notice_settings, ben.id, {"preview": False}, desk.clock)
    await desk.customer_says("hello?")
    told = {one.device["user_id"]: json.loads(push_words(one)) for one in await desk.due()}
    assert (told[ana.id]["lang"], told[ana.id]["dir"]) == ("en", "auto")
    assert (told[ben.id]["lang"], told[ben.id]["dir"]) == ("ar-XB", "rtl")
    assert told[ben.id]["body"].startswith("\u202e")


async def test_two_processes_that_hear_the_same_note_it_once(desk: Desk, ana: Agent) -> None:
    since = await desk.database.read(pushes.looked_through)
    await desk.customer_says("hello?")
    heard = await desk.database.read(events_after, since, 500)
    await desk.look()
    [job] = await desk.due()
    await desk.database.write(pushes.settle_push, job, TAKEN, desk.clock)
    assert not await desk.database.write(pushes.note_pushes, heard, desk.clock)
    await desk.look(desk.another())
    assert await desk.due() == [] and desk.noted == [True]


async def test_who_dies_while_sending_lets_another_send_it(desk: Desk, ana: Agent) -> None:
    await desk.customer_says("hello?")
    [first] = await desk.due()
    assert await desk.due() == []
    [again] = await desk.due(after=HOLD)
    assert again.glimpse == first.glimpse


async def test_of_one_conversation_the_newest_is_told(desk: Desk, ana: Agent) -> None:
    await desk.customer_says("one")
    await desk.look()
    await desk.customer_says("two")
    [job] = await desk.due()
    assert job.glimpse["text"] == "two"


async def test_what_comes_while_one_is_sent_is_told_after_it(desk: Desk, ana: Agent) -> None:
    await desk.customer_says("one")
    [first] = await desk.due()
    await desk.customer_says("two")
    await desk.look()
    await desk.database.write(pushes.settle_push, first, TAKEN, desk.clock)
    [second] = await desk.due()
    assert second.glimpse["text"] == "two"


async def test_nothing_is_told_of_what_was_read_meanwhile(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    here = await desk.customer_says("hello?")
    await desk.database.write(seen.see, ana.id, here, 1, desk.clock)
    assert whom(await desk.due()) == {ben.id}


async def test_what_is_old_is_told_no_more(desk: Desk, ana: Agent) -> None:
    await desk.customer_says("hello?")
    await desk.look()
    assert await desk.due(after=FRESH) == []
    await desk.customer_says("and?")
    desk.clock += FRESH
    assert await desk.due() == []


async def test_the_first_device_is_told_of_nothing_that_was_before_it(desk: Desk) -> None:
    await desk.customer_says("hello?")
    await desk.agent("Ana")
    assert await desk.due() == []
    await desk.customer_says("and?")
    assert len(await desk.due()) == 1


async def test_what_we_say_and_what_whatsapp_says_is_told_to_nobody(desk: Desk, ana: Agent) -> None:
    await desk.customer_says("we are open", direction="out")
    await desk.customer_says("changed number", type="system", provider_type="system")
    assert await desk.due() == []


async def test_who_is_named_in_a_note_is_told_and_not_who_wrote_it(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    here = await desk.customer_says("hello?")
    for each in (ana, ben):
        await desk.database.write(seen.see, each.id, here, 1, desk.clock)
    note = Note(
        conversation_id=here,
        text="@Ben, can you?",
        mentioned=[ben.id, ana.id],
        author=Writer(user_id=ana.id, name="Ana"),
    )
    written = await desk.database.write(notes.add_note, note, desk.clock)
    [job] = await desk.due()
    assert (job.kind, job.device["user_id"], job.sender) == ("mention", ben.id, "Ana")
    assert job.glimpse["id"] == written["id"]


async def test_a_limited_agent_is_told_of_nothing_else(desk: Desk, ana: Agent, ben: Agent) -> None:
    await desk.database.write(limits.limit_user, ben.id, [], desk.clock)
    await desk.customer_says("hello?")
    assert whom(await desk.due()) == {ana.id}


async def test_who_wants_to_hear_nothing_hears_nothing(desk: Desk, ana: Agent, ben: Agent) -> None:
    """A muted channel, none at all, quiet hours by the clock on their own wall (it is past
    midnight in Tokyo), away.
    """
    noon = {"start": "12:00", "end": "14:00", "time_zone": "Asia/Tokyo"}
    night = {"start": "23:00", "end": "07:00", "time_zone": "Asia/Tokyo"}
    cases = [
        {"muted_channels": [desk.channel.id]},
        {"messages": "none"},
        {"quiet_hours": night},
        {"away": True},
        {"away": True, "away_until": iso(desk.clock + HOUR)},
    ]
    usual = {"muted_channels": [], "messages": "all", "quiet_hours": noon, "away": False}
    for wanted in cases:
        await desk.database.write(wishes.change_notice_settings, ana.id, usual | wanted, desk.clock)
        await desk.customer_says("hello?")
        jobs = await desk.due()
        assert whom(jobs) == {ben.id}, wanted
        for job in jobs:
            await desk.database.write(pushes.settle_push, job, TAKEN, desk.clock)
    await desk.database.write(wishes.change_notice_settings, ana.id, usual, desk.clock)
    await desk.customer_says("hello?")
    assert whom(await desk.due()) == {ana.id, ben.id}


async def test_who_signs_out_or_is_disabled_is_told_no_more(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    await desk.customer_says("hello?")
    await desk.look()
    await desk.database.write(sessions.end_session, ana.session, desk.clock)
    assert whom(await desk.due()) == {ben.id}
    await desk.database.write(people.disable, ben.id, desk.clock)
    assert await desk.database.read(devices.live_devices, desk.clock) == []


async def test_a_subscription_that_is_gone_is_over_until_it_is_added_again(
    desk: Desk, ana: Agent
) -> None:
    await desk.customer_says("hello?")
    [job] = await desk.due()
    await desk.database.write(pushes.settle_push, job, PushAnswer(410), desk.clock)
    await desk.customer_says("and?")
    assert await desk.due() == []
    [row] = await desk.database.read(devices.devices_of, ana.id, desk.clock)
    assert (row["status"], row["ended_at"]) == (410, desk.clock - 3 * SECOND)


async def test_who_wants_a_pause_gets_it_and_nothing_is_lost(desk: Desk, ana: Agent) -> None:
    await desk.customer_says("hello?")
    [job] = await desk.due()
    pause = PushAnswer(429, retry_after=2 * MINUTE)
    await desk.database.write(pushes.settle_push, job, pause, desk.clock)
    await desk.customer_says("me too", phone="12025550143")
    found = await desk.database.read(pushes.QUEUE.look, desk.clock + MINUTE)
    assert found.lanes == [] and found.next_at is not None
    assert len(await desk.due(after=3 * MINUTE)) == 2


async def test_it_is_tried_again_with_growing_pauses_until_it_is_old(
    desk: Desk, ana: Agent
) -> None:
    await desk.customer_says("hello?")
    tried = []
    for _ in range(400):
        for job in await desk.due(after=2 * SECOND):
            tried.append(desk.clock)
            await desk.database.write(pushes.settle_push, job, PushAnswer(503), desk.clock)
    gaps = [later - one for one, later in pairwise(tried)]
    assert 4 <= len(tried) <= 8 and gaps == sorted(gaps)


async def test_a_browser_that_subscribes_anew_takes_the_place_of_its_former_self(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    browser = Browser("https://push.example/new")
    anew = Subscribed(
        browser.endpoint, **browser.keys, user_agent="", replaces=ana.device["endpoint"]
    )
    stranger = Subscribed(browser.endpoint, **browser.keys, user_agent="")
    found, new = await desk.database.write(
        devices.add_device, ana.id, ana.session, anew, desk.clock
    )
    assert new and await desk.database.read(devices.devices_of, ana.id, desk.clock) == [found]
    # Whoever signs in there next has it to themselves.
    await desk.database.write(devices.add_device, ben.id, ben.session, stranger, desk.clock)
    assert await desk.database.read(devices.devices_of, ana.id, desk.clock) == []


async def test_who_is_given_a_conversation_is_told_and_who_takes_one_is_not(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    here = await desk.customer_says("hello?")
    for job in await desk.due():
        await desk.database.write(pushes.settle_push, job, TAKEN, desk.clock)
    by_ana, to_ben = Writer(user_id=ana.id, name="Ana"), Wish(assignee_id=ben.id)
    await desk.database.write(arrange, [here], to_ben, by_ana, desk.clock)
    [job] = await desk.due()
    assert (job.kind, job.device["user_id"]) == ("assignment", ben.id)
    await desk.database.write(pushes.settle_push, job, TAKEN, desk.clock)
    await desk.database.write(arrange, [here], Wish(assignee_id=ana.id), by_ana, desk.clock)
    assert await desk.due() == []


async def test_of_whose_conversations_somebody_is_told_is_theirs_to_choose(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    change = wishes.change_notice_settings
    await desk.database.write(change, ana.id, {"messages": "mine"}, desk.clock)
    await desk.database.write(change, ben.id, {"messages": "mine_and_unassigned"}, desk.clock)
    here = await desk.customer_says("hello?")
    assert whom(await desk.due(after=HOLD)) == {ben.id}
    by_ana = Writer(user_id=ana.id, name="Ana")
    await desk.database.write(arrange, [here], Wish(assignee_id=ana.id), by_ana, desk.clock)
    await desk.customer_says("anybody?")
    assert whom(await desk.due()) == {ana.id}
