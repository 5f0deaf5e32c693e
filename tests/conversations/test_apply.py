"""Laws 2 to 8 on the rows themselves: any order, any repetition, any split into webhooks."""

import re
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, select

from inbox.access import people as users
from inbox.conversations import listing, seen, threads
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.conversations.listing import Search
from inbox.conversations.people import People, Sighting
from inbox.domain.channels import Channel
from inbox.domain.events import Event, MessageEvent, Person, StatusEvent
from inbox.domain.ids import new_id
from inbox.domain.shapes import decoded
from inbox.domain.times import DAY, HOUR, SECOND
from inbox.receiving import journal
from inbox.storage.database import Database
from inbox.storage.tables import contacts, conversations, feed_events, messages, receipts
from tests.conversations.conftest import NOW, AddChannel
from tests.support.published import published

AMARA, JONAS = "12025550142", "447700900123"


def text(wamid: str, at: int | None = 0, who: str = AMARA, **facts: Any) -> MessageEvent:
    """``at``: seconds after NOW; None is an unusable time."""
    name = facts.pop("name", None)
    return MessageEvent(
        key=f"msg:{wamid}",
        ts=None if at is None else NOW + at * SECOND,
        provider_message_id=wamid,
        direction=facts.pop("direction", "in"),
        type="text",
        provider_type="text",
        contact=Person(wa_id=who, phone="+" + who, name=name, **facts),
        text=f"text of {wamid}",
    )


def told(wamid: str, status: str, at: int = 0, **facts: Any) -> StatusEvent:
    key = f"st:{wamid}:{status}"
    ts = NOW + at * SECOND
    return StatusEvent(key=key, ts=ts, message_id=wamid, status=status, **facts)


REASON = [{"code": 131026, "title": "Message undeliverable"}]

EVENTS: list[Event] = [
    text("in.1", 1, name="Amara"),
    text("in.2", 2, name="Amara Okafor"),
    text("in.3", None),
    text("in.4", 1, who=JONAS, name="Jonas", username="jonas", user_id="GB.1234"),
    text("in.5", 3, who=JONAS, username="jonas.w", user_id="GB.1234"),
    text("br.1", 1, who="553187654321"),
    text("br.2", 2, who="5531987654321", name="Bia"),
    text("echo.1", 4, direction="out"),
    text("echo.2", 5, direction="out"),
    told("echo.1", "delivered", 7),
    told("echo.1", "sent", 6),
    told("echo.1", "read", 9),
    told("echo.1", "failed", 8, errors=REASON),
    told("echo.2", "failed", 8, errors=REASON),
    told("echo.2", "sent", 9),
    told("echo.2", "warning", 9),
    told("in.1", "read", 9),
    told("nobody's", "delivered", 9),
]


async def tell(
    database: Database, channel: Channel, *webhooks: Sequence[Event], heard: int = NOW
) -> None:
    """Apply each sequence as one webhook, all of them as one batch, as ingest does.

    ``heard``: when they came, by our clock; they are applied an hour later.
    """
    batch = []
    for events in webhooks:
        entry = Entry(new_id(NOW), channel.id, heard, b"{}")
        await database.write(journal.store_entries, [entry])
        owned = [(channel.id, event) for event in events]
        batch.append(Facts(entry.id, entry.received_at, channel.id, owned, []))
    await database.write(apply, batch, {channel.id: channel}, heard + HOUR)


OURS = {
    contacts: "match_key user_id wa_id phone_number username usernames name learned",
    conversations: "status inbound_count seen_count last_inbound_at",
    messages: "direction type content context status error sort_at event_key provider_message_id",
    receipts: "provider_message_id status participant at errors",
}
"""What the providers told. Ids, and the order of arrival, are our own."""


def rows(connection: Connection, channel: Channel) -> dict[str, list[str]]:
    found = {}
    for table, names in OURS.items():
        query = select(*(table.c[name] for name in names.split()))
        query = query.where(table.c.channel_id == channel.id)
        found[table.name] = sorted(map(_spelled, connection.execute(query).mappings()))
    return found


def _spelled(row: Any) -> str:
    """JSON's keys come in any order."""
    plain = dict(row)
    if "learned" in plain:
        plain["learned"] = sorted(decoded(plain["learned"]).items())
    return str(plain)


