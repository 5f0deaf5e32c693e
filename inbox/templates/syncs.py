"""When each channel's templates are asked for, and how that went: one row a channel, a queue."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select

from inbox.channels.rows import NOT_PAUSED
from inbox.domain.public import TemplateSync
from inbox.domain.times import DAY, HOUR, MINUTE, Micros, iso
from inbox.providers.template_hosts import HOSTS
from inbox.storage.dialect import insert
from inbox.storage.queue import Claim, Queue, Turn
from inbox.storage.tables import channels, template_syncs

CLAIM: Final[Micros] = 15 * MINUTE
"""Longer than the longest sync."""
DAILY: Final[Micros] = DAY
FIRST: Final[Micros] = HOUR
"""So long after a channel is new its templates are asked for, unless somebody looks for them."""

_sync = template_syncs.c
QUEUE = Queue(template_syncs, longest=DAILY, lane=_sync.channel_id, open=NOT_PAUSED)
_DUE = select(_sync.channel_id, _sync.attempts).order_by(_sync.due_at)


class Sync(Struct, frozen=True):
    """All templates of one channel are to be read."""

    claim: Claim

    @property
    def channel_id(self) -> str:
        return self.claim.lane


def claim_syncs(connection: Connection, turn: Turn) -> list[Sync]:
    rows = QUEUE.claim(connection, turn, _DUE)
    held = {"due_at": turn.until}
    return [
        Sync(Claim((row["channel_id"],), row["channel_id"], held, row["attempts"])) for row in rows
    ]


def without_sync(connection: Connection) -> Sequence[tuple[str, str]]:
    """Channels, with their providers, that nobody asks about yet."""
    query = select(channels.c.id, channels.c.provider).where(
        channels.c.provider.in_(HOSTS),
        channels.c.state != "removed",
        channels.c.id.not_in(select(_sync.channel_id)),
    )
    return [(row.id, row.provider) for row in connection.execute(query)]


def enrol(connection: Connection, found: Sequence[tuple[str, str]], now: Micros) -> None:
    """Ask about these, too: of a sandbox at once, as nobody else is asked."""
    rows = [
        {"channel_id": channel_id, "due_at": now if provider == "sandbox" else now + FIRST}
        for channel_id, provider in found
    ]
    statement = insert(connection, template_syncs).on_conflict_do_nothing()
    connection.execute(statement, [row | {"attempts": 0, "found": 0} for row in rows])


def want_sync(connection: Connection, channel_id: str, now: Micros) -> None:
    """Ask about a channel now; what goes on already is enough."""
    statement = insert(connection, template_syncs).values(
        channel_id=channel_id, due_at=now, attempts=0, found=0
    )
    rests = _sync.began_at.is_(None) | (_sync.due_at <= now)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["channel_id"], set_={"due_at": now, "attempts": 0}, where=rests
        )
    )


def want_first(connection: Connection, channel_id: str, now: Micros) -> bool:
    """Somebody looks for templates of which there has been no list yet; whether that is so."""
    state = sync_of(connection, channel_id)
    if state["state"] != "never":
        return False
    want_sync(connection, channel_id, now)
    return True


def note_begin(connection: Connection, sync: Sync, now: Micros) -> None:
    QUEUE.change(connection, sync.claim, began_at=now, found=0)


def note_progress(connection: Connection, sync: Sync, found: int) -> None:
    QUEUE.change(connection, sync.claim, found=found)


def note_end(
    connection: Connection, sync: Sync, error: str | None, due_at: Micros, now: Micros
) -> None:
    attempts = 0 if error is None else sync.claim.attempts + 1
    values = {"began_at": None, "ended_at": now, "error": error, "due_at": due_at}
    QUEUE.change(connection, sync.claim, **values, attempts=attempts)


def sync_of(connection: Connection, channel_id: str) -> TemplateSync:
    """How it is with a channel's templates."""
    row = connection.execute(select(template_syncs).where(_sync.channel_id == channel_id)).first()
    if row is None:
        return {"state": "never", "found": 0, "synced_at": None, "error": None}
    return {
        "state": "running" if row.began_at else "never" if row.ended_at is None else "done",
        "found": row.found,
        "synced_at": None if row.ended_at is None else iso(row.ended_at),
        "error": row.error,
    }
