"""The people who wrote, newest first, keyset-paged."""

from sqlalchemy import Connection, literal, select, tuple_

from inbox.domain import shapes
from inbox.domain.cursors import Cursor
from inbox.storage.tables import contacts


def contacts_page(
    connection: Connection, cursor: Cursor | None, limit: int
) -> tuple[list[shapes.Shape], str | None]:
    query = select(contacts).order_by(contacts.c.created_at.desc(), contacts.c.id.desc())
    if cursor is not None:
        key = tuple_(contacts.c.created_at, contacts.c.id)
        query = query.where(key < tuple_(literal(cursor.at), literal(cursor.tie)))
    rows = connection.execute(query.limit(limit + 1)).mappings().all()
    found = [shapes.contact(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return found, None
    return found, str(Cursor(rows[limit - 1]["created_at"], rows[limit - 1]["id"]))


def contact_by_id(connection: Connection, contact_id: str) -> shapes.Shape | None:
    row = connection.execute(select(contacts).where(contacts.c.id == contact_id)).mappings().first()
    return None if row is None else shapes.contact(row)
