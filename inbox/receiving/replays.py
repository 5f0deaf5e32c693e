"""How far replays are, and how those of the past ended."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from inbox.domain.ids import made_at
from inbox.domain.times import MINUTE, Micros
from inbox.storage.tables import journal_entries, replays

PAGE = 50
HELD = 500
"""So many of one replay are set to wait, and all of them applied, before the next are: being
older they go first, and what comes live would else stand behind the whole replay."""
STILL: Micros = MINUTE
"""What does not move for so long was left: its process ended, or its command was broken off."""

_entry, _replay = journal_entries.c, replays.c
# Words of SQL and not parameters: so the planner knows that the partial indexes fit.
_PENDING: ColumnElement[bool] = literal_column("journal_entries.state = 'pending'")
_FAILED: ColumnElement[bool] = literal_column("journal_entries.state = 'failed'")


class ReplayProgress(Struct, frozen=True, kw_only=True):
    """Of a replay: ``number`` entries so far, of which so many wait and failed again."""

    id: str
    by: str
    asked: str
    number: int
    pending: int
    failed: int
    moved_at: Micros
    ended: bool
    """All that it shall hold are in it."""

    @property
    def began_at(self) -> Micros:
        return made_at(self.id)

    @property
    def applied(self) -> int:
        return max(0, self.number - self.pending - self.failed)

    @property
    def done(self) -> bool:
        return self.ended and not self.pending

    def left(self, now: Micros) -> bool:
        """Whether it stopped before its end; what it had let wait is applied all the same."""
        return not self.ended and abs(now - self.moved_at) > STILL


def progress(connection: Connection, replay_id: str) -> ReplayProgress | None:
    query = select(replays).where(_replay.id == replay_id)
    return next(iter(_shown(connection, connection.execute(query).mappings().all())), None)


def full(connection: Connection, replay_id: str) -> bool:
    """Whether what waits of it has to be applied first."""
    number = connection.execute(select(_replay.number).where(_replay.id == replay_id)).scalar()
    if not number or number % HELD:
        return False
    waiting = select(_entry.id).where(_PENDING, _entry.replay_id == replay_id).limit(1)
    return connection.execute(waiting).first() is not None


def replays_page(
    connection: Connection, before: str = "", limit: int = PAGE
) -> tuple[list[ReplayProgress], str | None]:
    """The newest first, and what to ask with as ``before`` for those behind them."""
    query = select(replays).order_by(_replay.id.desc()).limit(limit + 1)
    if before:
        query = query.where(_replay.id < before)
    rows = connection.execute(query).mappings().all()
    found = _shown(connection, rows[:limit])
    return found, found[-1].id if len(rows) > limit else None


def _shown(connection: Connection, rows: Sequence[Any]) -> list[ReplayProgress]:
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    pending, failed = (_of(connection, ids, state) for state in (_PENDING, _FAILED))
    return [
        ReplayProgress(
            id=row["id"],
            by=row["by"],
            asked=row["asked"],
            number=row["number"],
            pending=pending[row["id"]],
            failed=failed[row["id"]] + row["refailed"],
            moved_at=row["moved_at"] or made_at(row["id"]),
            ended=row["ended_at"] is not None,
        )
        for row in rows
    ]


def _of(connection: Connection, ids: Sequence[str], state: ColumnElement[bool]) -> Counter[str]:
    query = select(_entry.replay_id, func.count()).where(state, _entry.replay_id.in_(ids))
    rows = connection.execute(query.group_by(_entry.replay_id))
    return Counter({replay_id: number for replay_id, number in rows if replay_id})
