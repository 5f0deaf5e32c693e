"""Entries that wait in the journal, and those that cannot be applied: by SQL."""

from sqlalchemy import Connection, or_, select, update

from inbox.conversations.entries import Entry
from inbox.domain.text import scrub
from inbox.domain.times import MINUTE, Micros
from inbox.storage.tables import journal_entries

SKEW: Micros = MINUTE
"""So far the clocks of several machines may be apart."""


def pending(connection: Connection, limit: int, before: Micros | None = None) -> list[Entry]:
    """The oldest entries that wait and that nobody applies just now, received ``before``.

    Those from long after that count as well: the clock was set back since they came.
    """
    table = journal_entries.c
    query = select(table.id, table.channel_id, table.received_at, table.body)
    query = query.where(table.state == "pending").order_by(table.id).limit(limit)
    if before is not None:
        aside = or_(table.received_at < before, table.received_at > before + SKEW)
        query = query.where(aside)
    return [
        Entry(*row)
        for row in connection.execute(query.with_for_update(skip_locked=True, key_share=True))
    ]


def mark_failed(connection: Connection, entry_id: str, poison: Exception, now: Micros) -> None:
    """Keep the entry, with the reason; the text of a database error may hold message text.

    Another process may have applied it meanwhile: then nothing is wrong with it.
    """
    words = "" if hasattr(poison, "statement") else f": {poison}"
    connection.execute(
        update(journal_entries)
        .where(journal_entries.c.id == entry_id, journal_entries.c.state == "pending")
        .values(
            state="failed", error=scrub(f"{type(poison).__name__}{words}"[:500]), applied_at=now
        )
    )
