"""One person under two keys: whoever they were taken for, they are one contact in the end."""

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from inbox.access import people as users
from inbox.conversations import listing, search, seen, threads
from inbox.conversations.contact_details import details_of
from inbox.conversations.contacts import note_blocked
from inbox.desk.contacts.attributes import add_attribute
from inbox.desk.contacts.editing import ContactEdit, edit_contact
from inbox.domain.channels import Channel
from inbox.domain.outgoing import texts
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.times import DAY, SECOND
from inbox.feed.log import events_after
from inbox.feed.places import Places
from inbox.feed.sight import sees, unplaced
from inbox.search.indexing import index
from inbox.sending import later, replies
from inbox.sending.replies import Reply
from inbox.storage import tables
from inbox.storage.database import Database
from inbox.storage.tables import contacts, outbox
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import AMARA, JONAS, status_of, tell, text, told
from tests.conversations.test_order import by
from tests.conversations.test_order import text as said
from tests.support.published import published

ID, NUMBER, BOTH = by(user_id="US.1", name="Amara"), by(AMARA), by(AMARA, "US.1")


async def shown(database: Database) -> list[Any]:
    rows, _ = await database.read(listing.list_page, None, listing.Search())
    return rows


async def events(database: Database, kind: str) -> list[Any]:
    return [one.payload for one in await database.read(published, kind)]


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
async def test_seen_by_id_by_number_and_by_both_is_one(
    database: Database, channel: Channel, order: tuple[int, ...]
) -> None:
    facts = {1: said("by.id", 1, ID), 2: said("by.number", 2, NUMBER), 3: said("by.both", 3, BOTH)}
    for which in order:
        await tell(database, channel, [facts[which]])
    [row] = await shown(database)
    assert (row["inbound_count"], row["contact"]["name"]) == (3, "Amara")
    page = await database.read(threads.latest, row["id"])
    assert [one["content"]["text"] for one in page.messages] == [
        "*by.id*",
        "*by.number*",
        "*by.both*",
    ]


async def test_a_merge_is_published_with_what_it_became(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [said("by.number", 1, NUMBER)])
    await tell(database, channel, [said("by.id", 2, ID)])
    newer, older = await shown(database)
    await tell(database, channel, [said("by.both", 3, BOTH)])
    [gone] = await events(database, "conversation:merged")
    assert gone["into"] in (older["id"], newer["id"])
    assert {gone["id"], gone["into"]} == {older["id"], newer["id"]}
    assert {gone["contact_id"], gone["into_contact_id"]} == {
        older["contact"]["id"],
        newer["contact"]["id"],
    }
    [now] = await shown(database)
    assert now["id"] == gone["into"]
    live = (await events(database, "conversation:updated"))[-1]
    assert (live.pop("changed"), live.pop("by")) == ([], None)
    assert live.items() <= now.items()
    await tell(database, channel, [said("by.both", 3, BOTH)])
    assert len(await events(database, "conversation:merged")) == 1


async def test_whose_team_had_the_one_that_is_gone_hears_that_it_went(
    database: Database, channel: Channel
) -> None:
    """Who sees what it became does not hear that, and who saw neither hears nothing."""
    await tell(database, channel, [said("by.number", 1, NUMBER)])
    await tell(database, channel, [said("by.id", 2, ID)])
    newer, older = await shown(database)
    for team, where in (("sales", older), ("care", newer), ("press", None)):
        await database.write(_give, team, where and where["id"])
    await tell(database, channel, [said("by.both", 3, BOTH)])
    kept, gone = "sales", newer["id"]
    assert [(one["id"], one["team_id"]) for one in await events(database, "conversation:removed")]
    heard = {team: await _heard(database, team, gone) for team in ("sales", "care", "press")}
    assert heard[kept] == ["conversation:merged"]
    assert heard["care"] == ["conversation:removed"] and heard["press"] == []


def _give(connection: Connection, team: str, conversation_id: str | None) -> None:
    known = {"name": team, "created_at": NOW, "in_turn": False}
    connection.execute(tables.teams.insert().values(id=team, **known))
    there = tables.conversations.c.id == conversation_id
    connection.execute(update(tables.conversations).where(there).values(team_id=team))


