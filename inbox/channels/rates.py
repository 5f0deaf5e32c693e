"""The rate card: what admins say that messages cost. It is typed in, and never fetched."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, tuple_

from inbox.domain.rate_card import EVERYWHERE, OTHERS, Rate, RateKey
from inbox.domain.zones import UTC_ZONE
from inbox.storage.dialect import among, insert, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import channels, rates


class ChannelRates(NamedTuple):
    """What of the card may hold for a channel: its currency and zone, and the rates in it."""

    currency: str
    zone: str
    rates: list[Rate]


_NO_RATES: Final = ChannelRates("", UTC_ZONE, [])


def rates_of(
    connection: Connection, channel_id: str, of: Collection[tuple[str, str]]
) -> ChannelRates:
    """Those for one of these countries and one of these categories; nothing is asked for none."""
    if not of:
        return _NO_RATES
    countries = {EVERYWHERE, *(country for country, _category in of)}
    found = _rates.rows(
        connection,
        channel=channel_id,
        countries=listed(connection, countries),
        categories=listed(connection, {category for _country, category in of}),
    )
    card = [Rate(*row[1:]) for row in found]
    return ChannelRates(card[0].currency, found[0][0], card) if card else _NO_RATES


_rates = Prepared(
    lambda engine: (
        select(channels.c.time_zone, rates)
        .join(rates, rates.c.currency == channels.c.currency)
        .where(
            channels.c.id == bindparam("channel"),
            among(engine, rates.c.country, "countries"),
            among(engine, rates.c.category, "categories"),
        )
    )
)


def all_rates(connection: Connection, currency: str = "") -> list[Rate]:
    """The whole card in the order in which it is shown, or that of one currency."""
    return matching_rates(connection, RateKey(currency, "", "", ""))


def matching_rates(connection: Connection, wanted: RateKey) -> list[Rate]:
    """In the same order; what is empty of ``wanted`` asks for nothing, and ``OTHERS`` for the lines
    of no country."""
    asked = {
        column: "" if said == OTHERS else said
        for column, said in zip(rates.primary_key, wanted, strict=True)
        if said
    }
    query = select(rates).order_by(*rates.primary_key)
    query = query.where(*(column == said for column, said in asked.items()))
    return [Rate(*row) for row in connection.execute(query)]


def keep_rates(connection: Connection, given: Sequence[Rate]) -> None:
    """Write these down; where there is one for the same, the price is changed."""
    statement = insert(connection, rates)
    statement = statement.on_conflict_do_update(
        index_elements=list(rates.primary_key), set_={"price": statement.excluded.price}
    )
    if given:
        connection.execute(statement, [rate._asdict() for rate in given])


def drop_rates(connection: Connection, keys: Iterable[RateKey]) -> list[Rate]:
    """Take these off the card. Returns those that there were."""
    gone = delete(rates).where(tuple_(*rates.primary_key).in_(list(keys))).returning(*rates.c)
    return [Rate(*row) for row in connection.execute(gone)]
