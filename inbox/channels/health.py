"""What went well and what did not, per channel, for the admin who wonders.

Every webhook would be a write, and a refused one may be anybody's: both are gathered in
memory and written by a timer, each in one statement.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select, update

from inbox.domain.times import Micros
from inbox.storage.database import Database
from inbox.storage.tables import channels

_table = channels.c
_this = _table.id == bindparam("channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``last_error`` is the account's own, said by the provider; refusals are of webhooks."""

    id: str
    last_webhook_at: Micros | None
    last_error: str | None
    last_error_at: Micros | None
    refusals: int
    last_refusal: str | None
    last_refused_at: Micros | None


def listing(connection: Connection) -> list[Health]:
    """All channels, oldest first."""
    columns = [_table[name] for name in Health.__dataclass_fields__]
    rows = connection.execute(select(*columns).order_by(_table.created_at, _table.id))
    return [Health(**row) for row in rows.mappings()]


def of(connection: Connection, channel_id: str) -> Health:
    """One channel's; it must be there."""
    columns = [_table[name] for name in Health.__dataclass_fields__]
    row = connection.execute(select(*columns).where(_table.id == channel_id)).mappings().one()
    return Health(**row)


def touch(connection: Connection, webhooks: Mapping[str, Micros]) -> None:
    """Note each channel's latest webhook: channel id → time. Never goes back."""
    if not webhooks:
        return
    at = bindparam("at", type_=_table.last_webhook_at.type)
    newer = or_(_table.last_webhook_at.is_(None), _table.last_webhook_at < at)
    statement = update(channels).where(_this, newer).values(last_webhook_at=at)
    connection.execute(
        statement, [{"channel": key, "at": webhooks[key]} for key in sorted(webhooks)]
    )


def fail(connection: Connection, channel_id: str, sentence: str, at: Micros) -> bool:
    """Note what the provider says is wrong with the account, unless something newer is known."""
    older = or_(_table.last_error_at.is_(None), _table.last_error_at < at)
    statement = update(channels).where(_table.id == channel_id, older)
    changed = connection.execute(statement.values(last_error=sentence, last_error_at=at))
    return changed.rowcount > 0


@dataclass(slots=True)
class _Count:
    number: int
    reason: str
    at: Micros


class Refusals:
    """Webhooks that were turned away since the last ``flush``."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}
        self.totals: Counter[tuple[str, str]] = Counter()
        """Since the start of the process, by channel and reason."""

    def number(self, channel_id: str) -> int:
        """How many of one channel since the start of the process."""
        return sum(number for (one, _), number in self.totals.items() if one == channel_id)

    def add(self, channel_id: str, reason: str, now: Micros) -> None:
        before = self._counts.get(channel_id)
        self.totals[channel_id, reason] += 1
        self._counts[channel_id] = _Count(1 + (before.number if before else 0), reason, now)

    async def flush(self, database: Database) -> list[str]:
        """Write them down; the ids of the channels that had any. A failure loses none."""
        counts, self._counts = self._counts, {}
        if not counts:
            return []
        try:
            await database.write(_store, counts)
        except Exception:
            self._put_back(counts)
            raise
        return sorted(counts)

    def _put_back(self, counts: dict[str, _Count]) -> None:
        for channel_id, count in counts.items():
            newer = self._counts.setdefault(channel_id, count)
            if newer is not count:
                newer.number += count.number


def _store(connection: Connection, counts: Mapping[str, _Count]) -> None:
    statement = (
        update(channels)
        .where(_this)
        .values(
            refusals=_table.refusals + bindparam("number", type_=_table.refusals.type),
            last_refusal=bindparam("reason", type_=_table.last_refusal.type),
            last_refused_at=bindparam("at", type_=_table.last_refused_at.type),
        )
    )
    # In one order everywhere: two processes must not wait for each other.
    connection.execute(
        statement,
        [
            {"channel": key, "number": count.number, "reason": count.reason, "at": count.at}
            for key, count in sorted(counts.items())
        ],
    )
