"""The event log: what is published is a row of the transaction that caused it."""

from collections.abc import Sequence
from typing import Final, TypedDict, cast

from msgspec import Struct
from sqlalchemy import Connection, bindparam, case, func, select

from inbox.domain.feed_events import NewEvent
from inbox.domain.shapes import encoded
from inbox.domain.times import Micros, iso
from inbox.storage.database import announce
from inbox.storage.dialect import feed_lock
from inbox.storage.prepared import Prepared
from inbox.storage.tables import feed_events

PAGE_CHARACTERS: Final = 500_000
"""Of payload: a customer can make events of a megabyte, and hundreds are read at once."""

SHORT: Final = 4_000
"""A payload that is read at once; nearly all are."""

FORGOTTEN = "server:forgotten"
"""What the newest event that is no longer kept has become: it marks where the log begins."""


class FeedEvent(Struct, frozen=True):
    """An event of the log. ``payload`` is JSON, encoded once when it happened."""

    seq: int
    type: str
    at: Micros
    payload: str
    conversation_id: str | None
    contact_id: str | None
    audience: str

    @property
    def frame(self) -> str:
        """The envelope of the feed contract."""
        return (
            f'{{"type":"{self.type}","seq":{self.seq},"at":"{iso(self.at)}",'
            f'"payload":{self.payload}}}'
        )


class _Row(TypedDict):
    type: str
    at: Micros
    payload: str
    conversation_id: str | None
    contact_id: str | None
    audience: str


class _NumberedRow(_Row):
    seq: int


_COLUMNS = feed_events.c.keys()
_insert = Prepared(feed_events.insert().returning(feed_events.c.seq), _COLUMNS[1:])
_insert_numbered = Prepared(feed_events.insert(), _COLUMNS)

_HEAD = "feed_head"


def append(connection: Connection, events: Sequence[NewEvent], now: Micros) -> int | None:
    """Publish with the transaction that changed something, and announce it to the hub.

    Gives the last one's number, None where there is nothing to publish.

    Call it last: on PostgreSQL it waits for its turn and holds it until the commit, so that
    numbers become visible in their order; the database gives them, to the rows as they come.
    SQLite has one writer, whose connection knows the head: it gives the numbers. On neither need
    the hub read back what was just written.
    """
    if not events:
        return None
    rows: list[_Row] = [
        {
            "type": event.type,
            "at": now,
            "payload": encoded(event.payload),
            "conversation_id": event.conversation_id,
            "contact_id": event.contact_id,
            "audience": event.audience,
        }
        for event in events
    ]
    lock = feed_lock(connection)
    if lock is not None:
        numbers = sorted(seq for (seq,) in _insert.returned(connection, rows, lock))
        numbered = [_with_seq(seq, row) for seq, row in zip(numbers, rows, strict=True)]
    else:
        numbered = _numbered(connection, rows)
        _insert_numbered.each(connection, numbered)
    for row in numbered:
        announce(connection, FeedEvent(**row))
    return numbered[-1]["seq"]


def _with_seq(seq: int, row: _Row) -> _NumberedRow:
    return {"seq": seq, **row}


def _numbered(connection: Connection, rows: list[_Row]) -> list[_NumberedRow]:
    """A connection that failed is thrown away, and what it knew with it."""
    known: int | None = connection.info.get(_HEAD)
    first = 1 + (head(connection) if known is None else known)
    connection.info[_HEAD] = first + len(rows) - 1
    return [_with_seq(seq, row) for seq, row in enumerate(rows, first)]


def events_after(connection: Connection, since: int, limit: int) -> list[FeedEvent]:
    """The events after ``since`` in order, at most ``limit`` and about ``PAGE_CHARACTERS``."""
    rows: list[_NumberedRow] = []
    left = PAGE_CHARACTERS
    for *values, size in connection.execute(_after, {"since": since, "most": limit}):
        if left <= 0:
            break
        left -= size
        rows.append(cast("_NumberedRow", dict(zip(_COLUMNS, values, strict=True))))
    long = {row["seq"] for row in rows if row["payload"] is None}
    if long:
        found = connection.execute(_payloads, {"long": list(long)})
        whole = {one.seq: one.payload for one in found}
        for row in rows:
            row["payload"] = whole.get(row["seq"], row["payload"])
    return [FeedEvent(**row) for row in rows]


_size = func.length(feed_events.c.payload)
_short = case((_size <= SHORT, feed_events.c.payload))
_after = (
    select(*(_short if name == "payload" else feed_events.c[name] for name in _COLUMNS), _size)
    .where(feed_events.c.seq > bindparam("since"))
    .order_by(feed_events.c.seq)
    .limit(bindparam("most"))
)
"""What is long is left out: nobody knows yet how much of it there is."""
_payloads = select(feed_events.c.seq, feed_events.c.payload).where(
    feed_events.c.seq.in_(bindparam("long", expanding=True))
)


def fills_a_page(events: Sequence[FeedEvent], limit: int) -> bool:
    """Whether there may be more after these."""
    return len(events) == limit or sum(len(one.payload) for one in events) >= PAGE_CHARACTERS


HEAD: Final = select(func.coalesce(func.max(feed_events.c.seq), 0))
"""The newest seq, 0 for an empty log."""


def head(connection: Connection) -> int:
    return int(connection.execute(HEAD).scalar_one())


def floor(connection: Connection) -> int:
    """The seq up to which the log is no longer kept, 0 if all of it is.

    What is after it is all here. Numbers have gaps where a transaction was rolled back, so the
    oldest event cannot tell.
    """
    first = select(feed_events.c.seq, feed_events.c.type).order_by(feed_events.c.seq).limit(1)
    found = connection.execute(first).first()
    return int(found.seq) if found is not None and found.type == FORGOTTEN else 0


def page_of_events(connection: Connection, since: int, limit: int) -> tuple[int, list[FeedEvent]]:
    """Where the log begins (``floor``), and the events after ``since``, of the same moment."""
    return floor(connection), events_after(connection, since, limit)
