"""Somebody leaves for good: what they wrote to others stays under their name, all else goes."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from inbox.access import people
from inbox.conversations.uploads import CANNED, let_uploads_go
from inbox.desk.arranging import AT_ONCE
from inbox.desk.clearing import clear
from inbox.desk.writer import Writer
from inbox.domain.times import Micros
from inbox.storage.tables import (
    canned_responses,
    conversations,
    metadata,
    saved_views,
    upload_holds,
)

_SHARED: Final = {saved_views.name: saved_views.c.shared.is_(False)}
"""Of what is somebody's own: that of which colleagues have some as well."""


def remove_user(connection: Connection, user_id: str, by: Writer, now: Micros) -> bool:
    """Whether they are gone now: else some hundred conversations are theirs no more.

    Raises ``Invalid`` for the last admin, or ``Missing``.
    """
    people.keep_an_admin(connection, user_id)
    theirs = select(conversations.c.id).where(conversations.c.assignee_id == user_id)
    ids = list(connection.execute(theirs.limit(AT_ONCE + 1)).scalars())
    if not clear(connection, ids, lambda _row: {"assignee_id": None}, by, now):
        return False
    _let_files_go(connection, user_id, now)
    people.forget_user(connection, user_id, now)
    for table, whose in _owned():
        own = _SHARED.get(table.name)
        conditions = (whose == user_id,) if own is None else (whose == user_id, own)
        connection.execute(delete(table).where(*conditions))
    return True


def _owned() -> Iterator[tuple[Table, ColumnElement[str]]]:
    """All that would go with a user's row, if that went: it stays, as a name."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.ondelete == "CASCADE" and key.column.table.name == "users":
                yield table, key.parent


def _let_files_go(connection: Connection, user_id: str, now: Micros) -> None:
    for kind in ("reply", "note"):
        theirs = upload_holds.c.holder.startswith(f"{kind}-draft:{user_id}:", autoescape=True)
        connection.execute(delete(upload_holds).where(theirs))
    own = select(canned_responses.c.id).where(canned_responses.c.owner_id == user_id)
    for response_id in connection.execute(own).scalars().all():
        let_uploads_go(connection, f"{CANNED}{response_id}", now)
