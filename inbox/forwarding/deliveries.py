"""What was posted to an endpoint and what waits to be posted once more: shown, and asked for anew.

Whatever is posted again bears the ``webhook-id`` that it had, so that who has it can drop it.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select, tuple_, update

from inbox.domain.cursors import Cursor
from inbox.domain.errors import Invalid, Missing
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.shapes import decoded
from inbox.domain.times import Micros
from inbox.domain.webhooks import TEST_TYPE, Backlog, Delivery, DeliveryState, ShownDelivery
from inbox.feed.log import floor, head
from inbox.forwarding.bodies import body_of, shown_headers, test_body
from inbox.forwarding.endpoints import row_of
from inbox.forwarding.hearing import heard_types
from inbox.forwarding.rows import DeliveryColumns, delivery
from inbox.storage.queue import AT_ONCE
from inbox.storage.tables import feed_events, webhook_deliveries, webhook_endpoints
from inbox.storage.typed_rows import all_rows, first_row

NOT_THERE: Final = N_("There is no such delivery.")
NOT_KEPT: Final = N_("This event is no longer kept, so it cannot be posted again.")

_delivery, _endpoint, _event = webhook_deliveries.c, webhook_endpoints.c, feed_events.c


class DeliveryPage(NamedTuple):
    """``next``: where the page after it begins, None at the end."""

    deliveries: Sequence[Delivery]
    next: Cursor | None


def listing(
    connection: Connection,
    endpoint_id: str,
    cursor: Cursor | None = None,
    limit: int = 50,
    state: DeliveryState | None = None,
) -> DeliveryPage:
    """The newest first."""
    query = select(webhook_deliveries).where(_delivery.endpoint_id == endpoint_id)
    if state is not None:
        query = query.where(_delivery.state == state)
    if cursor is not None:
        query = query.where(tuple_(_delivery.at, _delivery.id) < (cursor.at, cursor.tie))
    query = query.order_by(_delivery.at.desc(), _delivery.id.desc()).limit(limit + 1)
    rows = all_rows(DeliveryColumns, connection.execute(query))
    shown = rows[:limit]
    more = Cursor(shown[-1]["at"], shown[-1]["id"]) if len(rows) > limit else None
    return DeliveryPage([delivery(row) for row in shown], more)


def by_id(connection: Connection, endpoint_id: str, delivery_id: str, api: str) -> ShownDelivery:
    """With what is posted. ``api``: where links of bodies begin. Raises ``Missing``."""
    row = _row(connection, endpoint_id, delivery_id)
    url = connection.scalar(select(_endpoint.url).where(_endpoint.id == endpoint_id))
    body = body_of(connection, row, api)
    return {
        **delivery(row),
        "request": {
            "url": str(url),
            "headers": shown_headers(row["id"]),
            "body": None if body is None else body.decode(),
        },
    }


def backlogs(connection: Connection) -> dict[str, Backlog]:
    """How far behind each endpoint is, by its id: of the log, more than it will hear."""
    newest = head(connection)
    states = select(_delivery.endpoint_id, _delivery.state, func.count()).group_by(
        _delivery.endpoint_id, _delivery.state
    )
    numbers = {(one, state): number for one, state, number in connection.execute(states)}
    return {
        row.id: {
            "waiting": numbers.get((row.id, "waiting"), 0),
            "failed": numbers.get((row.id, "failed"), 0),
            "behind": max(newest - row.seq, 0),
        }
        for row in connection.execute(select(_endpoint.id, _endpoint.seq))
    }


def send_test(connection: Connection, endpoint_id: str, now: Micros) -> Delivery:
    """Have a test posted, also to one that is paused; it is tried once. Raises ``Missing``."""
    row_of(connection, endpoint_id)
    row: DeliveryColumns = {
        "id": new_id(now),
        "endpoint_id": endpoint_id,
        "seq": None,
        "type": TEST_TYPE,
        "event_at": now,
        "at": now,
        "state": "waiting",
        "due_at": AT_ONCE,
        "attempts": 0,
        "tries": "[]",
        "body": test_body(endpoint_id, now),
    }
    connection.execute(insert(webhook_deliveries).values(**row))
    _stir(connection, endpoint_id)
    return delivery(row)


def replay_one(connection: Connection, endpoint_id: str, delivery_id: str) -> Delivery:
    """Have it posted again, and again until it is taken. Raises ``Invalid`` and ``Missing``."""
    row = _row(connection, endpoint_id, delivery_id)
    if row["body"] is None and not _is_logged(connection, row["seq"]):
        raise Invalid("delivery_id", _(NOT_KEPT))
    _again(connection, _delivery.id == delivery_id)
    _stir(connection, endpoint_id)
    return delivery(_row(connection, endpoint_id, delivery_id))


def replay_failed(connection: Connection, endpoint_id: str) -> int:
    """Have all that was given up posted again; how many. Raises ``Missing``."""
    row_of(connection, endpoint_id)
    mine = (_delivery.endpoint_id == endpoint_id) & (_delivery.state == "failed")
    number = _again(connection, mine & (_delivery.type != TEST_TYPE))
    _stir(connection, endpoint_id)
    return number


def replay_since(
    connection: Connection,
    endpoint_id: str,
    *,
    seq: int | None = None,
    at: Micros | None = None,
) -> int:
    """Go back to what happened after ``seq``, or since ``at``, and tell all of it once more, in
    its order and before what is new; how many events at most. What is further back than the log
    is not told. Raises ``Invalid`` and ``Missing``.
    """
    row = row_of(connection, endpoint_id)
    since = _before(connection, at) if seq is None else seq
    if since is None or since < 0:
        raise Invalid("since", _("Say since when: a time, or the number of an event."))
    start = min(max(since, floor(connection)), row["seq"])
    again = (_event.seq > start) & (_event.seq <= row["seq"])
    heard = again & _event.type.in_(heard_types(decoded(row["events"])))
    number = connection.scalar(select(func.count()).where(heard)) or 0
    mine = update(webhook_endpoints).where(_endpoint.id == endpoint_id)
    connection.execute(mine.values(seq=start, replays=_endpoint.replays + 1))
    _stir(connection, endpoint_id)
    return number


def _before(connection: Connection, at: Micros | None) -> int | None:
    """The newest event from before that time, as the log's order has it; 0: none is."""
    if at is None:
        return None
    first = connection.scalar(select(func.min(_event.seq)).where(_event.at >= at))
    return head(connection) if first is None else first - 1


def _row(connection: Connection, endpoint_id: str, delivery_id: str) -> DeliveryColumns:
    query = select(webhook_deliveries).where(
        _delivery.id == delivery_id, _delivery.endpoint_id == endpoint_id
    )
    row = first_row(DeliveryColumns, connection.execute(query))
    if row is None:
        raise Missing(_(NOT_THERE))
    return row


def _is_logged(connection: Connection, seq: int | None) -> bool:
    return seq is not None and seq > floor(connection)


def _again(connection: Connection, which: ColumnElement[bool]) -> int:
    """Whoever is just at one of them finds that it is no longer theirs."""
    values: dict[str, object] = {"state": "waiting", "due_at": AT_ONCE, "attempts": 0}
    changed = connection.execute(update(webhook_deliveries).where(which).values(values))
    return changed.rowcount


def _stir(connection: Connection, endpoint_id: str) -> None:
    """Somebody wants it tried now, whether or not it rests."""
    mine = _endpoint.id == endpoint_id
    rests = mine & (_endpoint.due_at == _endpoint.shut_until)
    connection.execute(update(webhook_endpoints).where(rests).values(due_at=AT_ONCE))
    connection.execute(update(webhook_endpoints).where(mine).values(shut_until=None))
