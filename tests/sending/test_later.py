"""What is to be sent later: at a time, once the customer writes, or a moment after the click."""

from typing import Any

import pytest
from sqlalchemy import select, update

from inbox.access import people
from inbox.conversations import listing, threads
from inbox.domain.errors import Invalid
from inbox.domain.outgoing import texts
from inbox.domain.public import Message
from inbox.domain.shapes import decoded
from inbox.domain.times import DAY, HOUR, MINUTE, SECOND, Micros, iso
from inbox.domain.undo import UNDO
from inbox.providers.base import Accepted, Refused
from inbox.sending import later, replies
from inbox.sending.editing import Edit, NotEditable, edit_reply, send_now
from inbox.sending.replies import Reply, ReplyTakenBack
from inbox.sending.results import record_result
from inbox.sending.schedule import Heard, _found
from inbox.sending.taking_back import take_reply_back
from inbox.sending.window import WindowClosed
from inbox.storage.database import Connection, Database
from inbox.storage.tables import conversations, feed_events
from tests.sending.conftest import NOW, Begin, taken, written

TEN = NOW + HOUR
"""When it is to be sent."""


async def ask(database: Database, conversation: str, **more: Any) -> str:
    now = more.pop("now", NOW)
    reply = Reply(
        conversation_id=conversation, said=texts.text("We open."), sender_name="Ana", **more
    )
    return str((await database.write(replies.enqueue, reply, now))["id"])


async def shown(database: Database, reply: str) -> Message:
    found = await database.read(threads.message_by_id, reply)
    assert found
    return found


async def pass_until(database: Database, now: Micros) -> list[str]:
    """What the schedule does then, having heard of nothing."""
    found = await database.read(_found, Heard([], True), now)
    return [await database.write(later.do_turn, one, now) for one in found]


async def writes(database: Database, conversation: str, at: Micros) -> None:
    """The customer does."""

    def come(connection: Connection) -> None:
        count = conversations.c.inbound_count + 1
        this = update(conversations).where(conversations.c.id == conversation)
        connection.execute(this.values(inbound_count=count, last_inbound_at=at))

    await database.write(come)


async def types(database: Database) -> list[tuple[str, str]]:
    """What the feed told of messages of ours, and their status then."""
    query = select(feed_events.c.type, feed_events.c.payload).order_by(feed_events.c.seq)
    rows = await database.read(lambda connection: connection.execute(query).all())
    told = [(kind, decoded(payload)) for kind, payload in rows]
    return [(kind, one.get("status", "")) for kind, one in told if kind.startswith("message:")]


async def test_what_is_scheduled_stands_at_its_time_and_goes_then(
    database: Database, conversation: str
) -> None:
    before = await database.read(listing.conversation_by_id, None, conversation)
    reply = await ask(database, conversation, send_at=TEN)
    now = await shown(database, reply)
    told = (now["status"], now["timestamp"], now["scheduled_at"], now["held"])
    assert told == ("scheduled", iso(TEN), iso(TEN), False)
    assert await database.read(listing.conversation_by_id, None, conversation) == before
    assert await pass_until(database, TEN - 1) == [] == await taken(database, TEN - 1)
    assert await pass_until(database, TEN + SECOND) == ["go"]
    then = await shown(database, reply)
    assert (then["status"], then["timestamp"]) == ("queued", iso(TEN + SECOND))
    assert [one.claim.key[0] for one in await taken(database, TEN + SECOND)] == [reply]
    assert (await types(database))[-3:] == [
        ("message:new", "scheduled"),
        ("message:status", "queued"),
        ("message:updated", "queued"),
    ]


