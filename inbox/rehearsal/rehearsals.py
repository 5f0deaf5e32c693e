"""Whose script a sandbox follows, until when, and what its pretend provider does meanwhile.

In a table, as any process of an inbox may be asked to send. A channel has one at a time: who
begins another takes it over. What nobody ended is over at its time, and counts no more.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

from inbox.domain.errors import Invalid, Missing
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.times import SECOND, Micros
from inbox.rehearsal.conduct import USUAL, Conduct, checked_conduct
from inbox.storage.tables import rehearsals

LONGEST = 3600
"""Seconds."""

_kept = rehearsals.c


class Directed(Struct, frozen=True, kw_only=True):
    """A sandbox that follows a script. ``changes_at``: when its conduct is as usual again."""

    id: str
    channel_id: str
    ends_at: Micros
    conduct: Conduct = USUAL
    changes_at: Micros | None = None

    def at(self, now: Micros) -> Conduct:
        """What it does now."""
        over = self.changes_at is not None and self.changes_at <= now
        return USUAL if over else self.conduct


def begin_rehearsal(connection: Connection, channel_id: str, seconds: int, now: Micros) -> Directed:
    """For so many seconds at most; raises ``Invalid``."""
    if not 1 <= seconds <= LONGEST:
        longest = _("A rehearsal takes from 1 to %(longest)s seconds.", longest=LONGEST)
        raise Invalid("seconds", longest)
    connection.execute(delete(rehearsals).where(_kept.channel_id == channel_id))
    begun = Directed(id=new_id(now), channel_id=channel_id, ends_at=now + seconds * SECOND)
    facts = {"id": begun.id, "channel_id": channel_id, "ends_at": begun.ends_at}
    connection.execute(insert(rehearsals).values(facts | {"conduct": _encoded(USUAL)}))
    return begun


def direct_rehearsal(
    connection: Connection, channel_id: str, rehearsal_id: str, conduct: Conduct, now: Micros
) -> Directed:
    """From now on it does this. Raises ``Invalid``, or ``Missing`` for what is over."""
    found = _running(connection, channel_id, now, lock=True)
    if found is None or found.id != rehearsal_id:
        raise Missing(_("This rehearsal is over, or another one has begun."))
    checked_conduct(conduct)
    span = conduct.seconds
    changes_at = None if span is None else now + round(span * SECOND)
    told = {"conduct": _encoded(conduct), "changes_at": changes_at}
    connection.execute(update(rehearsals).where(_kept.id == rehearsal_id).values(told))
    return replace(found, conduct=conduct, changes_at=changes_at)


def end_rehearsal(connection: Connection, channel_id: str, rehearsal_id: str) -> None:
    """It leaves no trace; what has ended already may be ended again."""
    own = (_kept.channel_id == channel_id) & (_kept.id == rehearsal_id)
    connection.execute(delete(rehearsals).where(own))


def conduct_now(connection: Connection, channel_id: str, now: Micros) -> Conduct | None:
    """What the channel's pretend provider does; None: nobody directs it."""
    found = _running(connection, channel_id, now)
    return None if found is None else found.at(now)


def take_turn(connection: Connection, channel_id: str, now: Micros) -> Conduct | None:
    """The same for one send, which is counted where the script counts."""
    found = _running(connection, channel_id, now, lock=True)
    if found is None:
        return None
    conduct = found.at(now)
    if conduct.times is not None:
        left = conduct.times - 1
        after = msgspec.structs.replace(conduct, times=left) if left else USUAL
        mine = update(rehearsals).where(_kept.id == found.id)
        connection.execute(mine.values(conduct=_encoded(after)))
    return conduct


def _running(
    connection: Connection, channel_id: str, now: Micros, *, lock: bool = False
) -> Directed | None:
    query = select(rehearsals).where(_kept.channel_id == channel_id, _kept.ends_at > now)
    query = query.with_for_update(key_share=True) if lock else query
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    conduct = msgspec.json.decode(row["conduct"], type=Conduct)
    return Directed(**{**row, "conduct": conduct})


def _encoded(conduct: Conduct) -> str:
    return msgspec.json.encode(conduct).decode()
