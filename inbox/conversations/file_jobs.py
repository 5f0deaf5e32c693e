"""Which files are to be fetched, and by whom: rows, each written with what it belongs to.

Any process may take a job that nobody holds. Who holds one says so again and again; when it
stops doing so, it has died, and the job is anybody's. Fetching twice does no harm, so that is
all the care it needs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, and_, case, delete, func, select

from inbox.conversations.file_versions import reference_of
from inbox.domain import shapes
from inbox.domain.content import FileReference
from inbox.domain.rows import MessageRow
from inbox.domain.stored import StoredFile
from inbox.domain.times import HOUR, SECOND, Micros
from inbox.providers.media import fetchable
from inbox.storage.dialect import insert
from inbox.storage.prepared import Prepared
from inbox.storage.queue import Claim, Queue, Turn, first_due
from inbox.storage.tables import media_jobs, messages

HOLD: Micros = 60 * SECOND
"""How long a job stays with who took it and has not been heard of since."""
WAITS = (5, 30, 120, 600)
"""Seconds between tries; after the last of them it is given up."""
LONGEST_WAIT: Micros = HOUR

QUEUE = Queue(media_jobs, longest=LONGEST_WAIT, lane=media_jobs.c.channel_id, free={"holder": None})
# The newest first: somebody is waiting for it, and history can wait.
_DUE = (
    select(
        media_jobs.c.message_id,
        media_jobs.c.channel_id,
        media_jobs.c.attempts,
        messages.c.deleted_at,
        messages.c.content,
        messages.c.media,
    )
    .join(messages, messages.c.id == media_jobs.c.message_id)
    .order_by(media_jobs.c.due_at.desc())
)


class FileJob(Struct, frozen=True):
    """A file to fetch. ``reference`` is the content's ``media``.

    ``digest``: of the file that was here before, if it was lost since.
    """

    claim: Claim
    deleted: bool
    reference: FileReference
    digest: str | None = None

    @property
    def message_id(self) -> str:
        return self.claim.key[0]

    @property
    def channel_id(self) -> str:
        return self.claim.lane

    @property
    def attempts(self) -> int:
        """This one counts already: one that ends in a death is one as well."""
        return self.claim.attempts + 1


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


def claim(connection: Connection, turn: Turn, holder: str) -> list[FileJob]:
    """Take some of what is due, under the name of who will fetch it."""
    more = media_jobs.c.attempts + 1
    rows = QUEUE.claim(connection, turn, _DUE, holder=holder, attempts=more)
    return [_job(row, holder) for row in rows]


def _job(row: Mapping[str, Any], holder: str) -> FileJob:
    return FileJob(
        Claim((row["message_id"],), row["channel_id"], {"holder": holder}, row["attempts"]),
        row["deleted_at"] is not None,
        reference_of(row["content"]) or {},
        (shapes.decoded(row["media"]) or {}).get("digest"),
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
    if row["deleted_at"] is not None or not _obtainable(row):
        return False
    connection.execute(insert(connection, media_jobs).on_conflict_do_nothing(), _new(row, now))
    return True


def _obtainable(row: MessageRow) -> bool:
    """Whether there is anywhere to have it from: the disk, of a file of ours."""
    known: StoredFile | None = shapes.decoded(row["media"])
    ours = row["direction"] == "outgoing" and known is not None and "digest" in known
    return ours or fetchable(reference_of(row["content"]))


def waiting(connection: Connection, most: int) -> tuple[int, Micros | None]:
    """How many files are to be fetched, up to ``most``, and when the first of them is due."""
    capped = select(media_jobs.c.message_id).limit(most).subquery()
    count = connection.execute(select(func.count()).select_from(capped)).scalar_one()
    return count, first_due(connection, media_jobs.c.channel_id)


def left(connection: Connection) -> tuple[int, int]:
    """How many files are still to be tried or just being fetched, and how many wait for their
    next try."""
    jobs = media_jobs.c
    later = and_(jobs.attempts > 0, jobs.holder.is_(None))
    counts = select(func.count(), func.count(case((later, 1))))
    number, postponed = connection.execute(counts.select_from(media_jobs)).one()
    return number - postponed, postponed
