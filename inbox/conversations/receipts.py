"""Keeping receipts: the earliest time and the earliest reason stay, in any order of arrival."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy import Connection, and_, case, delete, or_

from inbox.domain.rows import ReceiptRow
from inbox.domain.status import Receipt
from inbox.domain.times import Micros
from inbox.storage.dialect import bytewise, insert_on, slices
from inbox.storage.prepared import Prepared
from inbox.storage.tables import receipts
from inbox.storage.typed_rows import all_rows


class ToldReceipt(TypedDict):
    """A row of ``receipts`` but for ``errors_at``, which follows."""

    channel_id: str
    provider_message_id: str
    status: Receipt
    participant: str
    at: Micros
    errors: str | None


def keep_receipts(connection: Connection, rows: Sequence[ToldReceipt]) -> dict[str, set[str]]:
    """Store these rows of ``receipts``. Returns what is new: channel → provider's message ids."""
    news: dict[str, set[str]] = {}
    timed: list[ReceiptRow] = [
        {**told, "errors_at": told["at"] if told["errors"] else None} for told in rows
    ]
    for channel_id, provider_id in _keep.returned(connection, _one_each(timed)):
        news.setdefault(channel_id, set()).add(provider_id)
    return news


def move_receipts(connection: Connection, channel_id: str, moves: Mapping[str, str]) -> set[str]:
    """What was told of a message under another id (key) counts for its own (value).

    Returns the own ids of those of which that is news.
    """
    found: list[ReceiptRow] = []
    for part in slices(moves):
        mine = and_(receipts.c.channel_id == channel_id, receipts.c.provider_message_id.in_(part))
        gone = connection.execute(delete(receipts).where(mine).returning(*receipts.c))
        found += all_rows(ReceiptRow, gone)
    own: list[ReceiptRow] = [
        {**row, "provider_message_id": moves[row["provider_message_id"]]} for row in found
    ]
    return {provider_id for _, provider_id in _keep.returned(connection, _one_each(own))}


def _kept(engine: str) -> Any:
    statement = insert_on(engine, receipts)
    new, old = statement.excluded, receipts.c
    earlier = new["at"] < old["at"]
    new_words, old_words = (bytewise(engine, one.errors) for one in (new, old))
    reason = and_(
        new.errors.is_not(None),
        or_(
            old.errors.is_(None),
            new.errors_at < old.errors_at,
            and_(new.errors_at == old.errors_at, new_words < old_words),
        ),
    )
    return statement.on_conflict_do_update(
        index_elements=list(receipts.primary_key),
        set_={
            "at": case((earlier, new["at"]), else_=old["at"]),
            "errors": case((reason, new.errors), else_=old.errors),
            "errors_at": case((reason, new.errors_at), else_=old.errors_at),
        },
        where=or_(earlier, reason),
    ).returning(old.channel_id, old.provider_message_id)


_keep = Prepared(_kept, receipts.c.keys())


def _one_each(rows: Iterable[ReceiptRow]) -> list[ReceiptRow]:
    """One row for each key: PostgreSQL refuses to update a row twice in one statement."""
    kept: dict[tuple[str, ...], ReceiptRow] = {}
    for row in rows:
        key = (row["channel_id"], row["provider_message_id"], row["status"], row["participant"])
        first = kept.setdefault(key, row)
        first["at"] = min(first["at"], row["at"])
        given = [each for each in (first, row) if each["errors"]]
        if given:
            reason = min(given, key=lambda each: (each["errors_at"] or 0, each["errors"] or ""))
            first["errors"], first["errors_at"] = reason["errors"], reason["errors_at"]
    return list(kept.values())
