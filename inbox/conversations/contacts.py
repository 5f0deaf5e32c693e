"""The people who wrote, newest first, keyset-paged."""

from sqlalchemy import Connection, literal, select, tuple_

from inbox.domain import shapes
from inbox.domain.cursors import Cursor
from inbox.domain.public import Contact
from inbox.domain.rows import ContactRow
from inbox.storage.tables import contacts
from inbox.storage.typed_rows import all_rows, first_row


def contacts_page(
    connection: Connection, cursor: Cursor | None, limit: int
) -> tuple[list[Contact], str | None]:
    query = select(contacts).order_by(contacts.c.created_at.desc(), contacts.c.id.desc())
    if cursor is not None:
        key = tuple_(contacts.c.created_at, contacts.c.id)
        query = query.where(key < tuple_(literal(cursor.at), literal(cursor.tie)))
    rows = all_rows(ContactRow, connection.execute(query.limit(limit + 1)))
    found = [shapes.contact(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return found, None
    return found, str(Cursor(rows[limit - 1]["created_at"], rows[limit - 1]["id"]))


def contact_by_id(connection: Connection, contact_id: str) -> Contact | None:
    query = select(contacts).where(contacts.c.id == contact_id)
    row = first_row(ContactRow, connection.execute(query))
    return None if row is None else shapes.contact(row)
