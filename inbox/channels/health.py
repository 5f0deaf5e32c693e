"""What went well and what did not, per channel, for the admin who wonders.

Every webhook would be a write, and a refused one may be anybody's: both are gathered in
memory and written by a timer, each in one statement.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, bindparam, or_, select, update

from inbox.domain.times import Micros
from inbox.storage.database import Database
from inbox.storage.dialect import insert
from inbox.storage.tables import channels, refusals

_table = channels.c
_this = _table.id == bindparam("channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """``number`` webhooks refused for one ``kind`` of reason, and the latest in words."""

    kind: str
    number: int
    reason: str
    last_at: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``last_error`` is the account's own, said by the provider; refusals are of webhooks.

    ``reasons``: of the refusals, the newest first.
    """

    id: str
    last_webhook_at: Micros | None
    last_error: str | None
    last_error_at: Micros | None
    refusals: int
    last_refusal: str | None
    last_refused_at: Micros | None
    reasons: tuple[Reason, ...] = ()


_PLAIN = [_table[name] for name in Health.__dataclass_fields__ if name != "reasons"]


def listing(connection: Connection) -> list[Health]:
    """All channels, oldest first."""
    rows = connection.execute(select(*_PLAIN).order_by(_table.created_at, _table.id))
    found = list(rows.mappings())
    reasons = _reasons(connection, None)
    return [Health(**row, reasons=tuple(reasons[row["id"]])) for row in found]


def of(connection: Connection, channel_id: str) -> Health:
    """One channel's; it must be there."""
    row = connection.execute(select(*_PLAIN).where(_table.id == channel_id)).mappings().one()
    return Health(**row, reasons=tuple(_reasons(connection, channel_id)[channel_id]))


def _reasons(connection: Connection, channel_id: str | None) -> dict[str, list[Reason]]:
    query = select(refusals).order_by(refusals.c.last_at.desc(), refusals.c.kind)
    if channel_id is not None:
        query = query.where(refusals.c.channel_id == channel_id)
    found: dict[str, list[Reason]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        facts = {name: row[name] for name in Reason.__dataclass_fields__}
        found[row["channel_id"]].append(Reason(**facts))
    return found


def note_webhooks(connection: Connection, webhooks: Mapping[str, Micros]) -> None:
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


_Counts = dict[tuple[str, str], _Count]
"""By channel and kind of reason."""


class Refusals:
    """Webhooks that were turned away since the last ``flush``."""

    def __init__(self) -> None:
        self._counts: _Counts = {}
        self.totals: Counter[tuple[str, str]] = Counter()
        """Since the start of the process, by channel and kind of reason."""

    def number(self, channel_id: str) -> int:
        """How many of one channel since the start of the process."""
        return sum(number for (one, _), number in self.totals.items() if one == channel_id)

    def add(self, channel_id: str, kind: str, reason: str, now: Micros) -> None:
        key = channel_id, kind
        self.totals[key] += 1
        count = self._counts.get(key)
        if count is None:
            self._counts[key] = _Count(1, reason, now)
        else:
            count.number, count.reason, count.at = count.number + 1, reason, now

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
        return sorted({channel_id for channel_id, _ in counts})

    def _put_back(self, counts: _Counts) -> None:
        for key, count in counts.items():
            newer = self._counts.setdefault(key, count)
            if newer is not count:
                newer.number += count.number


def _store(connection: Connection, counts: _Counts) -> None:
    # In one order everywhere: two processes must not wait for each other.
    ordered = sorted(counts.items())
    connection.execute(_COUNTED, [_of_channel(*one) for one in _by_channel(ordered)])
    statement = insert(connection, refusals)
    newer = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=[refusals.c.channel_id, refusals.c.kind],
        set_={
            "number": refusals.c.number + newer.number,
            "reason": newer.reason,
            "last_at": newer.last_at,
        },
    )
    connection.execute(
        statement,
        [
            {
                "channel_id": channel_id,
                "kind": kind,
                "number": count.number,
                "reason": count.reason,
                "last_at": count.at,
            }
            for (channel_id, kind), count in ordered
        ],
    )


_COUNTED = (
    update(channels)
    .where(_this)
    .values(
        refusals=_table.refusals + bindparam("number", type_=_table.refusals.type),
        last_refusal=bindparam("reason", type_=_table.last_refusal.type),
        last_refused_at=bindparam("at", type_=_table.last_refused_at.type),
    )
)


def _by_channel(
    ordered: Iterable[tuple[tuple[str, str], _Count]],
) -> Iterable[tuple[str, list[_Count]]]:
    for channel_id, those in groupby(ordered, key=lambda one: one[0][0]):
        yield channel_id, [count for _, count in those]


def _of_channel(channel_id: str, counts: list[_Count]) -> dict[str, object]:
    last = max(counts, key=lambda count: count.at)
    number = sum(count.number for count in counts)
    return {"channel": channel_id, "number": number, "reason": last.reason, "at": last.at}
