"""What became of a send, as rows: each function is the end of one try."""

from typing import Any

from sqlalchemy import Connection, delete, select, update

from inbox.domain import shapes
from inbox.domain.text import present
from inbox.domain.times import Micros
from inbox.feed.log import NewEvent, append
from inbox.receipts.keeping import keep
from inbox.receipts.settling import settle
from inbox.storage.dialect import serialise
from inbox.storage.tables import messages, outbox


def accept(
    connection: Connection,
    message_id: str,
    provider_message_id: str,
    now: Micros,
) -> None:
    """The provider took it. Statuses may have overtaken its answer: they count at once."""
    row = _message(connection, message_id)
    serialise(connection, [row["channel_id"]])
    fact = {
        "channel_id": row["channel_id"],
        "provider_message_id": provider_message_id,
        "status": "accepted",
        "participant": "",
        "at": now,
        "errors": None,
    }
    keep(connection, [fact])
    _store(connection, row | {"provider_message_id": provider_message_id})
    _done(connection, message_id)
    published: list[NewEvent] = []
    settle(connection, row["channel_id"], {provider_message_id}, published)
    append(connection, published, now)


def postpone(connection: Connection, message_id: str, attempts: int, due_at: Micros) -> None:
    """Certainly not sent and worth another try, later."""
    connection.execute(
        update(outbox)
        .where(outbox.c.message_id == message_id)
        .values(attempts=attempts, due_at=due_at, started=False)
    )


def give_up(connection: Connection, message_id: str, problem: dict[str, Any], now: Micros) -> None:
    """Failed, with the reason; only an agent sends it again."""
    row = _message(connection, message_id)
    _done(connection, message_id)
    if row["provider_message_id"] is not None:
        return  # A status has come meanwhile: the provider has it after all.
    after = row | {"status": "failed", "error": shapes.encoded(present(**problem))}
    _store(connection, after)
    payload = shapes.status_change(after, row["status"], now, {})
    event = NewEvent("message:status", payload, row["conversation_id"], row["contact_id"])
    append(connection, [event], now)


def _message(connection: Connection, message_id: str) -> dict[str, Any]:
    query = select(messages).where(messages.c.id == message_id).with_for_update()
    return dict(connection.execute(query).mappings().one())


def _store(connection: Connection, row: dict[str, Any]) -> None:
    kept = ("status", "error", "provider_message_id")
    connection.execute(
        update(messages)
        .where(messages.c.id == row["id"])
        .values({name: row[name] for name in kept})
    )


def _done(connection: Connection, message_id: str) -> None:
    connection.execute(delete(outbox).where(outbox.c.message_id == message_id))
