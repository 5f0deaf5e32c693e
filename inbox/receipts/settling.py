"""Settling: the status of messages follows from their receipts, and what changed is published."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from inbox.domain import shapes
from inbox.domain.status import derive, shown
from inbox.domain.times import Micros
from inbox.feed.log import NewEvent
from inbox.storage.dialect import slices
from inbox.storage.tables import messages
from inbox.storage.views import receipts_of

Row = Mapping[Any, Any]


def settle(
    connection: Connection,
    channel_id: str,
    provider_ids: set[str],
    published: list[NewEvent],
) -> None:
    """Bring these messages' status in line with their receipts; publish what changed."""
    for part in slices(provider_ids):
        _settle(connection, channel_id, part, published)


def _settle(
    connection: Connection,
    channel_id: str,
    provider_ids: Sequence[str],
    published: list[NewEvent],
) -> None:
    found = connection.execute(_outgoing(channel_id, provider_ids)).mappings().all()
    known = receipts_of(connection, channel_id, [row["provider_message_id"] for row in found])
    changed: list[dict[str, Any]] = []
    for row in found:
        facts = known.get(row["provider_message_id"], [])
        if not facts:
            continue
        status, error = derive({fact["status"] for fact in facts}), _reason(facts, row["error"])
        times = shown((fact["status"], fact["at"]) for fact in facts)
        after = dict(row) | {"status": status, "error": error}
        if (status, error) != (row["status"], row["error"]):
            changed.append({"message": row["id"], "new_status": status, "new_error": error})
        published.append(_change(row, after, times))
    if changed:
        connection.execute(_update_status, changed)


def _outgoing(channel_id: str, provider_ids: Sequence[str]) -> Select[Any]:
    return select(messages).where(
        messages.c.channel_id == channel_id,
        messages.c.provider_message_id.in_(provider_ids),
        messages.c.direction == "outgoing",
    )


def _reason(facts: Sequence[Row], current: str | None) -> str | None:
    """The earliest reason. Once given it is never erased, not even by proof of delivery."""
    given = [fact for fact in facts if fact["status"] == "failed" and fact["errors"]]
    if not given:
        return current
    first = min(given, key=lambda fact: (fact["errors_at"], fact["errors"]))
    return shapes.encoded(shapes.decoded(first["errors"])[0])


def _change(before: Row, after: Row, times: Mapping[str, Micros]) -> NewEvent:
    """``message:status`` only when what is shown changes; else the timeline got a fact."""
    ids = (before["conversation_id"], before["contact_id"])
    if before["status"] == after["status"]:
        payload = {
            "id": before["id"],
            "conversation_id": before["conversation_id"],
            "status": after["status"],
            "error": shapes.decoded(after["error"]),
            "receipts": shapes.timeline(times),
        }
        return NewEvent("message:updated", payload, *ids)
    at = times.get(after["status"], max(times.values()))
    return NewEvent(
        "message:status", shapes.status_change(after, before["status"], at, times), *ids
    )


_update_status = (
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values(status=bindparam("new_status"), error=bindparam("new_error"))
)
