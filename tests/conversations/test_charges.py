"""What messages cost: a set of facts like receipts, with money where the rate card has a rate."""

from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from inbox.channels.rates import keep_rates
from inbox.conversations import threads
from inbox.domain.channels import Channel
from inbox.domain.events import Pricing
from inbox.domain.public import Cost
from inbox.domain.rate_card import Rate
from inbox.domain.shapes import decoded
from inbox.storage.database import Database
from inbox.storage.tables import channels, charges, feed_events, messages
from tests.conversations.conftest import NOW
from tests.conversations.test_apply import AMARA, REASON, tell, text, told

UTILITY: Pricing = {"billable": True, "category": "utility", "type": "regular", "model": "pmp"}
FREE: Pricing = {"billable": False, "category": "utility", "type": "free_customer_service"}


async def cost(database: Database) -> Cost | None:
    """Of the one message of ours that is there."""

    def look(connection: Connection) -> Cost | None:
        ours = select(messages.c.id).where(messages.c.direction == "outgoing")
        shape = threads.message_by_id(connection, connection.execute(ours).scalar_one())
        assert shape is not None
        return shape["cost"]

    return await database.read(look)


async def test_the_category_and_whether_it_is_billed_are_kept(
    database: Database, channel: Channel
) -> None:
    await tell(database, channel, [text("echo", direction="out")])
    assert await cost(database) is None
    await tell(database, channel, [told("echo", "sent", 1, pricing=UTILITY, recipient=AMARA)])
    assert await cost(database) == {"category": "utility", "billable": True}
    [row] = await database.read(lambda c: c.execute(select(charges)).all())
    assert (row.kind, row.model, row.country, row.undelivered) == ("regular", "pmp", "US", False)


async def test_what_failed_is_not_billed_unless_it_arrived_all_the_same(
    database: Database, channel: Channel
) -> None:
    sent = told("echo", "sent", 1, pricing=UTILITY)
    await tell(database, channel, [text("echo", direction="out"), sent])
    await tell(database, channel, [told("echo", "failed", 2, errors=REASON)])
    assert await cost(database) == {"category": "utility", "billable": False}
    await tell(database, channel, [told("echo", "delivered", 3)])
    assert await cost(database) == {"category": "utility", "billable": True}


async def test_a_rate_turns_it_into_money_from_its_day_on(
    database: Database, channel: Channel
) -> None:
    await database.write(price, channel, Rate("EUR", "US", "utility", "2025-07-01", "9"))
    await tell(database, channel, [text("echo", direction="out")])
    await tell(database, channel, [told("echo", "sent", 1, pricing=UTILITY, recipient=AMARA)])
    assert await cost(database) == {"category": "utility", "billable": True}
    await database.write(price, channel, Rate("EUR", "", "utility", "2025-01-01", "0.05"))
    await database.write(price, channel, Rate("USD", "US", "utility", "2025-01-01", "7"))
    known = {"category": "utility", "billable": True, "currency": "EUR"}
    assert await cost(database) == {**known, "amount": "0.05"}
    await database.write(price, channel, Rate("EUR", "US", "utility", "2025-06-01", "0.0442"))
    assert await cost(database) == {**known, "amount": "0.0442"}


def price(connection: Connection, channel: Channel, rate: Rate) -> None:
    keep_rates(connection, [rate])
    theirs = update(channels).where(channels.c.id == channel.id)
    connection.execute(theirs.values(currency="EUR"))


@pytest.mark.parametrize("pricing", [UTILITY, FREE])
async def test_the_feed_tells_it_also_where_only_the_cost_is_new(
    database: Database, channel: Channel, pricing: Pricing
) -> None:
    """As a replay does of what was applied before costs were kept."""
    status = told("echo", "sent", 1, pricing=pricing)
    await tell(database, channel, [text("echo", direction="out"), status])
    await database.write(lambda c: c.execute(delete(charges)) and None)
    assert await cost(database) is None
    await tell(database, channel, [status])
    wanted = {"category": "utility", "billable": pricing["billable"]}
    assert await cost(database) == wanted
    assert (await newest(database))["cost"] == wanted
    before = await count(database)
    await tell(database, channel, [status])
    assert await count(database) == before, "told twice, it is no news"


async def newest(database: Database) -> dict[str, Any]:
    query = select(feed_events).order_by(feed_events.c.seq.desc()).limit(1)
    row = await database.read(lambda c: c.execute(query).one())
    assert row.type == "message:updated"
    found: dict[str, Any] = decoded(row.payload)
    return found


async def count(database: Database) -> int:
    return len(await database.read(lambda c: c.execute(select(feed_events.c.seq)).all()))


async def test_who_shows_no_number_is_known_by_their_id(
    database: Database, channel: Channel
) -> None:
    named = told("a", "sent", pricing=UTILITY, recipient_user_id="BR.123")
    await tell(database, channel, [named, told("b", "sent", pricing=UTILITY)])
    rows = await database.read(lambda c: c.execute(select(charges)).all())
    assert {row.provider_message_id: row.country for row in rows} == {"a": "BR", "b": ""}
    assert all(row.at == NOW for row in rows)
