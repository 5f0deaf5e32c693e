"""What messages cost, with the money that it comes to by the rate card."""

from collections.abc import Iterable

from sqlalchemy import Connection

from inbox.channels.rates import rates_of
from inbox.domain import shapes
from inbox.domain.public import Cost
from inbox.domain.rate_card import price_of
from inbox.domain.rows import ChargeRow
from inbox.domain.zones import day_of


def costs_of(
    connection: Connection, channel_id: str, told: Iterable[ChargeRow | None]
) -> dict[str, Cost]:
    """By the provider's ids of these messages of one channel.

    One statement for the rates, if anything is billed.
    """
    rows = [row for row in told if row is not None]
    billed = {(row["country"], row["category"]) for row in rows if row["billable"]}
    card = rates_of(connection, channel_id, billed)
    return {
        row["provider_message_id"]: shapes.cost_of(
            row,
            card.currency,
            price_of(card.rates, row["country"], row["category"], day_of(row["at"], card.zone)),
        )
        for row in rows
    }
