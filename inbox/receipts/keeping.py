"""Keeping receipts: the earliest time and the first reason stay, in any order of arrival."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, case, or_

from inbox.storage.dialect import insert
from inbox.storage.tables import receipts


def keep(connection: Connection, rows: Sequence[dict[str, Any]]) -> dict[str, set[str]]:
    """Store these rows of ``receipts``. Returns what is new: channel → provider's message ids."""
    if not rows:
        return {}
    statement = insert(connection, receipts)
    new = statement.excluded
    earlier = new["at"] < receipts.c["at"]
    reason = receipts.c.errors.is_(None) & new.errors.is_not(None)
    statement = statement.on_conflict_do_update(
        index_elements=list(receipts.primary_key),
        set_={
            "at": case((earlier, new["at"]), else_=receipts.c["at"]),
            "errors": case((reason, new.errors), else_=receipts.c.errors),
        },
        where=or_(earlier, reason),
    ).returning(receipts.c.channel_id, receipts.c.provider_message_id)
    news: dict[str, set[str]] = {}
    for channel_id, provider_id in connection.execute(statement, _one_each(rows)):
        news.setdefault(channel_id, set()).add(provider_id)
    return news


def _one_each(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each key: PostgreSQL refuses to update a row twice in one statement."""
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[column.name] for column in receipts.primary_key)
        first = kept.setdefault(key, row)
        first["at"] = min(first["at"], row["at"])
        first["errors"] = first["errors"] or row["errors"]
    return list(kept.values())
