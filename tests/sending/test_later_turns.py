"""What is to be sent later, and what may have become of its customer and its channel by then."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from inbox.access import people
from inbox.channels import store
from inbox.conversations import listing
from inbox.domain.errors import Invalid
from inbox.domain.outgoing.asked import said_by
from inbox.domain.public import Message
from inbox.domain.times import DAY, HOUR, MINUTE, SECOND, Micros
from inbox.providers.base import Accepted
from inbox.sending import claims, later
from inbox.sending.editing import Edit, edit_reply, send_now
from inbox.sending.holding import PAUSED, pause_channel, resume_channel
from inbox.sending.meanwhile import AnsweredMeanwhile
from inbox.sending.results import record_result
from inbox.sending.retrying import retry
from inbox.sending.window import WindowClosed
from inbox.storage.database import Connection, Database
from inbox.storage.tables import channels, contacts, messages, read_marks
from inbox.web.present.failures import failure
from tests.sending.conftest import NOW, taken, written
from tests.sending.test_holding import SEALER
from tests.sending.test_later import TEN, ask, pass_until, shown, writes
from tests.sending.test_marks import _choose, _says
from tests.sending.test_templating import VALUES, asked, known

__all__ = ["known"]

LATE = NOW + 2 * DAY


def one_channel(connection: Connection) -> str:
    return str(connection.execute(select(channels.c.id)).scalar_one())


async def user(database: Database, name: str) -> str:
    facts = {"email": f"{name}@example.com", "name": name, "role": "agent", "now": NOW}
    return (await database.write(people.add, **facts)).id


async def unread(database: Database, user_id: str) -> int:
    [one], _ = await database.read(listing.list_page, user_id, listing.Search())
    return one["unread_count"]


async def reasons(database: Database, reply: str) -> tuple[str, str | None]:
    now = await shown(database, reply)
    return now["status"], now["waiting"] and now["waiting"]["reason"]


async def due(database: Database, now: Micros) -> bool:
    """Whether the outbox has something to send then."""
    return bool((await database.read(claims.QUEUE.look, now)).lanes)


def marked(connection: Connection) -> str | None:
    return connection.execute(select(read_marks.c.provider_message_id)).scalar()


def read_further(connection: Connection) -> None:
    connection.execute(update(read_marks).values(provider_message_id="wamid.second"))


async def test_what_goes_by_itself_answers_only_what_had_come_when_it_was_written(
    database: Database, conversation: str
) -> None:
    ana = await user(database, "ana")
    await ask(database, conversation, send_at=TEN)
    await database.write(_says, conversation, "wamid.second")
    assert await pass_until(database, TEN) == ["go"]
    assert await unread(database, ana) == 1


async def test_it_tells_the_customer_that_just_that_was_read_and_nothing_less_than_before(
    database: Database, conversation: str
) -> None:
    ana = await user(database, "ana")
    await database.write(_choose, "replied")
    sent: list[str | None] = []
    for _ in range(2):
        await ask(database, conversation, send_at=TEN, sender_id=ana)
    await database.write(_says, conversation, "wamid.second")
    await pass_until(database, TEN)
    for number in (1, 2):
        [item] = await taken(database, TEN)
        await database.write(record_result, item.claim, Accepted(f"wamid.out.{number}"), TEN)
        sent.append(await database.read(marked))
        await database.write(read_further)
    assert sent == ["wamid.first", "wamid.second"]


async def test_put_off_again_it_stops_only_if_they_write_again(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, send_at=TEN, stop_on_reply=True)
    await writes(database, conversation, NOW + MINUTE)
    assert await pass_until(database, NOW + MINUTE) == ["stop"]
    await database.write(edit_reply, reply, Edit(send_at=TEN), NOW + MINUTE)
    assert await pass_until(database, NOW + 2 * MINUTE) == []
    await writes(database, conversation, NOW + 3 * MINUTE)
    assert await pass_until(database, NOW + 3 * MINUTE) == ["stop"]
    await database.write(edit_reply, reply, Edit(send_at=TEN, stop_on_reply=False), NOW)
    await writes(database, conversation, NOW + 4 * MINUTE)
    assert await pass_until(database, TEN) == ["go"]


async def test_at_a_paused_channel_it_waits_for_that_and_says_so(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, send_at=TEN)
    channel = await database.read(one_channel)
    await database.write(pause_channel, SEALER, channel, NOW)
    assert await pass_until(database, TEN) == ["go"]
    assert await reasons(database, reply) == ("queued", PAUSED)
    assert not await due(database, TEN)
    await database.write(resume_channel, SEALER, channel, TEN)
    assert await due(database, TEN)


async def test_at_a_channel_that_went_it_fails_and_does_not_wait_for_ever(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, hold=True, now=LATE)
    channel = await database.read(one_channel)
    await database.write(store.take_out, SEALER, channel, LATE)
    assert await pass_until(database, LATE) == ["go"]
    assert (await shown(database, reply))["status"] == "queued"
    assert len(await taken(database, LATE)) == 1


async def test_a_limit_of_the_channel_holds_it_as_it_holds_all(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, send_at=TEN)
    channel = await database.read(one_channel)
    limited = {"limited_until": TEN + MINUTE, "limit_reason": "Too fast"}
    this = update(channels).where(channels.c.id == channel).values(limited)
    await database.write(lambda c: c.execute(this))
    await pass_until(database, TEN)
    assert await reasons(database, reply) == ("queued", "Too fast")
    assert not await due(database, TEN)
    assert await due(database, TEN + MINUTE)


async def test_to_who_is_blocked_nothing_goes_by_itself_nor_by_hand(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, send_at=TEN)
    await database.write(lambda c: c.execute(update(contacts).values(blocked_at=NOW)))
    assert await pass_until(database, TEN) == ["keep"]
    assert await reasons(database, reply) == ("scheduled", later.BLOCKED)
    with pytest.raises(Invalid):
        await database.write(send_now, reply, TEN)
    await database.write(lambda c: c.execute(update(contacts).values(blocked_at=None)))
    assert (await database.write(send_now, reply, TEN))["status"] == "queued"


async def test_one_that_came_too_late_can_be_held_instead(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, send_at=LATE)
    assert await pass_until(database, LATE) == ["fail"]
    assert failure(await shown(database, reply)).helps == ("template", "hold")
    with pytest.raises(WindowClosed):
        await database.write(retry, reply, LATE)
    held = await database.write(retry, reply, LATE, hold=True)
    assert (held["status"], held["error"], held["held"]) == ("held", None, True)
    await writes(database, conversation, LATE + HOUR)
    assert await pass_until(database, LATE + HOUR) == ["go"]
    assert len(await taken(database, LATE + HOUR)) == 1


async def test_who_saw_a_late_reply_go_has_seen_what_came_before_it_went(
    database: Database, conversation: str
) -> None:
    reply = await ask(database, conversation, send_at=TEN)
    await written(database, conversation, "At nine", NOW + MINUTE)
    await pass_until(database, TEN)
    facts: dict[str, Any] = {"seen": reply, "now": TEN + MINUTE}
    ben = await user(database, "ben")
    assert await ask(database, conversation, sender_id=ben, **facts)
    await written(database, conversation, "Or at ten", TEN + SECOND)
    with pytest.raises(AnsweredMeanwhile) as stopped:
        await ask(database, conversation, sender_id=ben, **facts)
    assert [one["content"]["text"] for one in stopped.value.messages] == ["Or at ten"]


async def hold(database: Database, conversation: str, now: Micros, **told: Any) -> Message:
    notify = said_by(asked(values=told or VALUES))
    facts = {"client_id": "held", "hold": True, "notify": notify, "now": now}
    return await shown(database, await ask(database, conversation, **facts))


def texts_of(connection: Connection) -> list[tuple[str, str]]:
    query = select(messages.c.type, messages.c.status).where(messages.c.direction == "outgoing")
    query = query.order_by(messages.c.sort_at, messages.c.number)
    return [(kind, status) for kind, status in connection.execute(query)]


async def test_they_are_told_of_an_answer_that_waits_once_and_above_it(
    database: Database, conversation: str, known: str
) -> None:
    for _ in range(2):
        assert (await hold(database, conversation, LATE))["status"] == "held"
        assert await database.read(texts_of) == [("template", "queued"), ("text", "held")]


async def test_an_answer_that_waits_and_what_tells_of_it_are_stored_both_or_neither(
    database: Database, conversation: str, known: str
) -> None:
    with pytest.raises(Invalid) as unfit:
        await hold(database, conversation, LATE, **{"body.1": "Amara"})
    assert unfit.value.field.startswith("notify.")
    count = select(func.count()).where(messages.c.direction == "outgoing")
    assert await database.read(lambda c: c.execute(count).scalar()) == 0


async def test_where_it_need_not_wait_they_are_not_told(
    database: Database, conversation: str, known: str
) -> None:
    assert (await hold(database, conversation, NOW))["status"] == "queued"
    assert await database.read(texts_of) == [("text", "queued")]
    with pytest.raises(Invalid):
        await ask(database, conversation, notify=said_by(asked(values=VALUES)))
