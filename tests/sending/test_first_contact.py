"""Writing to a number first: one customer each, however their number is spelled, or nobody."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from inbox.conversations import first_contact as contact
from inbox.conversations import listing
from inbox.conversations.people import People, Sighting
from inbox.domain.errors import Invalid
from inbox.domain.events import Person
from inbox.domain.new_number import read_number
from inbox.domain.outgoing import texts
from inbox.domain.reach import Reach
from inbox.domain.shapes import encoded
from inbox.domain.times import DAY, SECOND
from inbox.providers.base import Accepted
from inbox.sending import first_contact, replies, results
from inbox.sending.first_contact import NewContact
from inbox.sending.replies import Reply
from inbox.sending.window import WindowClosed
from inbox.storage.database import Database
from inbox.storage.tables import channels, conversations, feed_events
from tests.sending.conftest import NOW, taken

LATER = NOW + SECOND
HELLO = Reply(conversation_id="", said=texts.text("Hello!"), sender_name="Ana")


def to(channel_id: str, typed: str = "07700 900123", name: str = "") -> NewContact:
    return NewContact(channel_id=channel_id, phone_number=typed, name=name)


@pytest.fixture
async def channel(database: Database, conversation: str) -> str:
    """One on which +1 202-555-0142 has just written, and whose own number is British."""

    def home(connection: Connection) -> str:
        checked = encoded({"state": "known", "at": NOW, "phone": "447700900100"})
        connection.execute(update(channels).values(checked=checked))
        return str(connection.execute(select(channels.c.id)).scalar_one())

    return await database.write(home)


async def _everybody(database: Database) -> list[Any]:
    rows, _ = await database.read(listing.list_page, None, listing.Search())
    return rows


async def _events(database: Database) -> list[str]:
    query = select(feed_events.c.type).order_by(feed_events.c.seq)
    return await database.read(lambda c: list(c.execute(query).scalars()))


@pytest.mark.parametrize("typed", ["+1 202-555-0142", "001 (202) 555 0142"])
async def test_who_is_known_is_written_to_where_they_are(
    database: Database, conversation: str, channel: str, typed: str
) -> None:
    message = await database.write(first_contact.write_first, to(channel, typed), HELLO, NOW)
    assert message["conversation_id"] == conversation
    assert len(await _everybody(database)) == 1


async def test_who_sees_their_teams_alone_begins_a_conversation_that_they_see(
    database: Database, conversation: str, channel: str
) -> None:
    """And writes to nobody who is with others."""
    sales = Reach(None, frozenset({"sales"}))
    known = replace(to(channel, "+1 202-555-0142"), reach=sales)
    with pytest.raises(Invalid, match="ask a colleague"):
        await database.write(first_contact.write_first, known, replace(HELLO, hold=True), NOW)
    new = replace(to(channel), reach=Reach(None, frozenset()))
    with pytest.raises(Invalid, match="of no team"):
        await database.write(first_contact.write_first, new, replace(HELLO, hold=True), NOW)
    begun = await database.write(
        first_contact.write_first, replace(new, reach=sales), replace(HELLO, hold=True), NOW
    )
    query = select(conversations.c.team_id).where(conversations.c.id == begun["conversation_id"])
    assert await database.read(lambda c: c.execute(query).scalar()) == "sales"


async def test_of_who_is_new_nothing_is_there_when_the_message_is_refused(
    database: Database, channel: str
) -> None:
    before = await _events(database)
    with pytest.raises(WindowClosed):
        await database.write(first_contact.write_first, to(channel), HELLO, NOW)
    assert len(await _everybody(database)) == 1 and await _events(database) == before


@pytest.mark.parametrize(
    ("where", "typed", "field"),
    [("nowhere", "+12025550142", "channel_id"), ("", "07", "phone_number")],
)
async def test_what_cannot_be_is_said_by_its_field(
    database: Database, channel: str, where: str, typed: str, field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        await database.write(first_contact.write_first, to(where or channel, typed), HELLO, NOW)
    assert wrong.value.field == field


async def test_a_number_that_is_new_is_somebody_new_once(database: Database, channel: str) -> None:
    number = read_number("07700 900123", "GB")
    first, events = await database.write(contact.conversation_with, channel, number, NOW)
    again, none = await database.write(contact.conversation_with, channel, number, NOW + DAY)
    assert (first, [event.type for event in events], none) == (again, ["contact:new"], [])


async def test_they_have_the_name_that_they_were_given_until_whatsapp_says_theirs(
    database: Database, channel: str
) -> None:
    number, theirs = (
        read_number("+44 7700 900123"),
        Sighting(channel, Person(wa_id="447700900123"), NOW),
    )

    def called(connection: Connection, name: str) -> str | None:
        people, theirs.person = People(), Person(wa_id="447700900123", name=name)
        people.load(connection, [theirs])
        found = people.see(theirs, NOW).contact["name"]
        people.save(connection)
        return found

    await database.write(contact.conversation_with, channel, number, NOW, "Ada at the bakery")
    assert await database.write(called, "") == "Ada at the bakery"
    assert await database.write(called, "Ada L.") == "Ada L."
    await database.write(contact.conversation_with, channel, number, NOW, "Somebody")
    assert await database.write(called, "") == "Ada L."


@pytest.mark.parametrize(
    ("typed", "theirs"),
    [
        ("+55 11 98765-4321", "551187654321"),
        ("+52 55 1234 5678", "5215512345678"),
        ("+54 11 2345-6789", "5491123456789"),
    ],
)
async def test_the_spellings_of_whatsapp_are_no_second_customer(
    database: Database, channel: str, typed: str, theirs: str
) -> None:
    ours = await database.write(contact.conversation_with, channel, read_number(typed), NOW)
    spelled = read_number(f"+{theirs}")
    same = await database.write(contact.conversation_with, channel, spelled, NOW)
    assert ours[0] == same[0]
    assert await database.read(contact.known_conversation, channel, spelled) == ours[0]


async def _answered(database: Database, conversation: str, wa_id: str) -> None:
    """WhatsApp takes a message to them, and calls them by this."""
    await database.write(
        lambda c: c.execute(update(conversations).values(last_inbound_at=NOW)) and None
    )
    said = Reply(conversation_id=conversation, said=HELLO.said, sender_name="Ana")
    await database.write(replies.enqueue, said, LATER)
    [sent] = await taken(database, LATER)
    await database.write(results.record_result, sent.claim, Accepted("wamid.out", wa_id), LATER)


async def test_what_whatsapp_calls_them_in_its_answer_is_theirs_from_then_on(
    database: Database, channel: str
) -> None:
    number = read_number("+44 7700 900123")
    ours, _ = await database.write(contact.conversation_with, channel, number, NOW)
    await _answered(database, ours, "447700900199")
    [found] = [one for one in await _everybody(database) if one["id"] == ours]
    assert (found["contact"]["wa_id"], found["contact"]["phone_number"]) == (
        "447700900199",
        "+447700900123",
    )
    for spelled in ("+44 7700 900123", "+44 7700 900199"):
        number = read_number(spelled)
        assert await database.read(contact.known_conversation, channel, number) == ours
        assert await database.write(contact.conversation_with, channel, number, NOW) == (ours, [])


async def test_whoever_wrote_by_that_name_before_is_the_same_person(
    database: Database, conversation: str, channel: str
) -> None:
    number = read_number("+44 7700 900123")
    ours, _ = await database.write(contact.conversation_with, channel, number, NOW)
    await _answered(database, ours, "12025550142")
    [left] = await _everybody(database)
    assert left["id"] == conversation
    assert (left["last_message"]["status"], left["last_message"]["text"]) == ("sent", "Hello!")
    assert "conversation:merged" in await _events(database)
