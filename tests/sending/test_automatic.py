"""Away messages and greetings: each once, to who has just written, and nobody's answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event, select

from inbox.access import people as users
from inbox.channels import store
from inbox.conversations import listing, threads
from inbox.conversations.apply import apply
from inbox.conversations.contacts import note_blocked
from inbox.conversations.entries import Entry, Facts
from inbox.domain.channels import Channel
from inbox.domain.events import Event, MessageEvent, Person, ReactionEvent
from inbox.domain.hours.given import hours_given
from inbox.domain.ids import new_id
from inbox.domain.outgoing import texts
from inbox.domain.times import DAY, HOUR, MINUTE, Micros, micros
from inbox.receiving import journal
from inbox.sending import automatic, replies
from inbox.sending.meanwhile import LastSeen, check_seen
from inbox.sending.replies import Reply
from inbox.sending.responder import Responder
from inbox.sending.taking_back import take_reply_back
from inbox.storage.database import Connection, Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import outbox
from tests.sending.conftest import _accounts, taken
from tests.support.published import published

EVENING = micros(datetime(2026, 11, 30, 19, tzinfo=UTC))
NOON = micros(datetime(2026, 12, 1, 12, tzinfo=UTC))
AWAY, HELLO = "We are closed, {{contact.first_name|friend}}.", "Welcome to {{channel.name}}!"
OFFICE: Any = {
    day: [{"opens": "09:00", "closes": "18:00"}]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
}
BOTH: Any = {
    "week": OFFICE,
    "away": {"text": AWAY},
    "greeting": {"text": HELLO, "after_days": 30},
}
AMARA = Person(wa_id="12025550142", phone="+12025550142", name="Amara Okafor")


def said(at: Micros, name: str = "one", who: Person = AMARA, **facts: Any) -> MessageEvent:
    given: dict[str, Any] = {"direction": "in", "type": "text", "text": "hello?", **facts}
    kind = given["type"]
    key = f"{name}.{at}"
    return MessageEvent(
        key=f"msg:{key}",
        ts=at,
        provider_message_id=key,
        provider_type=kind,
        contact=who,
        **given,
    )


@dataclass
class Shop:
    """A channel that says things by itself. ``spoken``: all that it has said so, oldest first."""

    database: Database
    channel: Channel

    async def hears(self, *events: Event, now: Micros, received: Micros | None = None) -> None:
        entry = Entry(new_id(now), self.channel.id, received or now, b"{}")
        await self.database.write(journal.store_entries, [entry])
        owned = [(self.channel.id, event) for event in events]
        facts = Facts(entry.id, entry.received_at, self.channel.id, owned, [])
        await self.database.write(apply, [facts], self.known, now)

    @property
    def known(self) -> dict[str, Channel]:
        return {self.channel.id: self.channel}

    async def answers(self, now: Micros) -> list[str | None]:
        waiting = await self.database.read(automatic.to_speak_in, 100)
        return [
            await self.database.write(automatic.say_by_itself, one, self.known, now)
            for one in waiting
        ]

    async def asked(self, at: Micros, *events: Event) -> list[str | None]:
        """What comes of their writing then, or of these."""
        await self.hears(*(events or [said(at)]), now=at)
        return await self.answers(at + MINUTE)

    async def row(self) -> Any:
        [row], _ = await self.database.read(listing.list_page, None, listing.Search())
        return row

    async def thread(self) -> list[Any]:
        page = await self.database.read(threads.latest, (await self.row())["id"])
        return list(page.messages)

    async def spoken(self) -> list[str]:
        return [one["content"]["text"] for one in await self.thread() if one["automatic"]]


@pytest.fixture
async def shop(database: Database) -> Shop:
    return Shop(database, await database.write(_opened, BOTH))


def _opened(connection: Connection, given: Any) -> Channel:
    facts = {"name": "Shop", "provider": "cloud-api", "account": next(_accounts)}
    sealer = Sealer(b"k" * 40)
    made = store.add(connection, sealer, **facts, secret="s" * 20, now=EVENING - DAY)
    return store.set_hours(connection, sealer, made.id, hours_given(given), EVENING - DAY)


async def test_who_writes_while_it_is_closed_is_told_once_until_it_opens(shop: Shop) -> None:
    assert await shop.asked(EVENING) == ["away"]
    assert await shop.spoken() == ["We are closed, Amara."]
    assert await shop.asked(EVENING + 3 * HOUR) == [None]
    assert await shop.asked(NOON) == []  # it is open, and they are no stranger
    assert await shop.asked(EVENING + DAY) == ["away"]
    assert len(await shop.spoken()) == 2


async def test_an_away_message_says_when_it_opens_again_by_its_own_clock(
    database: Database,
) -> None:
    words = "We are back on {{channel.opens|some day}}."
    kept = BOTH | {"time_zone": "Europe/Berlin", "away": {"text": words}}
    shop = Shop(database, await database.write(_opened, kept))
    assert await shop.asked(EVENING) == ["away"]
    assert await shop.spoken() == ["We are back on Tuesday 09:00."]


async def test_it_is_nobodys_answer(shop: Shop) -> None:
    ben = await shop.database.write(
        lambda to: users.add(to, email="b@example.com", name="Ben", role="agent", now=EVENING)
    )
    await shop.hears(said(EVENING), now=EVENING)
    before = await shop.row()
    assert await shop.answers(EVENING + MINUTE) == ["away"]
    after = await shop.row()
    question, answer = await shop.thread()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"last_message"}
    assert after["needs_reply"] and after["last_message"]["about"] == {"automatic": True}
    assert (answer["automatic"], answer["sender"], answer["status"]) == (True, None, "queued")
    assert answer["sort"] > question["sort"]
    seen = LastSeen(message_id=question["id"], sender_id=ben.id, sender_name="Ben")
    await shop.database.read(check_seen, after["id"], seen)
    news = await shop.database.read(published, "%")
    told = [one.payload for one in news if one.payload.get("automatic")]
    assert [one["id"] for one in told] == [answer["id"]]
    assert not [one for one in news if one.audience == ben.id]
    [sent] = await taken(shop.database, EVENING + MINUTE)
    assert sent.outgoing.said.words == "We are closed, Amara."


async def test_several_messages_at_once_are_answered_once(shop: Shop) -> None:
    three = [said(EVENING, name) for name in ("one", "two", "three")]
    assert await shop.asked(EVENING, *three) == ["away"]
    assert await shop.asked(EVENING + HOUR, said(EVENING + HOUR), *three) == [None]
    assert len(await shop.spoken()) == 1


async def test_two_processes_answer_once(shop: Shop) -> None:
    await shop.hears(said(EVENING), now=EVENING)
    [waiting] = await shop.database.read(automatic.to_speak_in, 100)
    about = waiting, shop.known, EVENING
    both = [shop.database.write(automatic.say_by_itself, *about) for _ in range(2)]
    assert sorted(map(str, await asyncio.gather(*both))) == ["None", "away"]


def _notice() -> MessageEvent:
    system: Any = {"system": {"type": "user_called"}}
    return said(EVENING, "call", type="system", text=None, content=system)


def _reaction() -> ReactionEvent:
    return ReactionEvent(
        key="re:1",
        ts=EVENING,
        provider_message_id="re.1",
        target_id="one",
        direction="in",
        contact=AMARA,
        emoji="👍",
    )


@pytest.mark.parametrize(
    "heard",
    [
        said(EVENING, direction="out", echo=True),
        said(EVENING, content={"group_id": "g"}),
        said(EVENING, who=Person()),
        said(EVENING - HOUR),
        _notice(),
        _reaction(),
    ],
    ids=["echo", "group", "nobody", "old", "call", "reaction"],
)
async def test_nobody_is_answered_who_did_not_write_to_us_just_now(
    shop: Shop, heard: Event
) -> None:
    assert await shop.asked(EVENING, heard) in ([], [None])
    assert await shop.database.read(_queued) == 0
    other = Person(wa_id="447700900123", phone="+447700900123")
    assert "away" in await shop.asked(EVENING, said(EVENING, "two", other))


def _queued(connection: Connection) -> int:
    return len(connection.execute(select(outbox)).all())


async def test_what_is_applied_or_looked_at_hours_later_is_not_answered(shop: Shop) -> None:
    await shop.hears(said(EVENING), now=EVENING + 2 * HOUR, received=EVENING)
    assert await shop.answers(EVENING + 2 * HOUR) == []
    await shop.hears(said(EVENING + 2 * HOUR), now=EVENING + 2 * HOUR)
    assert await shop.answers(EVENING + 3 * HOUR) == [None]
    assert await shop.asked(EVENING + 4 * HOUR) == ["away"]


async def test_the_blocked_and_a_channel_that_is_paused_get_nothing(shop: Shop) -> None:
    await shop.hears(said(EVENING), now=EVENING)
    contact = (await shop.row())["contact"]["id"]
    await shop.database.write(note_blocked, contact, EVENING, EVENING)
    assert await shop.answers(EVENING) == [None]
    await shop.database.write(note_blocked, contact, None, EVENING)
    await shop.hears(said(EVENING, "two"), now=EVENING)
    shop.channel = replace(shop.channel, state="paused")
    assert await shop.answers(EVENING) == [None]
    shop.channel = replace(shop.channel, state="connected")
    assert await shop.asked(EVENING, said(EVENING, "three")) == ["away"]


async def test_while_a_colleague_answers_the_channel_is_silent(shop: Shop) -> None:
    await shop.hears(said(EVENING), now=EVENING)
    reply = Reply(
        conversation_id=(await shop.row())["id"], said=texts.text("I am here"), sender_name="Ana"
    )
    await shop.database.write(replies.enqueue, reply, EVENING)
    assert await shop.answers(EVENING + MINUTE) == [None]
    assert await shop.asked(EVENING + 30 * MINUTE) == [None]
    assert await shop.asked(EVENING + 2 * HOUR) == ["away"]


async def test_who_waits_does_so_again_once_an_answer_is_taken_back(shop: Shop) -> None:
    assert await shop.asked(EVENING) == ["away"]
    before = await shop.row()
    reply = Reply(conversation_id=before["id"], said=texts.text("Wait"), sender_name="Ana")
    sent = await shop.database.write(replies.enqueue, reply, EVENING + MINUTE)
    assert not (await shop.row())["needs_reply"]
    await shop.database.write(take_reply_back, sent["id"], EVENING + MINUTE)
    after = await shop.row()
    assert after["needs_reply"] and after["waiting_since"] == before["waiting_since"] is not None


async def test_a_new_contact_is_greeted_and_again_after_a_silence(shop: Shop) -> None:
    assert await shop.asked(NOON, said(NOON), said(NOON, "two")) == ["greeting"]
    assert await shop.spoken() == ["Welcome to Shop!"]
    assert await shop.asked(NOON + 29 * DAY) == []
    assert await shop.asked(NOON + 59 * DAY) == ["greeting"]


async def test_who_is_written_to_first_is_not_greeted(shop: Shop) -> None:
    await shop.hears(said(NOON, direction="out", echo=True), now=NOON)
    assert await shop.asked(NOON + 2 * HOUR) == []


async def test_while_it_is_closed_nobody_is_greeted_unless_there_is_no_other_word(
    shop: Shop,
) -> None:
    assert await shop.asked(EVENING) == ["away"]
    hours, texts = hours_given({**BOTH, "away": None})
    shop.channel = replace(shop.channel, hours=hours, automatic=texts)
    other = said(EVENING, "two", Person(wa_id="447700900123"))
    assert await shop.asked(EVENING, other) == ["greeting"]


async def test_what_is_left_of_two_conversations_knows_who_was_told(shop: Shop) -> None:
    by_id, by_number = Person(user_id="US.1"), Person(wa_id="12025550142")
    assert await shop.asked(EVENING, said(EVENING, "a", by_number)) == ["away"]
    assert await shop.asked(EVENING, said(EVENING, "b", by_id)) == ["away"]
    both = Person(user_id="US.1", wa_id="12025550142")
    assert await shop.asked(EVENING + HOUR, said(EVENING + HOUR, "c", both)) == [None]
    assert len(await shop.spoken()) == 2


async def test_what_the_provider_tells_of_it_again_is_no_second_message(shop: Shop) -> None:
    assert await shop.asked(EVENING) == ["away"]
    [sent] = await taken(shop.database, EVENING + MINUTE)
    echo = said(EVENING + MINUTE, "echo", direction="out", echo=True, text=sent.outgoing.said.words)
    echo = replace(echo, provider_message_id=None)
    await shop.hears(echo, now=EVENING + MINUTE)
    assert [one["direction"] for one in await shop.thread()] == ["incoming", "outgoing"]


async def test_what_a_process_leaves_behind_is_said_by_the_next(shop: Shop) -> None:
    await shop.hears(said(EVENING), now=EVENING)
    done = asyncio.Event()
    responder = Responder(shop.database, lambda: shop.known, lambda: EVENING + MINUTE, done.set)
    task = asyncio.create_task(responder.run())
    async with asyncio.timeout(10):
        await done.wait()
    task.cancel()
    assert await shop.spoken() == ["We are closed, Amara."]
    assert await shop.database.read(automatic.to_speak_in, 100) == []


async def test_one_that_cannot_be_answered_holds_up_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.hears(said(EVENING), now=EVENING)
    await shop.hears(said(EVENING, "two", Person(wa_id="447700900123")), now=EVENING + 1)
    real, struck = automatic.say_by_itself, []

    def once(*about: Any) -> Any:
        if not struck:
            struck.append(about)
            raise KeyError("a mistake of ours")
        return real(*about)

    monkeypatch.setattr(automatic, "say_by_itself", once)
    done = asyncio.Event()
    responder = Responder(shop.database, lambda: shop.known, lambda: EVENING + MINUTE, done.set)
    task = asyncio.create_task(responder.run())
    async with asyncio.timeout(10):
        await done.wait()
    task.cancel()
    assert responder.fault is not None and "KeyError" in responder.fault
    assert await shop.database.read(automatic.to_speak_in, 100) == []


async def test_a_channel_that_says_nothing_costs_no_statement(database: Database) -> None:
    silent = Shop(database, await database.write(_opened, {"week": OFFICE}))
    talks = Shop(database, await database.write(_opened, BOTH))
    counted: list[Sequence[str]] = []
    for shop in (silent, talks):
        entry = Entry(new_id(EVENING), shop.channel.id, EVENING, b"{}")
        await database.write(journal.store_entries, [entry])
        facts = Facts(entry.id, EVENING, shop.channel.id, [(shop.channel.id, said(EVENING))], [])
        counted.append(await database.write(_applied, facts, shop.known))
    assert len(counted[1]) == len(counted[0]) + 1
    assert "automatic_replies" in "".join(counted[1])
    assert "automatic_replies" not in "".join(counted[0])


def _applied(connection: Connection, facts: Facts, known: dict[str, Channel]) -> list[str]:
    """Which statements that takes."""
    asked: list[str] = []
    heard = lambda *told: asked.append(told[2])  # noqa: E731 - it is taken away again
    event.listen(connection, "before_cursor_execute", heard)
    apply(connection, [facts], known, EVENING)
    event.remove(connection, "before_cursor_execute", heard)
    return asked
