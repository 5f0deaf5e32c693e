"""Whose turn it is, until when it sleeps, and what the thread tells of that."""

import pytest
from sqlalchemy import select

from inbox.access import people
from inbox.conversations import listing
from inbox.conversations.seen import see
from inbox.desk import arranging
from inbox.desk.wishes import Wish
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid
from inbox.domain.times import DAY, HOUR, iso
from inbox.storage.tables import conversation_labels, feed_events, messages
from tests.desk.standing.conftest import NOW, Desk


async def test_who_takes_a_conversation_is_its_assignee_and_the_thread_says_so(
    desk: Desk, ana: Writer
) -> None:
    here = await desk.writes()
    await desk.do(here, ana, assignee_id=ana.user_id)
    assert (await desk.shown(here))["assignee"] == {"id": ana.user_id, "name": "Ana"}
    assert await desk.lines(here) == [[("assignee", None, "Ana")]]
    [_, line] = await desk.thread(here)
    assert (line["direction"], line["sender"]) == ("internal", {"id": ana.user_id, "name": "Ana"})


async def test_what_is_so_already_is_not_told(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    assert await desk.do(here, ana, status="open", priority="normal", assignee_id=None) == []
    assert await desk.lines(here) == []


async def test_all_that_is_asked_at_once_is_one_line(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.do(
        here,
        ana,
        team_id="support",
        priority="urgent",
        labels=["vip", "DELIVERY"],
        status="pending",
    )
    shown = await desk.shown(here)
    assert (shown["team"], shown["priority"]) == ({"id": "support", "name": "Support"}, "urgent")
    assert (shown["labels"], shown["status"]) == (["Delivery", "VIP"], "pending")
    assert await desk.lines(here) == [
        [
            ("team", None, "Support"),
            ("status", "open", "pending"),
            ("priority", "normal", "urgent"),
            ("labels", [], ["Delivery", "VIP"]),
        ]
    ]


async def test_labels_are_added_and_taken_off_one_by_one(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.do(here, ana, add_labels=["VIP"])
    await desk.do(here, ana, add_labels=["Delivery"], remove_labels=["VIP"])
    assert (await desk.shown(here))["labels"] == ["Delivery"]
    query = select(conversation_labels.c.label_id)
    found = await desk.database.read(lambda connection: connection.execute(query).scalars().all())
    assert found == ["delivery"]


async def test_a_resolved_conversation_waits_for_nobody_and_reopens_as_they_write(
    desk: Desk, ana: Writer
) -> None:
    here = await desk.writes()
    assert (await desk.shown(here))["waiting_since"] is not None
    await desk.do(here, ana, status="resolved")
    assert (await desk.shown(here))["waiting_since"] is None
    await desk.writes()
    shown = await desk.shown(here)
    assert (shown["status"], shown["waiting_since"]) == ("open", iso(desk.clock))
    assert (await desk.lines(here))[-1] == [("status", "resolved", "open")]
    line = [one for one in await desk.thread(here) if one["type"] == "activity"][-1]
    assert line["sender"] is None, "nobody of us reopened it"


async def test_it_stays_with_whom_it_was_when_it_reopens(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.do(here, ana, assignee_id=ana.user_id, team_id="support", add_labels=["VIP"])
    await desk.do(here, ana, status="resolved")
    await desk.writes()
    shown = await desk.shown(here)
    assert shown["assignee"] and shown["assignee"]["name"] == "Ana"
    assert shown["team"] and shown["labels"] == ["VIP"]


async def test_what_is_on_hold_is_open_as_they_write(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.do(here, ana, status="pending")
    await desk.writes()
    assert (await desk.shown(here))["status"] == "open"


async def test_what_sleeps_says_until_when(desk: Desk, ana: Writer) -> None:
    here, until = await desk.writes(), NOW + HOUR
    await desk.do(here, ana, snoozed_until=until)
    shown = await desk.shown(here)
    assert (shown["status"], shown["snoozed_until"]) == ("snoozed", iso(until))
    assert await desk.lines(here) == [
        [("status", "open", "snoozed"), ("snoozed_until", None, iso(until))]
    ]
    await desk.writes()
    assert (await desk.shown(here))["snoozed_until"] is None, "they wrote before"


async def test_what_is_no_longer_asleep_says_no_time(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.do(here, ana, snoozed_until=NOW + HOUR)
    await desk.do(here, ana, status="resolved")
    assert (await desk.lines(here))[-1] == [("status", "snoozed", "resolved")]


async def test_it_can_sleep_until_they_write(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.do(here, ana, status="snoozed")
    assert await desk.lines(here) == [
        [("status", "open", "snoozed"), ("snoozed_until", None, None)]
    ]


async def test_who_waits_since_when_is_told_by_who_spoke_last(desk: Desk) -> None:
    here, first = await desk.writes(), desk.clock
    await desk.writes()
    assert (await desk.shown(here))["waiting_since"] == iso(first), "the first of them counts"
    await desk.writes(ours=True)
    assert (await desk.shown(here))["waiting_since"] is None
    await desk.writes()
    assert (await desk.shown(here))["waiting_since"] == iso(desk.clock)


async def test_who_is_given_one_by_somebody_else_has_not_read_it(
    desk: Desk, ana: Writer, ben: Writer
) -> None:
    here = await desk.writes()

    async def unread(who: Writer) -> int:
        found = await desk.database.read(listing.conversation_by_id, who.user_id, here)
        assert found is not None
        return found["unread_count"]

    for who in (ana, ben):
        assert who.user_id
        await desk.database.write(see, who.user_id, here, 99, desk.tick())
    await desk.do(here, ana, assignee_id=ana.user_id)
    assert await unread(ana) == 0, "who takes it knows it"
    await desk.do(here, ana, assignee_id=ben.user_id)
    assert (await unread(ben), await unread(ana)) == (1, 0)


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("assignee_id", {"assignee_id": "nobody"}),
        ("team_id", {"team_id": "none"}),
        ("status", {"status": "closed"}),
        ("priority", {"priority": "whatever"}),
        ("labels", {"labels": ["Unknown"]}),
        ("add_labels", {"add_labels": ["VIP", "Unknown"]}),
        ("snoozed_until", {"snoozed_until": NOW - HOUR}),
        ("snoozed_until", {"snoozed_until": NOW + 400 * DAY}),
        ("snoozed_until", {"status": "open", "snoozed_until": NOW + DAY}),
    ],
)
async def test_what_is_not_there_is_said_with_its_field_and_nothing_changes(
    desk: Desk, ana: Writer, field: str, wish: dict[str, object]
) -> None:
    here = await desk.writes()
    with pytest.raises(Invalid) as refused:
        await desk.do(here, ana, **{"priority": "high", **wish})
    assert refused.value.field == field
    assert await desk.lines(here) == []


async def test_of_several_one_that_cannot_be_so_is_left_out_and_it_is_said_why(
    desk: Desk, ana: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, other = await desk.writes(), await desk.writes("12025550177")
    await desk.do(full, ana, labels=["VIP"])
    monkeypatch.setattr(arranging, "LABELS_EACH", 1)
    wish: Wish = {"add_labels": ["Delivery"]}
    left_out: dict[str, str] = {}
    asked = [full, other], wish, ana, desk.tick(), left_out
    [done] = await desk.database.write(arranging.arrange, *asked)
    assert done.now["id"] == other
    assert left_out == {full: "A conversation has at most 1 labels."}


async def test_nothing_is_assigned_to_who_is_disabled(desk: Desk, ana: Writer, ben: Writer) -> None:
    here = await desk.writes()
    assert ben.user_id
    await desk.database.write(people.disable, ben.user_id, NOW)
    with pytest.raises(Invalid, match="Ben is disabled"):
        await desk.do(here, ana, assignee_id=ben.user_id)


async def test_no_line_of_the_desk_ever_waits_to_be_sent(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.do(here, ana, status="resolved")
    query = select(messages.c.status).where(messages.c.type == "activity")
    found = await desk.database.read(lambda connection: connection.execute(query).scalars().all())
    assert found == ["noted"]


async def test_many_are_changed_in_a_few_statements_and_each_is_told(
    desk: Desk, ana: Writer
) -> None:
    ids = [await desk.writes(f"120255501{one:02}") for one in range(12)]
    done = await desk.do_all(ids, ana, status="resolved")
    assert {one.now["id"] for one in done} == set(ids)
    query = select(feed_events.c.conversation_id).where(feed_events.c.type == "activity:new")
    told = await desk.database.read(lambda connection: connection.execute(query).scalars().all())
    assert set(told) == set(ids)
