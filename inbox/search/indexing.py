"""The index follows the tables, a moment behind: writing stays fast, and nothing is forgotten.

Triggers note in ``unsearched_…`` what was written. Whoever takes a note makes the words anew
from the row as it is then, in the same transaction: after a crash the note is still there.
"""

import asyncio
import contextlib
import logging

from sqlalchemy import Connection, delete, select

from inbox.domain.folding import parts, words
from inbox.domain.shapes import decoded
from inbox.feed.log import FeedEvent
from inbox.search.snippets import searched
from inbox.storage.database import Database
from inbox.storage.fulltext import put_contacts, put_messages
from inbox.storage.tables import contacts, messages, unsearched_contacts, unsearched_messages

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Rows of one transaction: a few milliseconds in which nobody else writes."""

GATHER_SECONDS = 0.5
"""How long is gathered: one transaction for many messages instead of one for each."""

LOOK_SECONDS = 30.0
FAULT_SECONDS = 5.0

_NEWS = frozenset(
    {"message:new", "message:updated", "contact:new", "contact:updated", "conversation:merged"}
)


class Indexer:
    """``hear`` wants every event of the feed; ``run`` never ends."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._news = asyncio.Event()
        self.fault: str | None = None

    def hear(self, event: FeedEvent) -> None:
        if event.type in _NEWS:
            self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                await self._catch_up()
            except Exception as fault:
                if self.fault is None:
                    log.warning("search does not know what is new: %s", type(fault).__name__)
                self.fault = type(fault).__name__
                await asyncio.sleep(FAULT_SECONDS)
                continue
            self.fault = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._news.wait()
            await asyncio.sleep(GATHER_SECONDS)

    async def _catch_up(self) -> None:
        taken = AT_ONCE
        while taken:
            writing = asyncio.ensure_future(self._database.write(index, AT_ONCE))
            try:
                taken = await asyncio.shield(writing)
            except asyncio.CancelledError:
                # The server stops: the connection goes back whole before it is closed.
                await asyncio.wait([writing])
                raise


def index(connection: Connection, limit: int) -> int:
    """Index what waits, at most so many of each kind; how many were taken."""
    return _index_messages(connection, limit) + _index_contacts(connection, limit)


def _index_messages(connection: Connection, limit: int) -> int:
    noted = unsearched_messages.c.number
    waiting = select(noted).order_by(noted).limit(limit).with_for_update(skip_locked=True)
    numbers = list(connection.execute(waiting).scalars())
    if not numbers:
        return 0
    connection.execute(delete(unsearched_messages).where(noted.in_(numbers)))
    kept = messages.c
    rows = connection.execute(
        select(kept.number, kept.conversation_id, kept.content, kept.deleted_at).where(
            kept.number.in_(numbers)
        )
    )
    put_messages(
        connection,
        [
            (number, conversation, [] if gone else words(searched(decoded(content) or {})))
            for number, conversation, content, gone in rows
        ],
    )
    return len(numbers)


def _index_contacts(connection: Connection, limit: int) -> int:
    noted = unsearched_contacts.c.contact_id
    waiting = select(noted).order_by(noted).limit(limit).with_for_update(skip_locked=True)
    ids = list(connection.execute(waiting).scalars())
    if not ids:
        return 0
    connection.execute(delete(unsearched_contacts).where(noted.in_(ids)))
    kept = contacts.c
    rows = connection.execute(
        select(kept.id, kept.name, kept.username, kept.wa_id).where(kept.id.in_(ids))
    )
    called = {row[0]: parts(names(*row[1:])) for row in rows}
    put_contacts(connection, [(contact_id, called.get(contact_id, [])) for contact_id in ids])
    return len(ids)


def names(name: str | None, username: str | None, wa_id: str | None) -> str:
    """What a contact is called, all in one text."""
    return "\n".join(filter(None, (name, username, wa_id)))
