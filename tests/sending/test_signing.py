"""Who of the team writes is told to customers where their channel wants it, and by their alias."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from inbox.access import people
from inbox.conversations import threads
from inbox.domain.errors import Invalid
from inbox.sending import signing
from inbox.storage.database import Database
from inbox.storage.tables import channels, conversations
from tests.sending.conftest import NOW, taken, written


def _ana(connection: Connection) -> str:
    facts = {"name": "Ana María", "role": "agent", "now": NOW}
    return people.add(connection, email="ana@example.com", **facts).id  # type: ignore[arg-type]  # facts of one word each, and a time


@pytest.fixture
async def ana(database: Database) -> str:
    return await database.write(_ana)


def _choose(connection: Connection, place: str) -> None:
    connection.execute(update(channels).values(agent_names=place))


async def _sent(database: Database) -> list[str]:
    return [waiting.outgoing.said.words for waiting in await taken(database)]


async def test_the_customer_reads_the_name_and_the_bubble_has_it_beside_the_words(
    database: Database, conversation: str, ana: str
) -> None:
    await database.write(_choose, "before")
    await written(database, conversation, "Hello!", sender_id=ana)
    assert await _sent(database) == ["*Ana María:*\nHello!"]
    [_, message] = (await database.read(threads.latest, conversation)).messages
    by: Any = {"name": "Ana María", "place": "before"}
    assert message["content"] == {"text": "Hello!", "signature": by}
    assert message["sender"] == {"id": ana, "name": "Ana"}


async def test_a_name_that_changes_later_changes_nothing_that_was_written(
    database: Database, conversation: str, ana: str
) -> None:
    await database.write(_choose, "after")
    await database.write(people.set_alias, ana, " Annie ")
    await written(database, conversation, "Hello!", sender_id=ana, client_id="one")
    await database.write(people.set_alias, ana, "")
    await database.write(_choose, "off")
    await written(database, conversation, "Hello!", sender_id=ana, client_id="one")
    assert await _sent(database) == ["Hello!\n— Annie"]


@pytest.mark.parametrize("place", ["off", "before"])
async def test_a_program_is_nobody_and_neither_is_an_agent_where_it_is_off(
    database: Database, conversation: str, ana: str, place: str
) -> None:
    await database.write(_choose, place)
    by = {"sender_id": ana} if place == "off" else {}
    await written(database, conversation, "Hello!", **by)
    assert await _sent(database) == ["Hello!"]


async def test_what_is_too_long_with_the_name_is_refused_before_it_is_stored(
    database: Database, conversation: str, ana: str
) -> None:
    await database.write(_choose, "before")

    def room(connection: Connection) -> int:
        query = select(conversations.c.channel_id).where(conversations.c.id == conversation)
        return signing.room_beside(connection, ana, connection.execute(query).scalar_one())

    most = await database.read(room)
    with pytest.raises(Invalid, match="1 too many") as wrong:
        await written(database, conversation, "x" * (most + 1), sender_id=ana)
    assert wrong.value.field == "text"
    await written(database, conversation, "x" * most, sender_id=ana)
    [sent] = await _sent(database)
    assert len(sent) == 4_096
