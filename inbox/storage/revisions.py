"""Which revision a database is at, and which there are: without Alembic, that a start rarely needs.

Each script in ``migrations/versions`` is called by its revision, and follows the one before.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

SCRIPTS = Path(__file__).parent / "migrations"


class NewerDatabase(RuntimeError):
    """The database is of a revision that this Inbox does not know; nothing was touched."""


@cache
def revisions() -> tuple[str, ...]:
    """All, in their order."""
    return tuple(sorted(path.name[:4] for path in SCRIPTS.glob("versions/[0-9]*.py")))


def newest_revision() -> str:
    """The revision that this Inbox brings a database to."""
    return revisions()[-1]


def is_known(revision: str | None) -> bool:
    """Whether a database of that revision can be brought up to date by this Inbox."""
    return revision in revisions()


def revision(connection: Connection) -> str | None:
    """The revision the database is at; None: it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
