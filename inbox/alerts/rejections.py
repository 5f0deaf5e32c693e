"""Refused webhooks for the webhook log: gathered in memory, written by a timer, bounded.

Anybody can send what is refused, and nothing that is not authentic may fill the disk: so many
rows a minute of one kind and channel, more of them in a number, so many rows in all, and of a
body nothing, unless it was authentic and only could not be read.
"""

from collections.abc import Sequence
from typing import TypedDict

from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inbox.domain.ids import new_id
from inbox.domain.times import MINUTE, Micros
from inbox.storage.database import Database
from inbox.storage.tables import refused_deliveries

SHARED, NOWHERE = "shared", "nowhere"
PLACES = (SHARED, NOWHERE)
"""In the place of a channel's id: the shared address, and addresses that no channel has."""
A_MINUTE = 3
"""Rows of one kind and channel."""
KEPT = 500
"""Rows of one kind and channel in all: the oldest go first."""
WAITING = 2_000
"""Rows that wait while the database is away."""
EXCERPT = 4 * 1024
REASON_LIMIT = 300

_refused = refused_deliveries.c


class _Alike(Struct):
    minute: int
    last: str
    """The row that counts what has none of its own."""
    left: int = A_MINUTE


class RejectionRow(TypedDict):
    """A row of ``refused_deliveries``."""

    id: str
    channel_id: str
    answer: int
    kind: str
    reason: str
    number: int
    size: int | None
    took: Micros | None
    came_from: str | None
    excerpt: bytes | None


class Rejections:
    def __init__(self) -> None:
        self._alike: dict[tuple[str, int, str], _Alike] = {}
        self._rows: dict[str, RejectionRow] = {}
        self._more: dict[str, int] = {}

    def note(
        self,
        channel_id: str,
        answer: int,
        kind: str,
        reason: str,
        now: Micros,
        *,
        size: int | None = None,
        took: Micros | None = None,
        came_from: str | None = None,
        excerpt: bytes | None = None,
    ) -> None:
        """``channel_id`` may be one of ``PLACES``; ``excerpt``: of an authentic body."""
        key = channel_id, answer, kind
        alike = self._alike.get(key)
        if alike is None or alike.minute != now // MINUTE:
            alike = self._alike[key] = _Alike(now // MINUTE, alike.last if alike else "")
        if alike.left and len(self._rows) < WAITING:
            alike.left -= 1
            alike.last = new_id(now)
            self._rows[alike.last] = {
                "id": alike.last,
                "channel_id": channel_id,
                "answer": answer,
                "kind": kind,
                "reason": reason[:REASON_LIMIT],
                "number": 1,
                "size": size,
                "took": took,
                "came_from": came_from,
                "excerpt": None if excerpt is None else excerpt[:EXCERPT],
            }
        elif alike.last in self._rows:
            self._rows[alike.last]["number"] += 1
        elif alike.last:
            self._more[alike.last] = self._more.get(alike.last, 0) + 1

    async def flush(self, database: Database) -> None:
        """Write them down. A failure loses none."""
        rows, more = self._rows, self._more
        if not rows and not more:
            return
        self._rows, self._more = {}, {}
        try:
            await database.write(_store, list(rows.values()), more)
        except Exception:
            self._rows = rows | self._rows
            for known, number in more.items():
                self._more[known] = self._more.get(known, 0) + number
            raise


def _store(connection: Connection, rows: Sequence[RejectionRow], more: dict[str, int]) -> None:
    if rows:
        connection.execute(insert(refused_deliveries), rows)
    if more:
        number = _refused.number + bindparam("more", type_=_refused.number.type)
        statement = update(refused_deliveries).where(_refused.id == bindparam("this"))
        # In one order everywhere: two processes must not wait for each other.
        given = [{"this": known, "more": more[known]} for known in sorted(more)]
        connection.execute(statement.values(number=number), given)
    for channel_id, kind in sorted({(row["channel_id"], row["kind"]) for row in rows}):
        _trim(connection, channel_id, kind)


def _trim(connection: Connection, channel_id: str, kind: str) -> None:
    """Kind by kind: whoever floods us with one must not drive out the others."""
    these = _refused.channel_id == channel_id, _refused.kind == kind
    newest = select(_refused.id).where(*these).order_by(_refused.id.desc())
    last = newest.offset(KEPT).limit(1).scalar_subquery()
    connection.execute(delete(refused_deliveries).where(*these, _refused.id <= last))