async def _heard(database: Database, team: str, conversation_id: str) -> list[str]:
    """What somebody of this team alone is told of it by a process that begins now."""
    places, reach = Places(), Reach(None, frozenset({team}))
    told = await database.read(events_after, 0, 500)
    await places.learn(database, unplaced(reach, told, places))
    ends = [one for one in told if one.type in ("conversation:merged", "conversation:removed")]
    about = [one for one in ends if one.conversation_id == conversation_id]
    return [one.type for one in about if sees(reach, one, places)]


async def test_what_the_team_knows_of_either_is_known_of_the_one_they_are(
    database: Database, channel: Channel
) -> None:
    plan = await database.write(add_attribute, f"p{channel.id[-9:]}", "Plan", "text", [], NOW)
    city = await database.write(add_attribute, f"c{channel.id[-9:]}", "City", "text", [], NOW)
    await tell(database, channel, [said("by.number", 1, NUMBER)])
    await tell(database, channel, [said("by.id", 2, ID)])
    newer, older = [one["contact"]["id"] for one in await shown(database)]
    words = [
        (older, {"note": "Calls.", "attributes": {plan["key"]: "Plus"}}),
        (newer, {"note": "Writes.", "attributes": {plan["key"]: "Basic", city["key"]: "Lagos"}}),
        (newer, {"name": "Dr Okafor"}),
    ]
    for who, edit in words:
        await database.write(edit_contact, EVERYTHING, who, ContactEdit(**edit), NOW)
    await tell(database, channel, [said("by.both", 3, BOTH)])
    [row] = await shown(database)
    kept = await database.read(details_of, row["contact"]["id"], EVERYTHING)
    assert kept and (kept["name"], kept["profile_name"]) == ("Dr Okafor", "Amara")
    assert kept["attributes"] == {plan["key"]: "Plus", city["key"]: "Lagos"}
    assert kept["note"] == "Calls.\n\nWrites."


async def test_a_duplicate_that_tells_both_keys_merges_and_counts_nothing(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [said("one", 1, NUMBER)], [said("two", 2, ID)])
    await tell(database, channel, [said("one", 1, BOTH)])
    [row] = await shown(database)
    live = (await events(database, "conversation:updated"))[-1]
    assert (live.pop("changed"), live.pop("by")) == ([], None)
    assert (row["inbound_count"], live["inbound_count"]) == (2, 2)
    assert live["last_message"] == row["last_message"]


async def test_who_spoke_last_in_either_spoke_last_in_both(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [said("one", 1, NUMBER)], [said("two", 2, ID, "out")])
    later = update(tables.conversations).values(arrived_at=NOW + DAY)
    newer = later.where(tables.conversations.c.last_direction == "outgoing")
    await database.write(lambda connection: connection.execute(newer).rowcount)
    await tell(database, channel, [said("one", 1, BOTH)])
    [row] = await shown(database)
    assert row["last_message"]["direction"] == "outgoing"
    waiting, _ = await database.read(listing.list_page, None, listing.Search(view="needs_reply"))
    assert waiting == []


async def test_what_was_read_and_what_waits_to_be_sent_move_along(
    database: Database, channel: Channel
) -> None:
    facts = {"email": "ana@example.com", "name": "Ana", "role": "agent"}
    ana = await database.write(users.add, **facts, now=NOW)
    await tell(database, channel, [said("by.number", 1, NUMBER)], [said("by.id", 2, ID)])
    for row in await shown(database):
        await database.write(seen.see, ana.id, row["id"], 1, NOW)
        reply = Reply(conversation_id=row["id"], said=texts.text("Hello"), sender_name="Ana")
        await database.write(replies.enqueue, reply, NOW)
    await tell(database, channel, [said("by.both", 3, BOTH)])
    [row], _ = await database.read(listing.list_page, ana.id, listing.Search())
    assert row["unread_count"] == 1
    waiting = await database.read(
        lambda connection: connection.execute(select(outbox.c.conversation_id)).scalars().all()
    )
    assert waiting == [row["id"]] * 2