def message(connection: Connection, channel: Channel, wamid: str) -> Any:
    query = select(messages).where(
        messages.c.channel_id == channel.id, messages.c.provider_message_id == wamid
    )
    return connection.execute(query).mappings().one()


async def status_of(database: Database, channel: Channel, wamid: str) -> tuple[str, str | None]:
    row = await database.read(message, channel, wamid)
    return row["status"], row["error"]


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_no_conversation_that_moves_keeps_pages_of_sqlite_to_undo_it_alone(
    database: Database, channel: Channel
) -> None:
    """They are thrown away with each webhook: what fails undoes its whole transaction."""
    said: list[str] = []

    def hear(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(said.append)

    await database.write(hear)
    for at in (1, 2):
        await tell(database, channel, [text(f"moves.{at}", at)])
    moved = [sql for sql in said if re.match(r"UPDATE (OR \w+ )?conversations ", sql)]
    assert moved
    assert all(sql.startswith("UPDATE OR FAIL ") for sql in moved)


# Order and repetition ----------------------------------------------------------------------


async def test_the_same_again_publishes_nothing(database: Database, channel: Channel) -> None:
    def published(connection: Connection) -> int:
        return len(connection.execute(select(feed_events.c.seq)).all())

    await tell(database, channel, EVENTS)
    before = await database.read(published)
    assert before > len(EVENTS) / 2
    await tell(database, channel, EVENTS, EVENTS)
    assert await database.read(published) == before


async def test_the_same_event_at_two_channels_is_two(
    database: Database, add_channel: AddChannel
) -> None:
    for channel in (await add_channel(), await add_channel()):
        await tell(database, channel, [text("in.1")])
        assert len((await database.read(rows, channel))["messages"]) == 1


# Ticks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(["sent", "failed", "delivered"])))
async def test_failed_and_delivered_in_every_order_is_delivered_and_keeps_the_reason(
    database: Database, channel: Channel, order: tuple[str, ...]
) -> None:
    await tell(database, channel, [text("echo", direction="out")])
    for status in order:
        errors = REASON if status == "failed" else []
        await tell(database, channel, [told("echo", status, errors=errors)])
    status, error = await status_of(database, channel, "echo")
    assert status == "delivered"
    assert error is not None and "131026" in error


async def test_statuses_that_come_before_their_message_wait_for_it(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [told("echo", "read", 9)], [told("echo", "delivered", 8)])
    await tell(database, channel, [text("echo", direction="out")])
    assert await status_of(database, channel, "echo") == ("read", None)


async def test_a_reason_once_given_is_never_erased(database: Database, channel: Channel) -> None:
    await tell(database, channel, [text("echo", direction="out")])
    await tell(database, channel, [told("echo", "failed", errors=REASON)])
    for later in (told("echo", "failed", 1), told("echo", "sent", 2), told("echo", "read", 3)):
        await tell(database, channel, [later])
        _, error = await status_of(database, channel, "echo")
        assert error is not None and "131026" in error


async def test_what_arrived_has_no_error_but_a_past_one(
    database: Database, channel: Channel
) -> None:
    """In the API and in all that the feed tells; another failure later changes nothing."""
    await tell(database, channel, [text("echo", direction="out")])
    failed, arrived = told("echo", "failed", errors=REASON), told("echo", "delivered", 1)
    for fact, error, past in ((failed, REASON[0], None), (arrived, None, REASON[0])):
        await tell(database, channel, [fact, told("echo", "sent")])
        [shown] = await database.read(threads.by_provider_id, "echo")
        published = (await database.read(_published))[-1]
        for one in (shown, published):
            assert (one["error"], one["past_error"]) == (error, past)


def _published(connection: Connection) -> list[Any]:
    return [one.payload for one in published(connection, "message:%")]


async def test_a_status_moves_no_tick_of_what_the_customer_wrote(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1"), told("in.1", "read"), told("in.1", "failed")])
    assert await status_of(database, channel, "in.1") == ("received", None)


# People ------------------------------------------------------------------------------------


async def _name(database: Database, channel: Channel) -> str | None:
    def read(connection: Connection) -> str | None:
        query = select(contacts.c.name).where(contacts.c.channel_id == channel.id)
        name: str | None = connection.execute(query).scalar_one()
        return name

    return await database.read(read)


async def test_the_newest_name_wins_whenever_it_comes(database: Database, channel: Channel) -> None:
    await tell(database, channel, [text("in.2", 20, name="New")])
    await tell(database, channel, [text("in.1", 10, name="Old")])
    assert await _name(database, channel) == "New"
    await tell(database, channel, [text("in.3", 30, name="Newer")])
    assert await _name(database, channel) == "Newer"


async def test_no_name_erases_none(database: Database, channel: Channel) -> None:
    await tell(database, channel, [text("in.1", 1, name="Amara")])
    await tell(database, channel, [text("in.2", 2)], [text("in.3", 3, name="")])
    assert await _name(database, channel) == "Amara"


async def test_a_burst_of_a_newcomer_is_one_contact_with_all_of_it(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, *([text(f"in.{n}", n)] for n in range(50)))
    found = await database.read(rows, channel)
    assert [len(found[name]) for name in ("contacts", "conversations", "messages")] == [1, 1, 50]


async def test_more_people_than_a_statement_takes_are_looked_up(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1", who=str(12020000000 + 39_999))])
    seen_now = [
        Sighting(channel.id, Person(wa_id=str(12020000000 + n), user_id=f"US.{n}"), NOW)
        for n in range(40_000)
    ]
    people = People()
    await database.read(lambda connection: people.load(connection, seen_now))
    assert len(people.everybody) == 1


async def test_more_statuses_than_a_statement_takes_are_settled(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("w39999", direction="out")])
    await tell(database, channel, [told(f"w{n}", "read") for n in range(40_000)])
    assert await status_of(database, channel, "w39999") == ("read", None)


# Order and unread --------------------------------------------------------------------------


async def test_what_was_not_seen_is_unread_until_it_is_seen(
    database: Database, channel: Channel
) -> None:
    facts = {"email": "ana@example.com", "name": "Ana", "role": "agent"}
    ana = await database.write(users.add, **facts, now=NOW)
    echo = text("echo", -1, direction="out")  # what came after it is still to be read
    await tell(database, channel, [text("in.1"), text("in.2"), echo])
    found = await database.read(threads.of_number, channel.id, AMARA)
    assert found is not None
    for count, news in ((1, True), (1, False), (0, False), (99, True), (99, False)):
        assert await database.write(seen.see, ana.id, found, count, NOW) is news
    left = Search(view="unread")
    assert await database.read(listing.list_page, ana.id, left) == ([], None)
    await tell(database, channel, [text("in.3"), text("in.2")])
    [one], _ = await database.read(listing.list_page, ana.id, left)
    assert (one["id"], one["unread_count"]) == (found, 1)


async def _thread(database: Database, channel: Channel) -> list[str]:
    found = await database.read(threads.of_number, channel.id, AMARA)
    assert found is not None
    page = await database.read(threads.latest, found)
    return [shape["provider_message_id"] for shape in page.messages]


async def test_a_thread_is_in_the_order_in_which_it_was_written(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("c", 30), text("a", 10)])
    await tell(database, channel, [text("b", 20), text("d", 30)])
    assert await _thread(database, channel) == ["a", "b", "c", "d"]


async def test_a_clock_that_lies_pins_no_message(database: Database, channel: Channel) -> None:
    """The provider's normalise gives None for a time after tomorrow (test_times)."""
    await tell(database, channel, [text("lies", None)])
    await tell(database, channel, [text("later", 60)])
    assert await _thread(database, channel) == ["lies", "later"]


async def test_the_list_goes_by_arrival(database: Database, channel: Channel) -> None:
    await tell(database, channel, [text("in.1", 0)])
    await tell(database, channel, [text("old", -DAY // SECOND, who=JONAS)])

    def newest(connection: Connection) -> str:
        query = select(contacts.c.wa_id).join(
            conversations, conversations.c.contact_id == contacts.c.id
        )
        query = query.where(conversations.c.channel_id == channel.id)
        return str(
            connection.execute(
                query.order_by(conversations.c.arrived_at.desc(), conversations.c.id.desc())
            ).scalar()
        )

    assert await database.read(newest) == JONAS
