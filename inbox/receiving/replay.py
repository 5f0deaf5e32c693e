"""Webhooks applied once more: after an upgrade, or when what stood in their way is gone.

An entry goes back to waiting and through the very same ingest. Every fact in it is kept once,
so that nothing comes twice.
"""

import logging
from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    func,
    insert,
    literal_column,
    null,
    select,
    update,
)

from inbox.domain.ids import first_id, made_at, new_id
from inbox.domain.language import _
from inbox.domain.times import MILLISECOND, Micros, iso
from inbox.storage.tables import channels, journal_entries, replays

AT_ONCE = 50
"""Entries of one transaction: webhooks that come meanwhile wait for it."""
_END = "g"
"""Behind every id."""
MOST = 10_000
"""Whoever counts stops there."""

log = logging.getLogger(__name__)

_entry = journal_entries.c
# Words of SQL and not parameters: so the planner knows that the partial indexes fit.
_FAILED: ColumnElement[bool] = literal_column("journal_entries.state = 'failed'")


class ReplayChoice(Struct, frozen=True, kw_only=True):
    """Which entries: one, or those that failed, or all since a time."""

    entry_id: str = ""
    failed: bool = False
    channel_id: str = ""
    since: Micros = 0

    @property
    def words(self) -> str:
        """For the log, without the channel's name."""
        if self.entry_id:
            return _("the webhook %(entry_id)s", entry_id=self.entry_id)
        all_of = _("all that failed") if self.failed else _("all")
        return (
            _("%(all)s since %(time)s", all=all_of, time=iso(self.since)) if self.since else all_of
        )


def chosen(choice: ReplayChoice, after: str, until: str) -> Select[tuple[str]]:
    """Ids of what may be replayed, oldest first; what waits anyway is left alone."""
    query = select(_entry.id).where(_FAILED if choice.failed else _entry.state != "pending")
    if choice.entry_id:
        return query.where(_entry.id == choice.entry_id)
    query = query.where(_entry.id > after, _entry.id < until)
    if choice.channel_id:
        query = query.where(_entry.channel_id == choice.channel_id)
    if choice.since:
        query = query.where(_entry.id >= first_id(choice.since))
    return query.order_by(_entry.id)


def count(connection: Connection, choice: ReplayChoice) -> int:
    """How many there are, up to ``MOST``."""
    some = chosen(choice, "", _END).limit(MOST).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def begin(connection: Connection, choice: ReplayChoice, by: str, now: Micros) -> str:
    """Note who asks for what; the id of the replay, which is also where it ends: what fails
    from now on is not in it.

    It is greater than every entry there is, also than those of a clock that went ahead.
    """
    newest = connection.execute(select(func.max(_entry.id))).scalar_one()
    replay_id = new_id(max(now, made_at(newest) + MILLISECOND) if newest else now)
    of = select(channels.c.name).where(channels.c.id == choice.channel_id)
    name = connection.execute(of).scalar() if choice.channel_id else None
    asked = _("%(words)s of %(name)s", words=choice.words, name=name) if name else choice.words
    facts = {"id": replay_id, "by": by, "asked": asked, "number": 0, "moved_at": now}
    connection.execute(insert(replays).values(**facts))
    return replay_id


def step(
    connection: Connection, replay_id: str, choice: ReplayChoice, after: str, now: Micros
) -> str | None:
    """Let the next few wait again: the last of them, or None when there are no more."""
    found = connection.execute(chosen(choice, after, replay_id).limit(AT_ONCE))
    ids = [each.id for each in found]
    if ids:
        _again(connection, ids, replay_id)
    last = len(ids) < AT_ONCE
    if last:
        log.info("webhooks replayed", extra={"replay_id": replay_id})
    changed = {"number": replays.c.number + len(ids), "moved_at": now}
    changed |= {"ended_at": now} if last else {}
    connection.execute(update(replays).where(replays.c.id == replay_id).values(**changed))
    return None if last else ids[-1]


def _again(connection: Connection, ids: Sequence[str], replay_id: str) -> None:
    """What it was the last time stays until it is applied, only no longer as an error.

    An earlier replay in which it failed still knows that: how it ended does not change.
    """
    these = _entry.id.in_(ids)
    before = select(_entry.replay_id, func.count()).where(these, _entry.state == "failed")
    before = before.where(_entry.replay_id.is_not(None)).group_by(_entry.replay_id)
    for earlier, number in connection.execute(before).all():
        connection.execute(
            update(replays)
            .where(replays.c.id == earlier)
            .values(refailed=replays.c.refailed + number)
        )
    connection.execute(
        update(journal_entries)
        .where(these, _entry.state != "pending")
        .values(state="pending", error=null(), applied_at=null(), replay_id=replay_id)
    )
