"""Past SQLAlchemy, on a connection that is kept for writing: for statements that are ready."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

Row = tuple[Any, ...]

DIRECT = "direct"
"""What a connection's ``info`` calls it."""


class Direct(Protocol):
    """The driver's own connection, with statements in its engine's SQL and values by position.

    SQLAlchemy's contexts, cursors and results cost several times what a database needs for one
    row. What it raises, SQLAlchemy would have raised as well.
    """

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        """Run it once for each of these."""

    def run(self, sql: str, values: Row) -> None:
        """Run it once, for what it does."""

    def rows(self, sql: str, values: Row) -> Sequence[Sequence[Any]]:
        """Run it once and give all it found."""

    def lock(self, keys: Sequence[int], before: Sequence[str] = ()) -> None:
        """Advisory locks of PostgreSQL, until the commit, and what is to be set ``before``."""


def direct(connection: Connection) -> Direct | None:
    """That of a connection which is kept for writing; others have none."""
    found: Direct | None = connection.info.get(DIRECT)
    return found
