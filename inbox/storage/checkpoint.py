"""The log of SQLite is written into its file beside the thread that writes, not by it.

A whole log takes five to ten milliseconds, in which no webhook could be stored. So another thread
copies what there is, and the thread that writes only the little that came meanwhile. A log begins
with its mark (``storage/wal.py``), and may be begun by who writes the mark alone: until they are at
it, a reader of the moment at which copying began keeps SQLite from beginning anew by itself.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

Connect = Callable[[], sqlite3.Connection]


class Checkpoint:
    """For the thread that writes, between two transactions; ``connect``: a connection."""

    def __init__(self, connect: Connect) -> None:
        self._copier, self._pin = connect(), connect()
        self._copying: Thread | None = None
        self._mistake: Exception | None = None

    @property
    def begun(self) -> bool:
        return self._copying is not None

    @property
    def copied(self) -> bool:
        """Whether what there was at its begin is in the file, as far as readers let it."""
        return self._copying is not None and not self._copying.is_alive()

    def begin(self) -> None:
        self._pin.execute("BEGIN")
        self._pin.execute("SELECT 1 FROM sqlite_master").fetchone()
        self._copying = Thread(target=self._copy, name="checkpoint", daemon=True)
        self._copying.start()

    def _copy(self) -> None:
        try:
            with suppress(sqlite3.OperationalError):  # what it cannot do now, a later one does
                self._copier.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except Exception as mistake:
            self._mistake = mistake

    def end(self) -> None:
        """Let go of the moment; the next to write may begin the log anew. Raises what the other
        thread met."""
        if self._copying is not None:
            self._copying.join()
            self._copying = None
            self._pin.rollback()
        mistake, self._mistake = self._mistake, None
        if mistake is not None:
            raise mistake

    def close(self) -> None:
        try:
            self.end()
        finally:
            self._copier.close()
            self._pin.close()
