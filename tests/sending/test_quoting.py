"""A reply that answers a certain message: one that the customer has as well."""

import pytest
from sqlalchemy import select, update

from inbox.domain.errors import Invalid
from inbox.domain.times import DAY
from inbox.providers.base import Accepted, Refused
from inbox.sending.results import record_result
from inbox.sending.retrying import retry
from inbox.storage.database import Connection, Database, on_statement
from inbox.storage.tables import messages
from tests.sending.conftest import NOW, Begin, taken, written


def _first(connection: Connection, conversation: str) -> str:
    query = select(messages.c.id).where(messages.c.conversation_id == conversation)
    return str(connection.execute(query.order_by(messages.c.number)).scalars().first())


def _becomes(connection: Connection, message: str, **facts: object) -> None:
    connection.execute(update(messages).where(messages.c.id == message).values(facts))


async def test_what_is_quoted_waits_in_the_outbox_with_its_reply(
    database: Database, conversation: str
) -> None:
    question = await database.read(_first, conversation)
    for quoted, known_as in ((question, "wamid.first"), ("", None)):
        await written(database, conversation, "answer", quoted_id=quoted)
        [send] = await taken(database)
        assert send.outgoing.quoted_id == known_as
        await database.write(record_result, send.claim, Accepted(None), NOW)


async def test_a_quote_costs_one_statement(database: Database, conversation: str) -> None:
    question = await database.read(_first, conversation)
    seen: list[str] = []
    on_statement(database, seen.append)
    costs = []
    for quoted in ("", question):
        seen.clear()
        await written(database, conversation, "hello", quoted_id=quoted)
        costs.append(len(seen))
    assert costs[1] == costs[0] + 1, seen


async def test_only_what_the_customer_has_can_be_quoted(
    database: Database, conversation: str, begin: Begin
) -> None:
    elsewhere = await database.read(_first, await begin())
    other = await begin("notifier")
    unable = await database.read(_first, other)
    ours = await written(database, conversation, "hello")
    for quoted in (elsewhere, ours, "nothing", conversation):
        with pytest.raises(Invalid) as refused:
            await written(database, conversation, "answer", quoted_id=quoted)
        assert refused.value.field == "quoted_id"
    with pytest.raises(Invalid, match="On this channel"):
        await written(database, other, "answer", quoted_id=unable)

    [send] = await taken(database)
    await database.write(record_result, send.claim, Accepted("wamid.ours"), NOW)
    assert await written(database, conversation, "answer", quoted_id=ours)
    for facts in ({"status": "failed"}, {"status": "read", "deleted_at": NOW}):
        await database.write(_becomes, ours, **facts)
        with pytest.raises(Invalid):
            await written(database, conversation, "answer", quoted_id=ours)


async def test_a_reply_asked_again_stays_what_it_was_though_its_quote_is_gone(
    database: Database, conversation: str
) -> None:
    question = await database.read(_first, conversation)
    facts = {"quoted_id": question, "client_id": "once"}
    first = await written(database, conversation, "answer", **facts)
    await database.write(_becomes, question, deleted_at=NOW)
    assert await written(database, conversation, "answer", NOW + 2 * DAY, **facts) == first


async def test_a_retry_quotes_what_the_reply_quoted(database: Database, conversation: str) -> None:
    question = await database.read(_first, conversation)
    answer = await written(database, conversation, "answer", quoted_id=question)
    [send] = await taken(database)
    await database.write(record_result, send.claim, Refused("no"), NOW)
    again = await database.write(retry, answer, NOW)
    assert again["context"]["quoted"]["id"] == question
