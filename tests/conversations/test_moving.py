"""People whose number or id changes: known by both where that is sure, and never mixed up."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from inbox.conversations import listing
from inbox.domain.channels import Channel
from inbox.domain.events import MessageEvent, NewUserId, Person
from inbox.domain.times import SECOND
from inbox.storage.database import Database
from inbox.storage.tables import contacts
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import AMARA, tell, text

NEW = "12025550177"
OLD_ID, NEW_ID = "US.40817263549081726354", "US.99999999999999999999"


def notice(at: int, kind: str, **facts: Any) -> MessageEvent:
    """What WhatsApp says of Amara."""
    person = facts.pop("person", Person(wa_id=AMARA, phone="+" + AMARA))
    event = replace(text(f"notice.{at}", at), contact=person, type="system")
    return replace(event, content={"system": {"type": kind} | facts})


async def people(database: Database) -> list[tuple[Any, ...]]:
    rows, _ = await database.read(listing.list_page, None, listing.Search())
    return sorted((row["inbound_count"], row["contact"]["wa_id"] or "") for row in rows)


@pytest.mark.parametrize("kind", ["user_changed_number", "customer_changed_number"])
async def test_who_moves_to_a_number_that_is_nobodys_keeps_the_conversation(
    database: Database, channel: Channel, kind: str
) -> None:
    moved = notice(2, kind, new_wa_id=NEW)
    await tell(database, channel, [text("in.1", 1)], [moved])
    assert await people(database) == [(1, AMARA)], "no number is changed before it is used"
    await tell(database, channel, [moved, text("in.2", 3, who=NEW)])
    assert await people(database) == [(2, NEW)]
    await tell(database, channel, [text("in.3", 4, who=AMARA)])
    assert await people(database) == [(3, AMARA)]


async def test_a_number_and_its_first_message_in_one_batch_are_one_person(
    database: Database, channel: Channel
) -> None:
    moved = notice(2, "user_changed_number", new_wa_id=NEW)
    await tell(database, channel, [text("in.1", 1), moved, text("in.2", 3, who=NEW)])
    assert await people(database) == [(2, NEW)]


async def test_two_people_who_meet_in_a_number_stay_two(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("in.1", 1), text("in.2", 1, who=NEW)])
    await tell(database, channel, [notice(2, "user_changed_number", new_wa_id=NEW)])
    await tell(database, channel, [text("in.3", 3, who=NEW)])
    assert await people(database) == [(1, AMARA), (2, NEW)]


async def test_nobody_in_particular_moves_nowhere(database: Database, channel: Channel) -> None:
    moved = notice(2, "user_changed_number", new_wa_id=NEW, person=Person())
    await tell(database, channel, [moved, text("in.1", 3, who=NEW)])
    assert await people(database) == [(0, ""), (1, NEW)]


def renamed(**who: str) -> NewUserId:
    at = NOW + 2 * SECOND
    return NewUserId(reason="field", ts=at, contact=Person(**who), became=NEW_ID)


@pytest.mark.parametrize("who", [{"user_id": OLD_ID}, {"wa_id": AMARA}])
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1)])
async def test_whom_whatsapp_gives_a_new_id_without_a_message_is_known_by_both(
    database: Database, channel: Channel, who: dict[str, str], order: tuple[int, ...]
) -> None:
    known = Person(user_id=OLD_ID, wa_id=AMARA, phone="+" + AMARA)
    told = [
        replace(text("in.1", 1), contact=known),
        renamed(**who),
        replace(text("in.2", 3), contact=Person(user_id=NEW_ID)),
    ]
    for number in order:
        await tell(database, channel, [told[number]])
    await tell(database, channel, [replace(text("in.3", 4), contact=Person(user_id=OLD_ID))])
    assert await people(database) == [(3, AMARA)]


async def test_a_new_id_of_somebody_unknown_makes_nobody(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [renamed(user_id=OLD_ID)])
    assert await people(database) == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (0, 2, 1)])
async def test_a_person_whose_id_is_new_is_known_by_both_in_any_order(
    database: Database, channel: Channel, order: tuple[int, ...]
) -> None:
    hidden = [
        replace(text("in.1", 1), contact=Person(user_id=OLD_ID)),
        notice(2, "user_changed_user_id", user_id=NEW_ID, person=Person(user_id=OLD_ID)),
        replace(text("in.2", 3), contact=Person(user_id=NEW_ID)),
    ]
    for number in order:
        await tell(database, channel, [hidden[number]])
    assert await people(database) == [(2, "")]

    def ids(connection: Connection) -> list[str]:
        query = select(contacts.c.user_id).where(contacts.c.channel_id == channel.id)
        return list(connection.execute(query).scalars())

    assert await database.read(ids) == [NEW_ID]
