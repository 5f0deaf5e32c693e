"""Alembic, on a connection of ours; the scripts travel inside the package."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from inbox.storage.dialect import on_postgresql
from inbox.storage.revisions import SCRIPTS


def config() -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return alembic


def upgrade(connection: Connection) -> None:
    """To the newest revision; the caller commits."""
    upgrade_to(connection, "head")
    _check_foreign_keys(connection)


def upgrade_to(connection: Connection, revision: str) -> None:
    """Make the tables as they were at that revision; the caller commits."""
    alembic = config()
    alembic.attributes["connection"] = connection
    command.upgrade(alembic, revision)


def _check_foreign_keys(connection: Connection) -> None:
    if on_postgresql(connection):
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        connection.rollback()
        raise RuntimeError(
            f"The migration would break {len(broken)} references; nothing was changed."
        )