async def test_search_finds_what_was_said_where_it_is_now(
    database: Database, channel: Channel
) -> None:
    async def found(q: str) -> list[tuple[str, str | None]]:
        await database.write(index, 1000)
        rows, _ = await database.read(search.search_page, None, listing.Search(q=q))
        return [(row["id"], row["contact"]["name"]) for row in rows]

    await tell(database, channel, [said("bynumber", 1, NUMBER)])
    await tell(database, channel, [said("byid", 2, ID)])
    [kept], [gone] = await found("bynumber"), await found("byid")
    assert kept != gone and await found("Amara") == [gone]
    await tell(database, channel, [said("byboth", 3, BOTH)])
    now = [(kept[0], "Amara")]
    assert await found("bynumber") == await found("byid") == await found("Amara") == now


async def test_what_was_learned_later_finds_the_same_person_by_every_key(
    database: Database, channel: Channel
) -> None:
    for who in (by(AMARA, "US.1"), by(JONAS, "US.1"), by(AMARA), by(JONAS), by(user_id="US.1")):
        await tell(database, channel, [said(str(who), 1, who)])
    [row] = await shown(database)
    assert row["inbound_count"] == 5


async def test_strangers_are_never_merged(database: Database, channel: Channel) -> None:
    who = [by(AMARA, "US.1"), by(JONAS, "US.2"), by(), by(user_id="US.3"), by("447700900199")]
    await tell(database, channel, [said(str(n), n, each) for n, each in enumerate(who, 1)])
    assert len(await shown(database)) == 5
    keys = await database.read(lambda c: c.execute(select(contacts.c.match_key)).scalars().all())
    assert len(keys) == 5


FAILED = {
    1: told("echo", "failed", 5, errors=[{"code": 1, "title": "The first"}]),
    2: told("echo", "failed", 6, errors=[{"code": 2, "title": "The second"}]),
    3: told("echo", "failed", 4),
}


@pytest.mark.parametrize("order", list(permutations(FAILED)))
async def test_the_earliest_reason_stays_in_any_order(
    database: Database, channel: Channel, order: tuple[int, ...]
) -> None:
    await tell(database, channel, [text("echo", direction="out")])
    for which in order:
        await tell(database, channel, [FAILED[which]])
    _, error = await status_of(database, channel, "echo")
    assert error is not None and "The first" in error


async def test_a_question_stands_before_its_answer_of_the_same_second(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("first", 0)])
    [row] = await shown(database)
    await tell(database, channel, [text("question", 7)])
    answer = Reply(conversation_id=row["id"], said=texts.text("answer"), sender_name="Ana")
    await database.write(replies.enqueue, answer, NOW + 7 * SECOND + 400_000)
    await tell(database, channel, [text("afterthought", 7)])
    page = await database.read(threads.latest, row["id"])
    assert [one["content"]["text"] for one in page.messages] == [
        "text of first",
        "text of question",
        "answer",
        "text of afterthought",
    ]


async def test_of_two_who_become_one_whoever_was_blocked_stays_so(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [said("by.id", 1, ID), said("by.number", 2, NUMBER)])
    [later] = [one for one in await shown(database) if one["contact"]["wa_id"] == AMARA]
    await database.write(note_blocked, later["contact"]["id"], NOW, NOW)
    await tell(database, channel, [said("by.both", 3, BOTH)])
    [row] = await shown(database)
    assert (row["contact"]["name"], row["contact"]["blocked"]) == ("Amara", True)


async def test_what_either_had_written_is_no_word_since_a_reply_was_put_off(
    database: Database, channel: Channel
) -> None:
    for n, one in enumerate((NUMBER, ID)):
        await tell(database, channel, [said(f"in.{n}.{m}", m, one) for m in range(n + 1)])
    put_off = [
        await database.write(replies.enqueue, reply, NOW)
        for reply in (
            Reply(
                conversation_id=row["id"],
                said=texts.text("We open."),
                sender_name="Ana",
                send_at=NOW + DAY,
                stop_on_reply=True,
            )
            for row in await shown(database)
        )
    ]
    assert len(put_off) == 2
    await tell(database, channel, [said("phone.1", 4, BOTH, "out")])
    [one] = await shown(database)
    turns = [await database.write(later.do_turn, each["id"], NOW) for each in put_off]
    assert (one["inbound_count"], turns) == (3, ["wait", "wait"])
    await tell(database, channel, [said("in.again", 5, BOTH)])
    turns = [await database.write(later.do_turn, each["id"], NOW) for each in put_off]
    assert turns == ["stop", "stop"]
