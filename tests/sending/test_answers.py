"""What an answer to a send does when its id is another's, or not the one that statuses use."""

import logging
from typing import Any

import pytest
from sqlalchemy import select

from inbox.channels import store
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.domain.events import StatusEvent
from inbox.domain.ids import new_id
from inbox.providers.base import Accepted
from inbox.receiving import journal
from inbox.sending.results import record_result
from inbox.storage.database import Connection, Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import channels, messages
from tests.sending.conftest import NOW, taken, written
from tests.support.published import published
from tests.support.wamids import wamid

INNER = "3EB0C767D097B7C7C0D2"
ANSWERED, REPORTED = wamid("12025550142", INNER, ours=True), wamid("US.1", INNER, ours=True)


def _message(connection: Connection, message_id: str) -> Any:
    query = select(messages).where(messages.c.id == message_id)
    return connection.execute(query).mappings().one()


def _told(connection: Connection) -> list[Any]:
    return [one.payload for one in published(connection, "message:status")]


async def test_two_sends_answered_with_one_id_are_both_told(
    database: Database, conversation: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The second cannot be followed: nobody knows what became of it, and an agent is told so."""
    ids = [await written(database, conversation, words) for words in ("1", "2")]
    ends = []
    for _ in ids:
        [one] = await taken(database)
        ends.append(await database.write(record_result, one.claim, Accepted("wamid.same"), NOW))
    assert ends == ["accepted", "ambiguous"]
    told = {one["id"]: one for one in await database.read(_told)}
    assert [told[each]["status"] for each in ids] == ["sent", "failed"]
    assert told[ids[1]]["error"]["title"] == "WhatsApp gave it the id of another message"
    assert told[ids[1]]["error"]["ambiguous"] is True
    said = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert [one.getMessage() for one in said] == ["a provider gave two messages one id"]
    assert await taken(database) == []


def _report(connection: Connection, status: str, opaque: str | None) -> None:
    channel_id = connection.execute(select(channels.c.id)).scalar_one()
    channel = store.by_id(connection, Sealer(b"k" * 40), channel_id)
    assert channel is not None
    entry = Entry(new_id(NOW), channel_id, NOW, b"{}")
    journal.store_entries(connection, [entry])
    event = StatusEvent(
        key=f"st:{status}", ts=NOW, message_id=REPORTED, status=status, opaque=opaque
    )
    told = Facts(entry.id, NOW, channel_id, [(channel_id, event)], [])
    apply(connection, [told], {channel_id: channel}, NOW)


@pytest.mark.parametrize("overtakes", [True, False])
async def test_statuses_under_another_id_than_the_answers_count(
    database: Database, conversation: str, overtakes: bool
) -> None:
    reply = await written(database, conversation, "hello")
    [one] = await taken(database)
    if overtakes:
        await database.write(_report, "delivered", reply)
    await database.write(record_result, one.claim, Accepted(ANSWERED), NOW)
    if not overtakes:
        await database.write(_report, "delivered", reply)
    await database.write(_report, "read", reply)
    row = await database.read(_message, reply)
    assert (row["status"], row["provider_message_id"]) == ("read", ANSWERED)
    assert set((await database.read(_told))[-1]["receipts"]) == {"sent", "delivered", "read"}
