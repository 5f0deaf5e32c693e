"""Whether the database takes writes: proved by one, as nothing else shows a lock or a full disk."""

import asyncio

from sqlalchemy import Connection, text

from inbox.storage.database import Database
from inbox.storage.faults import fault_reason

PATIENCE_SECONDS = 2.0
FRESH_SECONDS = 1.0


def touch(connection: Connection) -> None:
    """A real write that changes nothing: this table has one row, on every installation."""
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


class Probe:
    """Asked by anybody and as often as they like: one try at a time, at most one a second."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._try: asyncio.Task[None] | None = None
        self._began = 0.0

    async def fault(self) -> str | None:
        """Why the database takes no writes, within ``PATIENCE_SECONDS``; None: it does."""
        now = asyncio.get_running_loop().time()
        if self._try is None or (self._try.done() and now - self._began >= FRESH_SECONDS):
            self._began = now
            self._try = asyncio.create_task(self._database.write(touch), name="probe")
        done, _ = await asyncio.wait([self._try], timeout=PATIENCE_SECONDS)
        if not done:
            return f"no answer for {PATIENCE_SECONDS:.0f} seconds"
        if self._try.cancelled():
            return "the server stops"
        error = self._try.exception()
        return None if error is None else fault_reason(error)
