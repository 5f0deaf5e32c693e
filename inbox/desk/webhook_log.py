"""The webhook log: what came in, what became of it, newest first."""

from typing import Any

from sqlalchemy import Connection, func, select

from inbox.domain import shapes
from inbox.domain.times import iso
from inbox.storage.tables import channels, journal_entries

PAGE = 50

_table = journal_entries.c
_listed = (
    _table.id,
    _table.received_at,
    _table.state,
    _table.result,
    _table.error,
    func.length(_table.body).label("size"),
    channels.c.id.label("channel_id"),
    channels.c.name.label("channel_name"),
    channels.c.provider.label("channel_provider"),
)


def page(
    connection: Connection, *, channel_id: str, state: str, before: str, limit: int = PAGE
) -> tuple[list[shapes.Shape], str | None]:
    """Entries without their bodies; ``before`` is the id of the last one seen."""
    query = select(*_listed).join(channels, channels.c.id == _table.channel_id)
    if channel_id:
        query = query.where(_table.channel_id == channel_id)
    if state:
        query = query.where(_table.state == state)
    if before:
        query = query.where(_table.id < before)
    rows = connection.execute(query.order_by(_table.id.desc()).limit(limit + 1)).mappings().all()
    found = [_shape(row) for row in rows[:limit]]
    return found, found[-1]["id"] if len(rows) > limit else None


def entry(connection: Connection, entry_id: str) -> tuple[shapes.Shape, bytes] | None:
    """One entry with its raw body."""
    query = select(*_listed, _table.body).join(channels, channels.c.id == _table.channel_id)
    row = connection.execute(query.where(_table.id == entry_id)).mappings().first()
    return None if row is None else (_shape(row), bytes(row["body"]))


def _shape(row: Any) -> shapes.Shape:
    return {
        "id": row["id"],
        "channel": {
            "id": row["channel_id"],
            "name": row["channel_name"],
            "provider": row["channel_provider"],
        },
        "received_at": iso(row["received_at"]),
        "state": row["state"],
        "result": shapes.decoded(row["result"]),
        "error": row["error"],
        "size": row["size"],
    }
