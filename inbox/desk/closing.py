"""What becomes so at the desk by the clock alone: who was snoozed wakes, and windows close.

Found by indexes, however many wait; done under each conversation's lock, by whoever comes first.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, literal_column, select, update

from inbox.conversations import publish, queries
from inbox.conversations.views import of_view
from inbox.desk.arranging import AT_ONCE, put_down, take_these, wished
from inbox.desk.wishes import checked_wish
from inbox.domain.feed_events import NewEvent
from inbox.domain.rows import ConversationRow
from inbox.domain.shapes import WINDOW
from inbox.domain.standing import AT_WORK
from inbox.domain.times import HOUR, Micros
from inbox.feed.log import append
from inbox.storage.tables import conversations

SOON: Final = 2 * HOUR
"""A window that ends within this time is closing."""

_kept = conversations.c
_waits: Final = _kept.waiting_since.is_not(None)
_sleeps: Final = (_kept.status == literal_column("'snoozed'"), _kept.snoozed_until.is_not(None))


def next_turn(connection: Connection, now: Micros) -> Micros | None:
    """When the next of all this is due; None: there is nothing to wait for."""
    inbound, until = _kept.last_inbound_at, _kept.snoozed_until
    firsts = (
        (until, 0, _sleeps),
        (inbound, WINDOW - SOON, _to_close(now)),
        (inbound, WINDOW - SOON, (_waits, inbound > now - WINDOW + SOON)),
        (inbound, WINDOW, (_kept.closing, _waits)),
    )
    asked = [
        select(at + later).where(*due).order_by(at).limit(1).scalar_subquery()
        for at, later, due in firsts
    ]
    row = connection.execute(select(*asked)).one()
    return min((at for at in row if at is not None), default=None)


def _to_close(now: Micros) -> tuple[ColumnElement[bool], ...]:
    inbound = _kept.last_inbound_at
    ending = (_waits, inbound > now - WINDOW, inbound <= now - WINDOW + SOON)
    return (*ending, *of_view("open", None), _kept.closing.is_(False))


def do_turns(connection: Connection, now: Micros) -> bool:
    """All that is due, up to some hundred of each; whether there may be more."""
    counts = [wake_up(connection, now), close_soon(connection, now), end_closing(connection, now)]
    return AT_ONCE in counts


def wake_up(connection: Connection, now: Micros) -> int:
    """Who slept until now is open again, at the top of the list."""
    ids = _found(connection, (*_sleeps, _kept.snoozed_until <= now), _kept.snoozed_until)
    if not ids:
        return 0
    asked = checked_wish(connection, {"status": "open"}, now)
    pairs: list[tuple[ConversationRow, ConversationRow]] = []
    for row in take_these(connection, ids):
        if row["status"] == "snoozed" and (row["snoozed_until"] or now + 1) <= now:
            arrived = max(now, row["arrived_at"])
            pairs.append((row, {**wished(row, asked, now), "arrived_at": arrived}))
    put_down(connection, pairs, None, now)
    return len(ids)


def close_soon(connection: Connection, now: Micros) -> int:
    """Their windows end within two hours, and they wait."""
    ids = _found(connection, _to_close(now), _kept.last_inbound_at)
    rows = [row for row in take_these(connection, ids) if is_closing(row, now)] if ids else []
    _set(connection, [row["id"] for row in rows if not row["closing"]], True, now)
    return len(ids)


def end_closing(connection: Connection, now: Micros) -> int:
    """Their windows have ended."""
    over = (_kept.closing, _waits, _kept.last_inbound_at <= now - WINDOW)
    ids = _found(connection, over, _kept.last_inbound_at)
    rows = [row for row in take_these(connection, ids) if not is_closing(row, now)] if ids else []
    _set(connection, [row["id"] for row in rows if row["closing"]], False, now)
    return len(ids)


def is_closing(row: ConversationRow, now: Micros) -> bool:
    inbound = row["last_inbound_at"] or 0
    waits = row["waiting_since"] is not None and row["status"] in AT_WORK
    return waits and now - WINDOW < inbound <= now - WINDOW + SOON


def _found(
    connection: Connection, due: Sequence[ColumnElement[bool]], order: ColumnElement[Any]
) -> Sequence[str]:
    query = select(_kept.id).where(*due).order_by(order, _kept.id).limit(AT_ONCE)
    return connection.execute(query).scalars().all()


def _set(connection: Connection, ids: Collection[str], closing: bool, now: Micros) -> None:
    """Told, but not in the thread: nobody did anything."""
    if not ids:
        return
    connection.execute(update(conversations).where(_kept.id.in_(ids)).values(closing=closing))
    shown = queries.conversations_by_id(connection, ids)
    events: list[NewEvent] = [publish.conversation_updated(one, ["closing"]) for one in shown]
    append(connection, events, now)
