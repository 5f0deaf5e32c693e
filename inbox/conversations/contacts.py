"""The people who wrote, newest first, keyset-paged."""

from sqlalchemy import Connection, literal, select, tuple_, update

from inbox.conversations import publish, queries
from inbox.domain import shapes
from inbox.domain.cursors import Cursor
from inbox.domain.feed_events import NewEvent
from inbox.domain.public import Contact
from inbox.domain.rows import ContactRow
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.storage.tables import contacts, conversations
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


def note_blocked(
    connection: Connection, contact_id: str, blocked_at: Micros | None, now: Micros
) -> Contact | None:
    """What the provider does with them from now on; None if there is no such contact any more."""
    theirs = select(conversations.c.id).where(conversations.c.contact_id == contact_id)
    conversation_id = connection.execute(theirs.with_for_update(key_share=True)).scalar()
    if conversation_id is None:
        return None
    changed = update(contacts).where(contacts.c.id == contact_id).values(blocked_at=blocked_at)
    [row] = all_rows(ContactRow, connection.execute(changed.returning(contacts)))
    contact = shapes.contact(row)
    conversation = queries.conversation(connection, conversation_id)
    assert conversation is not None
    told: list[NewEvent] = [
        publish.contact_updated(contact, conversation_id, {"blocked"}),
        publish.conversation_updated(conversation),
    ]
    append(connection, told, now)
    return contact


def conversation_of(connection: Connection, contact_id: str) -> str | None:
    query = select(conversations.c.id).where(conversations.c.contact_id == contact_id)
    found: str | None = connection.execute(query).scalar()
    return found
