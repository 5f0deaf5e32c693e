"""Settling: the status of messages follows from their receipts, and what changed is published."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from sqlalchemy import Connection, bindparam, literal_column, select, update

from inbox.conversations import publish
from inbox.conversations.costs import costs_of
from inbox.conversations.queries import receipts_of
from inbox.conversations.tries import tries_of
from inbox.domain import shapes
from inbox.domain.feed_events import MessageStatus, MessageUpdated, NewEvent
from inbox.domain.public import Cost, SendTry
from inbox.domain.rows import MessageRow, ReceiptRow
from inbox.domain.status import Step, derive_status, step_times
from inbox.domain.times import Micros
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import messages
from inbox.storage.typed_rows import named_rows


class Changed(TypedDict):
    message: str
    new_status: Step
    new_error: str | None


def settle_statuses(
    connection: Connection,
    channel_id: str,
    provider_ids: set[str],
    published: list[NewEvent],
) -> set[str]:
    """Bring these messages' status in line with their receipts; publish what changed.

    Returns the ids of which no message of ours is known.
    """
    rows = _outgoing.rows(connection, channel=channel_id, ids=listed(connection, provider_ids))
    found = named_rows(MessageRow, _COLUMNS, rows)
    ids = [provider_id for row in found if (provider_id := row["provider_message_id"])]
    known = receipts_of(connection, channel_id, ids)
    costs = costs_of(connection, channel_id, (facts.charge for facts in known.values()))
    changed: list[Changed] = []
    for row in found:
        provider_id = row["provider_message_id"] or ""
        if provider_id not in known:
            continue
        facts = known[provider_id].receipts
        status, error = (
            derive_status({fact["status"] for fact in facts}),
            _reason(facts, row["error"]),
        )
        times = step_times((fact["status"], fact["at"]) for fact in facts)
        after: MessageRow = {**row, "status": status, "error": error}
        if (status, error) != (row["status"], row["error"]):
            changed.append({"message": row["id"], "new_status": status, "new_error": error})
        tried = tries_of(connection, [row["id"]] if status == "failed" else [])
        told = (costs.get(provider_id), tried.get(row["id"], []))
        published.append(_change(row, after, times, *told))
    _update_status.each(connection, changed)
    return provider_ids.difference(ids)


_COLUMNS = messages.c.keys()
_outgoing = Prepared(
    lambda engine: select(messages).where(
        messages.c.channel_id == bindparam("channel"),
        among(engine, messages.c.provider_message_id, "ids"),
        messages.c.direction == literal_column("'outgoing'"),
    )
)


def _reason(facts: Sequence[ReceiptRow], current: str | None) -> str | None:
    """The earliest reason. Once given it is never erased, not even by proof of delivery."""
    given = [fact for fact in facts if fact["status"] == "failed" and fact["errors"]]
    if not given:
        return current
    first = min(given, key=lambda fact: (fact["errors_at"] or 0, fact["errors"] or ""))
    return shapes.encoded(shapes.decoded(first["errors"])[0])


def _change(
    before: MessageRow,
    after: MessageRow,
    times: Mapping[Step, Micros],
    cost: Cost | None,
    tries: Sequence[SendTry],
) -> MessageStatus | MessageUpdated:
    """``message:status`` only when what is shown changes; else the timeline got a fact."""
    if before["status"] == after["status"]:
        return publish.message_receipts(after, times, cost=cost, tries=tries)
    at = times.get(shapes.step_of(after), max(times.values()))
    return publish.message_status(after, shapes.step_of(before), at, times, cost=cost, tries=tries)


_update_status = Prepared(
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values(status=bindparam("new_status"), error=bindparam("new_error")),
    ("message", "new_status", "new_error"),
)
