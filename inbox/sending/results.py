"""What became of a send, as rows: each function is the end of one try.

``until`` names the claim under which it was made. If that ran out meanwhile, or this was
written down before, the row is no longer ours, and only the provider's id is still news.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, delete, select, update

from inbox.conversations import publish
from inbox.conversations import settle_changes as changes
from inbox.conversations import settle_status as receipts
from inbox.conversations.receipts import ToldReceipt, keep_receipts
from inbox.domain import shapes
from inbox.domain.content import SendProblem
from inbox.domain.feed_events import NewEvent
from inbox.domain.rows import MessageRow
from inbox.domain.status import Step
from inbox.domain.text import present
from inbox.domain.times import SECOND, Micros
from inbox.feed.log import append
from inbox.providers.base import Accepted, Ambiguous, Refused, SendResult
from inbox.sending.claims import LONGEST_WAIT
from inbox.storage.dialect import serialise
from inbox.storage.tables import messages, outbox
from inbox.storage.typed_rows import all_rows

ATTEMPTS = 6


def record_result(
    connection: Connection,
    message_id: str,
    until: Micros,
    attempts: int,
    result: SendResult,
    now: Micros,
) -> bool:
    """Write down what came of a try under the claim ``until``; whether there will be another."""
    match result:
        case Accepted(provider_message_id):
            accept(connection, message_id, until, provider_message_id, now)
        case Refused(retry_after=float() | int() as pause) if attempts + 1 < ATTEMPTS:
            delay = min(round(max(pause, 2.0**attempts) * SECOND), LONGEST_WAIT)
            postpone(connection, message_id, until, attempts + 1, now + delay)
            return True
        case Refused(title, detail, code):
            problem = present(SendProblem, code=code, title=title, detail=detail)
            give_up(connection, message_id, until, problem, now)
        case Ambiguous(title, detail):
            problem = present(SendProblem, title=title, detail=detail, ambiguous=True)
            give_up(connection, message_id, until, problem, now)
    return False


def accept(
    connection: Connection,
    message_id: str,
    until: Micros,
    provider_message_id: str | None,
    now: Micros,
) -> None:
    """The provider took it. Statuses may have overtaken its answer: they count at once."""
    ours = _done(connection, message_id, until)
    # In the order in which ingest takes them: first the channel, then its messages.
    channel_id = _channel_of(connection, message_id)
    serialise(connection, [channel_id])
    row = _message(connection, message_id)
    if not ours and not _given_up(connection, row):
        return
    if provider_message_id is None:
        _show(connection, row, "sent", None, now)
        return
    fact: ToldReceipt = {
        "channel_id": channel_id,
        "provider_message_id": provider_message_id,
        "status": "accepted",
        "participant": "",
        "at": now,
        "errors": None,
    }
    keep_receipts(connection, [fact])
    _store(connection, {**row, "provider_message_id": provider_message_id})
    published: list[NewEvent] = []
    receipts.settle_statuses(connection, channel_id, {provider_message_id}, published)
    changes.settle_changes(connection, {channel_id: {provider_message_id}}, published, now)
    append(connection, published, now)


def postpone(
    connection: Connection, message_id: str, until: Micros, attempts: int, due_at: Micros
) -> None:
    """Certainly not sent and worth another try, later."""
    connection.execute(
        update(outbox)
        .where(*_claimed(message_id, until))
        .values(attempts=attempts, due_at=due_at, started=False)
    )


def give_up(
    connection: Connection, message_id: str, until: Micros, problem: SendProblem, now: Micros
) -> None:
    """Failed, with the reason; only an agent sends it again."""
    if not _done(connection, message_id, until):
        return
    row = _message(connection, message_id)
    if row["provider_message_id"] is not None:
        return  # A status has come meanwhile: the provider has it after all.
    _show(connection, row, "failed", shapes.encoded(problem), now)


def _show(
    connection: Connection, row: MessageRow, status: Step, error: str | None, now: Micros
) -> None:
    """A status that stands in no receipt: of a message without an id of the provider's."""
    after: MessageRow = {**row, "status": status, "error": error}
    _store(connection, after)
    append(connection, [publish.message_status(after, shapes.step_of(row), now)], now)


def _channel_of(connection: Connection, message_id: str) -> str:
    query = select(messages.c.channel_id).where(messages.c.id == message_id)
    return str(connection.execute(query).scalar_one())


def _given_up(connection: Connection, row: MessageRow) -> bool:
    """Whether another process took our silence for a crash, and nobody has pressed Retry."""
    waiting = select(outbox.c.message_id).where(outbox.c.message_id == row["id"])
    return (
        row["status"] == "failed"
        and row["provider_message_id"] is None
        and connection.execute(waiting).first() is None
    )


def _message(connection: Connection, message_id: str) -> MessageRow:
    query = select(messages).where(messages.c.id == message_id).with_for_update()
    return all_rows(MessageRow, connection.execute(query))[0]


def _store(connection: Connection, row: MessageRow) -> None:
    kept: Mapping[str, object] = row
    names = ("status", "error", "provider_message_id")
    connection.execute(
        update(messages)
        .where(messages.c.id == row["id"])
        .values({name: kept[name] for name in names})
    )


def _done(connection: Connection, message_id: str, until: Micros) -> bool:
    """Take it out of the outbox; whether it was still ours to take out."""
    statement = delete(outbox).where(*_claimed(message_id, until)).returning(outbox.c.message_id)
    return connection.execute(statement).first() is not None


def _claimed(message_id: str, until: Micros) -> tuple[ColumnElement[bool], ...]:
    return (
        outbox.c.message_id == message_id,
        outbox.c.started.is_(True),
        outbox.c.due_at == until,
    )
