"""Which files are to be fetched, and by whom: rows, each written with what it belongs to.

Any process may take a job that nobody holds. Who holds one says so again and again; when it
stops doing so, it has died, and the job is anybody's. Fetching twice does no harm, so that is
all the care it needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from inbox.conversations.file_versions import reference_of
from inbox.domain import shapes
from inbox.domain.content import FileReference
from inbox.domain.rows import MessageRow
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.providers.media import fetchable
from inbox.storage.dialect import insert
from inbox.storage.prepared import Prepared
from inbox.storage.tables import media_jobs, messages

HOLD: Micros = 60 * SECOND
"""How long a job stays with who took it and has not been heard of since."""
WAITS = (5, 30, 120, 600)
"""Seconds between tries; after the last of them it is given up."""
LONGEST_WAIT: Micros = HOUR
_SKEW: Micros = 10 * MINUTE
"""So far clocks may be apart. What is due later than it can be was written down before the clock
was set back, and is due now."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to fetch. ``attempts`` counts this one; ``reference`` is the content's ``media``.

    ``digest``: of the file that was here before, if it was lost since.
    """

    message_id: str
    channel_id: str
    attempts: int
    deleted: bool
    reference: FileReference
    digest: str | None = None


_insert = Prepared(
    media_jobs.insert(), ("message_id", "channel_id", "due_at", "attempts", "holder")
)


def add(connection: Connection, rows: Sequence[MessageRow], now: Micros) -> None:
    """Have the files of these new messages fetched; one statement, and none if there are none."""
    _insert.each(
        connection,
        [_new(row, now) for row in rows if _awaits(row["media"])],
    )


def _awaits(media: str | None) -> bool:
    return media is not None and shapes.decoded(media)["state"] == "waiting"


def _new(row: MessageRow, now: Micros) -> dict[str, object]:
    named = {"message_id": row["id"], "channel_id": row["channel_id"]}
    return named | {"due_at": now, "attempts": 0, "holder": None}


def _due(now: Micros) -> ColumnElement[bool]:
    due_at = media_jobs.c.due_at
    return or_(due_at <= now, due_at > now + LONGEST_WAIT + _SKEW)


def any_due(connection: Connection, now: Micros) -> bool:
    return (
        connection.execute(select(media_jobs.c.message_id).where(_due(now)).limit(1)).first()
        is not None
    )


def claim(connection: Connection, holder: str, limit: int, now: Micros) -> list[Job]:
    """Take what is due, the newest first: somebody is waiting for it, and history can wait."""
    jobs, of = media_jobs.c, messages.c
    query = (
        select(jobs.message_id, jobs.channel_id, jobs.attempts, of.deleted_at, of.content, of.media)
        .join_from(media_jobs, messages, of.id == jobs.message_id)
        .where(_due(now))
        .order_by(jobs.due_at.desc())
        .limit(limit)
        .with_for_update(of=media_jobs, skip_locked=True)
    )
    rows = connection.execute(query).all()
    if rows:
        connection.execute(
            update(media_jobs)
            .where(jobs.message_id.in_([row.message_id for row in rows]))
            .values(holder=holder, due_at=now + HOLD, attempts=jobs.attempts + 1)
        )
    return [
        Job(
            row.message_id,
            row.channel_id,
            row.attempts + 1,
            row.deleted_at is not None,
            reference_of(row.content) or {},
            (shapes.decoded(row.media) or {}).get("digest"),
        )
        for row in rows
    ]


def hold(connection: Connection, holder: str, now: Micros) -> None:
    """Say that we are still at work."""
    connection.execute(
        update(media_jobs).where(media_jobs.c.holder == holder).values(due_at=now + HOLD)
    )


def release(connection: Connection, holder: str, now: Micros) -> None:
    """Let go of all that we hold, unfinished: others may take it."""
    connection.execute(
        update(media_jobs)
        .where(media_jobs.c.holder == holder)
        .values(holder=None, due_at=now, attempts=media_jobs.c.attempts - 1)
    )


def expire(connection: Connection, now: Micros) -> None:
    """Nobody else is there: what anybody held is free."""
    connection.execute(
        update(media_jobs).where(media_jobs.c.holder.is_not(None)).values(holder=None, due_at=now)
    )


def postpone(
    connection: Connection, message_id: str, holder: str, due_at: Micros, counted: bool = True
) -> None:
    """Another try, later. Not ``counted``: it was no fault of the file's."""
    tries = media_jobs.c.attempts if counted else media_jobs.c.attempts - 1
    connection.execute(
        update(media_jobs)
        .where(*_ours(message_id, holder))
        .values(holder=None, due_at=due_at, attempts=tries)
    )


def follow_edits(connection: Connection, rows: Sequence[MessageRow], now: Micros) -> None:
    """Fetch the files that these messages have by an edit, and no longer those before.

    Whoever is at one of those finds out when it is done. The rows of ``messages`` are locked.
    """
    for row in rows:
        if _awaits(row["media"]):
            _renew(connection, row, now)
        else:
            connection.execute(delete(media_jobs).where(media_jobs.c.message_id == row["id"]))


def _renew(connection: Connection, row: MessageRow, now: Micros) -> None:
    fresh = _new(row, now)
    rest = {name: value for name, value in fresh.items() if name != "message_id"}
    statement = insert(connection, media_jobs).values(fresh)
    connection.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=rest))


def begin_job(connection: Connection, row: MessageRow, now: Micros) -> bool:
    """Fetch the file of this message; False if there is none to fetch, or it was deleted."""
    if row["deleted_at"] is not None or not fetchable(reference_of(row["content"])):
        return False
    connection.execute(insert(connection, media_jobs).on_conflict_do_nothing(), _new(row, now))
    return True


def end_job(connection: Connection, job: Job, holder: str) -> bool:
    """Whether it was still ours."""
    ours = delete(media_jobs).where(*_ours(job.message_id, holder))
    return connection.execute(ours.returning(media_jobs.c.message_id)).first() is not None


def _ours(message_id: str, holder: str) -> tuple[ColumnElement[bool], ...]:
    return media_jobs.c.message_id == message_id, media_jobs.c.holder == holder


def waiting(connection: Connection, most: int) -> tuple[int, Micros | None]:
    """How many files are to be fetched, up to ``most``, and when the first of them is due."""
    capped = select(media_jobs.c.message_id).limit(most).subquery()
    count = connection.execute(select(func.count()).select_from(capped)).scalar_one()
    return count, connection.execute(select(func.min(media_jobs.c.due_at))).scalar()


def left(connection: Connection) -> tuple[int, int]:
    """How many files are still to be tried or just being fetched, and how many wait for their
    next try."""
    jobs = media_jobs.c
    later = and_(jobs.attempts > 0, jobs.holder.is_(None))
    counts = select(func.count(), func.count(case((later, 1))))
    number, postponed = connection.execute(counts.select_from(media_jobs)).one()
    return number - postponed, postponed
