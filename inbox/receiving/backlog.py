"""How the work stands in the database: what waits, what failed, how large it is.

Asked every few seconds, also of a journal with millions of entries: what waits and what failed
have indexes of their own, and whoever counts stops at ``MOST``.
"""

from msgspec import Struct
from sqlalchemy import Connection, Select, func, select, text

from inbox.channels.rows import NOT_PAUSED
from inbox.conversations.file_jobs import waiting
from inbox.domain.times import Micros
from inbox.feed.log import head
from inbox.storage.dialect import database_bytes
from inbox.storage.tables import channels, journal_entries, outbox

MOST = 10_000
"""Nobody needs to know more exactly than "more than that"."""

# Words of SQL and not parameters: so the planner knows that the partial indexes fit.
PENDING = text("state = 'pending'")
FAILED = text("state = 'failed'")


class Standing(Struct, frozen=True, kw_only=True):
    """Counts go up to ``MOST``; times are None where nothing waits."""

    pending: int
    oldest_pending_at: Micros | None
    failed: int
    sends: int
    """Replies that wait for their provider."""
    sends_due_at: Micros | None
    """When the first of them is or was due: one that is postponed, held or limited is not late."""
    files: int
    """Files that wait to be fetched."""
    files_due_at: Micros | None
    log_head: int
    bytes: int


def backlog(connection: Connection) -> Standing:
    entry = journal_entries.c
    files, files_due_at = waiting(connection, MOST)
    return Standing(
        pending=_count(connection, select(entry.id).where(PENDING)),
        oldest_pending_at=oldest_pending_at(connection),
        failed=_count(connection, select(entry.id).where(FAILED)),
        sends=_count(connection, select(outbox.c.message_id)),
        sends_due_at=_first_send(connection),
        files=files,
        files_due_at=files_due_at,
        log_head=head(connection),
        bytes=database_bytes(connection),
    )


def _first_send(connection: Connection) -> Micros | None:
    """What waits for no time is due since it came; what a limit holds, when that ends."""
    place, known = outbox.c, channels.c
    first = select(place.since).where(place.channel_id == known.id)
    first = first.order_by(place.due_at, place.since).limit(1)
    due_at = first.with_only_columns(place.due_at).scalar_subquery()
    query = select(first.scalar_subquery(), due_at, known.limited_until).where(NOT_PAUSED)
    rows = [row for row in connection.execute(query) if row[0] is not None]
    return min((max(filter(None, row)) for row in rows), default=None)


def oldest_pending_at(connection: Connection) -> Micros | None:
    """When the webhook came that waits longest."""
    entry = journal_entries.c
    query = select(entry.received_at).where(PENDING).order_by(entry.id).limit(1)
    return connection.execute(query).scalar()


def _count(connection: Connection, query: Select[str]) -> int:
    capped = query.limit(MOST).subquery()
    return connection.execute(select(func.count()).select_from(capped)).scalar_one()
