"""What messages cost, as providers tell it with receipts: kept as a set, in any order of arrival.

It is known by the message's id at the provider alone, as receipts are: it may come before its
message, and what is sent from elsewhere by the same number counts against the same month.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    literal_column,
    not_,
    select,
    tuple_,
    update,
)

from inbox.domain.rows import ChargeRow
from inbox.storage.dialect import among, bytewise, insert_on, listed, slices
from inbox.storage.prepared import Prepared
from inbox.storage.tables import charges, receipts
from inbox.storage.typed_rows import all_rows

_WORDS = ("category", "kind", "model", "country")
_KEY = ("channel_id", "provider_message_id")


def keep_charges(connection: Connection, rows: Sequence[ChargeRow]) -> dict[str, set[str]]:
    """Store these. Returns what is new: channel → provider's message ids."""
    news: dict[str, set[str]] = {}
    if rows:
        for channel_id, provider_id in _keep.returned(connection, _one_each(rows)):
            news.setdefault(channel_id, set()).add(provider_id)
    return news


def move_charges(connection: Connection, channel_id: str, moves: Mapping[str, str]) -> set[str]:
    """What was told of a message under another id (key) counts for its own (value)."""
    found: list[ChargeRow] = []
    for part in slices(moves):
        mine = and_(charges.c.channel_id == channel_id, charges.c.provider_message_id.in_(part))
        gone = connection.execute(delete(charges).where(mine).returning(*charges.c))
        found += all_rows(ChargeRow, gone)
    own: list[ChargeRow] = [
        {**row, "provider_message_id": moves[row["provider_message_id"]]} for row in found
    ]
    return keep_charges(connection, own).get(channel_id, set())


def note_deliveries(connection: Connection, channel_id: str, provider_ids: Iterable[str]) -> None:
    """What failed is not billed, unless it arrived all the same: by the receipts that there are."""
    _note.run(connection, channel=channel_id, ids=listed(connection, provider_ids))


def _kept(engine: str) -> Any:
    statement = insert_on(engine, charges)
    new, old = statement.excluded, charges.c
    facts = (old.at, old.billable, *(bytewise(engine, old[name]) for name in _WORDS))
    told = (new["at"], new["billable"], *(bytewise(engine, new[name]) for name in _WORDS))
    return statement.on_conflict_do_update(
        index_elements=list(charges.primary_key),
        set_={name: new[name] for name in ("at", "billable", *_WORDS)},
        where=tuple_(*told) < tuple_(*facts),
    ).returning(old.channel_id, old.provider_message_id)


_keep = Prepared(_kept, charges.c.keys())


def _one_each(rows: Iterable[ChargeRow]) -> list[ChargeRow]:
    """The first of each message: PostgreSQL refuses to update a row twice in one statement."""
    kept: dict[tuple[str, ...], ChargeRow] = {}
    for row in rows:
        key = (row["channel_id"], row["provider_message_id"])
        kept[key] = min(row, kept.get(key, row), key=_rank)
    return list(kept.values())


def _rank(row: ChargeRow) -> tuple[object, ...]:
    words = (row["category"], row["kind"], row["model"], row["country"])
    return (row["at"], row["billable"], *words)


def _receipt(*statuses: str) -> Any:
    return exists(
        select(receipts.c.status).where(
            receipts.c.channel_id == charges.c.channel_id,
            receipts.c.provider_message_id == charges.c.provider_message_id,
            receipts.c.status.in_([literal_column(f"'{status}'") for status in statuses]),
        )
    )


def _noted(engine: str) -> Any:
    failed = and_(_receipt("failed"), not_(_receipt("delivered", "read", "played")))
    return (
        update(charges)
        .where(
            charges.c.channel_id == bindparam("channel"),
            among(engine, charges.c.provider_message_id, "ids"),
            charges.c.undelivered != failed,
        )
        .values(undelivered=not_(charges.c.undelivered))
    )


_note = Prepared(_noted)