async def test_what_is_scheduled_holds_nothing_up_and_comes_behind_what_waits(
    database: Database, conversation: str
) -> None:
    first, second = [await ask(database, conversation, send_at=TEN + n) for n in range(2)]
    now = await written(database, conversation, "Hello", NOW + MINUTE)
    page = await database.read(threads.latest, conversation)
    assert [one["id"] for one in page.messages][1:] == [now, first, second]
    [item] = await taken(database, NOW + MINUTE)
    busy = Refused("Too many", retry_after=2 * 3600, limit="pair")
    await database.write(record_result, item.claim, busy, NOW + MINUTE)
    assert await pass_until(database, TEN + SECOND) == ["go", "go"]
    latest = await written(database, conversation, "And", TEN + MINUTE)
    order = []
    for number in range(4):
        [item] = await taken(database, TEN + 2 * HOUR)
        order.append(item.claim.key[0])
        await database.write(record_result, item.claim, Accepted(f"wamid.{number}"), TEN)
    assert order == [now, first, second, latest]


async def test_whether_the_window_is_open_is_looked_at_when_it_is_due(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, send_at=NOW + 2 * DAY)
    assert await pass_until(database, NOW + 2 * DAY) == ["fail"]
    failed = await shown(database, reply)
    assert failed["status"] == "failed" and failed["error"]
    assert failed["error"]["title"] == later.TOO_LATE
    assert await taken(database, NOW + 3 * DAY) == []


async def test_it_stops_if_the_customer_writes_first_where_that_was_asked(
    database: Database, conversation: str
) -> None:
    stops = await ask(database, conversation, send_at=TEN, stop_on_reply=True)
    goes = await ask(database, conversation, send_at=TEN)
    await writes(database, conversation, NOW + MINUTE)
    assert await pass_until(database, NOW + MINUTE) == ["stop"]
    told = await shown(database, stops)
    assert (told["status"], told["scheduled_at"]) == ("scheduled", None)
    assert told["waiting"] and told["waiting"]["reason"] == later.WRITTEN_FIRST
    assert await pass_until(database, TEN) == ["go"]
    assert [one.claim.key[0] for one in await taken(database, TEN)] == [goes]


async def test_what_is_held_goes_out_as_soon_as_they_write(
    database: Database, conversation: str
) -> None:
    late = NOW + 2 * DAY
    reply = await ask(database, conversation, hold=True, now=late)
    now = await shown(database, reply)
    assert (now["status"], now["held"], now["scheduled_at"]) == ("held", True, None)
    assert await pass_until(database, late + DAY) == [] == await taken(database, late + DAY)
    await writes(database, conversation, late + DAY)
    heard = await database.read(_found, Heard([conversation], False), late + DAY)
    assert heard == [reply]
    assert await database.write(later.do_turn, reply, late + DAY) == "go"
    then = await shown(database, reply)
    assert (then["status"], then["held"], then["timestamp"]) == ("queued", False, iso(late + DAY))
    assert len(await taken(database, late + DAY)) == 1


async def test_where_the_window_is_open_nothing_needs_to_be_held(
    database: Database, conversation: str
) -> None:
    await ask(database, conversation, hold=True)
    assert len(await taken(database)) == 1


async def test_what_is_to_go_later_can_be_written_anew_put_off_and_sent_now(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, send_at=TEN)
    anew = await database.write(edit_reply, reply, Edit(text="We close.", send_at=TEN + HOUR), NOW)
    assert anew["content"]["text"] == "We close."
    assert (anew["scheduled_at"], anew["timestamp"]) == (iso(TEN + HOUR),) * 2
    assert await pass_until(database, TEN) == []
    sent = await database.write(send_now, reply, NOW + 1)
    assert (sent["status"], sent["timestamp"]) == ("queued", iso(NOW + 1))
    assert [one.claim.key[0] for one in await taken(database, NOW + 1)] == [reply]
    with pytest.raises(NotEditable):
        await database.write(edit_reply, reply, Edit(text="No"), NOW + 2)


async def test_what_is_held_is_not_sent_now_while_the_window_is_closed(
    database: Database, conversation: str
) -> None:
    late = NOW + 2 * DAY
    reply = await ask(database, conversation, hold=True, now=late)
    with pytest.raises(WindowClosed):
        await database.write(send_now, reply, late)
    assert (await shown(database, reply))["status"] == "held"


