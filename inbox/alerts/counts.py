"""How many webhooks a channel takes and refuses, by slots of ten minutes: its own past.

A webhook is counted in memory and costs no statement; the pulse writes what came together. A
process that is killed loses half a second of it, which no habit notices.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Executable, delete, select

from inbox.domain.times import MINUTE, Micros
from inbox.storage.dialect import insert_on
from inbox.storage.prepared import Prepared
from inbox.storage.tables import channels, webhook_counts

SLOT: Micros = 10 * MINUTE
PROOFS = frozenset({"wrong", "missing", "unset"})
"""The kinds of refusals that speak of the secret."""

KEPT = 36 * 24 * 6
"""Slots of a channel: five weeks and a day of one that never rests. By number and not by time,
so that no clock can make the past old."""

_count = webhook_counts.c
_COLUMNS = ("accepted", "refused", "refused_shared")

Key = tuple[str, int, str]
Taken = Mapping[Key, int]


class Slot(NamedTuple):
    slot: int
    accepted: int
    refused: int
    refused_shared: int


class Counts:
    """What was counted since the last time it was taken: by channel, slot and column."""

    def __init__(self) -> None:
        self._numbers: Counter[Key] = Counter()

    def accept(self, channel_id: str, at: Micros) -> None:
        self._numbers[channel_id, at // SLOT, "accepted"] += 1

    def refuse(self, channel_id: str, kind: str, at: Micros, *, shared: bool = False) -> None:
        """``shared``: at the address where it may be somebody else's."""
        if kind in PROOFS:
            column = "refused_shared" if shared else "refused"
            self._numbers[channel_id, at // SLOT, column] += 1

    def take(self) -> Taken:
        numbers, self._numbers = self._numbers, Counter()
        return numbers

    def put_back(self, taken: Taken) -> None:
        self._numbers.update(taken)


def store(connection: Connection, taken: Taken) -> None:
    if not taken:
        return
    rows: dict[tuple[str, int], dict[str, int]] = {}
    # In one order everywhere: two processes must not wait for each other.
    for channel_id, slot, column in sorted(taken):
        row = rows.setdefault((channel_id, slot), dict.fromkeys(_COLUMNS, 0))
        row[column] = taken[channel_id, slot, column]
    given = [{"channel_id": one, "slot": slot, **row} for (one, slot), row in rows.items()]
    _add.each(connection, given)


def _adding(engine: str) -> Executable:
    statement = insert_on(engine, webhook_counts)
    more = {name: _count[name] + statement.excluded[name] for name in _COLUMNS}
    found: Executable = statement.on_conflict_do_update(
        index_elements=[_count.channel_id, _count.slot], set_=more
    )
    return found


_add = Prepared(_adding, ("channel_id", "slot", *_COLUMNS))


def between(connection: Connection, channel_id: str, first: int, last: int) -> list[Slot]:
    """The slots from ``first`` to ``last`` in which anything came, in their order."""
    query = select(_count.slot, *(_count[name] for name in _COLUMNS)).where(
        _count.channel_id == channel_id, _count.slot.between(first, last)
    )
    return [Slot(*row) for row in connection.execute(query.order_by(_count.slot))]


def recent(
    connection: Connection, channel_ids: Sequence[str], first: int, last: int
) -> dict[str, list[Slot]]:
    """The same of several channels, for a few slots."""
    query = select(_count.channel_id, _count.slot, *(_count[name] for name in _COLUMNS)).where(
        _count.channel_id.in_(channel_ids), _count.slot.between(first, last)
    )
    found: dict[str, list[Slot]] = {}
    for channel_id, *row in connection.execute(query.order_by(_count.channel_id, _count.slot)):
        found.setdefault(channel_id, []).append(Slot(*row))
    return found


def last_accepted(connection: Connection, channel_id: str, until: int) -> int | None:
    """The newest slot up to that one in which a webhook was taken."""
    query = select(_count.slot).where(
        _count.channel_id == channel_id, _count.slot <= until, _count.accepted > 0
    )
    found = connection.execute(query.order_by(_count.slot.desc()).limit(1)).scalar()
    return None if found is None else int(found)


def prune_slots(connection: Connection) -> None:
    """Forget the oldest slots of each channel, beyond ``KEPT``."""
    for channel_id in connection.execute(select(channels.c.id)).scalars().all():
        mine = select(_count.slot).where(_count.channel_id == channel_id)
        last = mine.order_by(_count.slot.desc()).offset(KEPT).limit(1).scalar_subquery()
        old = delete(webhook_counts).where(_count.channel_id == channel_id, _count.slot <= last)
        connection.execute(old)
