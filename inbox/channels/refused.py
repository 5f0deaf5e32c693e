"""Refused webhooks for the webhook log: gathered in memory, written by a timer, bounded.

Anybody can send what is refused, and nothing that is not authentic may fill the disk: so many
rows a minute and channel, more of the same in a number, so many rows of a channel in all, and
of a body nothing, unless it was authentic and only could not be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inbox.domain.ids import new_id
from inbox.domain.times import MINUTE, Micros
from inbox.storage.database import Database
from inbox.storage.tables import refused_deliveries

A_MINUTE = 10
"""Rows of one channel."""
ALIKE = 3
"""Of these with one reason."""
KEPT = 1_000
"""Rows of one channel in all: the oldest go first."""
WAITING = 2_000
"""Rows that wait while the database is away."""
EXCERPT = 4 * 1024
REASON_LIMIT = 300

_refused = refused_deliveries.c


@dataclass(slots=True)
class _Minute:
    number: int
    left: int = A_MINUTE
    rows: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    last: str = ""


class Refused:
    def __init__(self) -> None:
        self._minutes: dict[str, _Minute] = {}
        self._rows: dict[str, dict[str, Any]] = {}
        self._more: dict[str, int] = {}

    def note(
        self,
        channel_id: str,
        answer: int,
        reason: str,
        now: Micros,
        *,
        size: int | None = None,
        took: Micros | None = None,
        excerpt: bytes | None = None,
    ) -> None:
        """``channel_id`` is empty for the shared address; ``excerpt``: of an authentic body."""
        minute = self._minutes.get(channel_id)
        if minute is None or minute.number != now // MINUTE:
            minute = self._minutes[channel_id] = _Minute(now // MINUTE)
        alike = minute.rows.get((answer, reason), [])
        if minute.left and len(alike) < ALIKE and len(self._rows) < WAITING:
            minute.left -= 1
            minute.last = new_id(now)
            minute.rows[answer, reason] = [*alike, minute.last]
            self._rows[minute.last] = {
                "id": minute.last,
                "channel_id": channel_id,
                "answer": answer,
                "reason": reason[:REASON_LIMIT],
                "number": 1,
                "size": size,
                "took": took,
                "excerpt": None if excerpt is None else excerpt[:EXCERPT],
            }
            return
        known = alike[-1] if alike else minute.last
        if known in self._rows:
            self._rows[known]["number"] += 1
        elif known:
            self._more[known] = self._more.get(known, 0) + 1

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


def _store(connection: Connection, rows: Sequence[dict[str, Any]], more: dict[str, int]) -> None:
    if rows:
        connection.execute(insert(refused_deliveries), rows)
    if more:
        number = _refused.number + bindparam("more", type_=_refused.number.type)
        statement = update(refused_deliveries).where(_refused.id == bindparam("this"))
        # In one order everywhere: two processes must not wait for each other.
        given = [{"this": known, "more": more[known]} for known in sorted(more)]
        connection.execute(statement.values(number=number), given)
    for channel_id in sorted({row["channel_id"] for row in rows}):
        _trim(connection, channel_id)


def _trim(connection: Connection, channel_id: str) -> None:
    newest = select(_refused.id).where(_refused.channel_id == channel_id)
    last = newest.order_by(_refused.id.desc()).offset(KEPT).limit(1).scalar_subquery()
    old = delete(refused_deliveries).where(_refused.channel_id == channel_id)
    connection.execute(old.where(_refused.id <= last))