@pytest.mark.parametrize("asked", [{"send_at": TEN}, {"hold": True, "now": NOW + 2 * DAY}])
async def test_what_is_taken_back_before_its_time_never_goes(
    database: Database, conversation: str, asked: dict[str, Any]
) -> None:
    before = await database.read(listing.conversation_by_id, None, conversation)
    reply = await ask(database, conversation, client_id="order 17", **asked)
    await database.write(take_reply_back, reply, NOW + 2 * DAY)
    assert await database.read(threads.message_by_id, reply) is None
    after = await database.read(listing.conversation_by_id, None, conversation)
    assert before and after and before["last_message"] == after["last_message"]
    await writes(database, conversation, NOW + 3 * DAY)
    assert await pass_until(database, NOW + 3 * DAY) == [] == await taken(database, NOW + 3 * DAY)
    with pytest.raises(ReplyTakenBack):
        await ask(database, conversation, client_id="order 17", **asked)


async def test_one_reply_is_one_however_often_it_is_asked(
    database: Database, conversation: str
) -> None:
    one = await ask(database, conversation, client_id="a", send_at=TEN)
    assert await ask(database, conversation, client_id="a", send_at=TEN) == one
    await pass_until(database, TEN)
    assert await ask(database, conversation, client_id="a", send_at=TEN, now=TEN) == one
    assert len(await taken(database, TEN)) == 1


async def test_a_time_is_within_a_year_and_no_reply_waits_for_two_things(
    database: Database, conversation: str
) -> None:
    never: list[dict[str, Any]] = [
        {"send_at": NOW},
        {"send_at": NOW + 400 * DAY},
        {"send_at": TEN, "hold": True},
    ]
    for wrong in never:
        with pytest.raises(Invalid):
            await ask(database, conversation, **wrong)
    reply = await ask(database, conversation, send_at=TEN)
    for send_at in (NOW, NOW + 400 * DAY):
        with pytest.raises(Invalid):
            await database.write(edit_reply, reply, Edit(send_at=send_at), NOW)


async def test_who_wants_to_undo_has_a_moment_for_it(
    database: Database, begin: Begin, conversation: str
) -> None:
    facts = {"email": "ana@example.com", "name": "Ana", "role": "agent", "now": NOW}
    ana = (await database.write(people.add, **facts)).id
    await database.write(people.set_undoes_sends, ana, True)
    mine = await ask(database, conversation, sender_id=ana)
    told = (await shown(database, mine))["waiting"]
    assert told and told["next_try_at"] == iso(NOW + UNDO)
    theirs = await ask(database, conversation)  # behind it, and not before it
    assert await taken(database, NOW + UNDO - 1) == []
    await database.write(take_reply_back, mine, NOW + UNDO - 1)
    assert [one.claim.key[0] for one in await taken(database, NOW + UNDO)] == [theirs]
    elsewhere = await ask(database, await begin(), sender_id=ana)
    assert [one.claim.key[0] for one in await taken(database, NOW + UNDO)] == [elsewhere]


async def test_each_can_be_undone_as_long_however_close_they_are(
    database: Database, conversation: str
) -> None:
    facts = {"email": "ana@example.com", "name": "Ana", "role": "agent", "now": NOW}
    ana = (await database.write(people.add, **facts)).id
    await database.write(people.set_undoes_sends, ana, True)
    await ask(database, conversation, sender_id=ana)
    second = await ask(database, conversation, sender_id=ana, now=NOW + UNDO - 1)
    [first] = await taken(database, NOW + UNDO)
    await database.write(record_result, first.claim, Accepted("wamid.1"), NOW + UNDO)
    assert await taken(database, NOW + 2 * UNDO - 2) == []
    assert [one.claim.key[0] for one in await taken(database, NOW + 2 * UNDO)] == [second]
