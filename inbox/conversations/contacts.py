"""The people who wrote, newest first, keyset-paged."""

from sqlalchemy import Connection, literal, select, tuple_, update

from inbox.conversations import publish, queries
from inbox.conversations.contact_details import contact_in_reach
from inbox.domain import shapes
from inbox.domain.contacts import Contact
from inbox.domain.cursors import Cursor
from inbox.domain.feed_events import NewEvent
from inbox.domain.reach import Reach
from inbox.domain.rows import ContactRow
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.storage.tables import contacts, conversations
from inbox.storage.typed_rows import all_rows


def contacts_page(
    connection: Connection, reach: Reach, cursor: Cursor | None, limit: int
) -> tuple[list[Contact], str | None]:
    query = select(contacts).order_by(contacts.c.created_at.desc(), contacts.c.id.desc())
    query = query.where(*contact_in_reach(reach))
    if cursor is not None:
        key = tuple_(contacts.c.created_at, contacts.c.id)
        query = query.where(key < tuple_(literal(cursor.at), literal(cursor.tie)))
    rows = all_rows(ContactRow, connection.execute(query.limit(limit + 1)))
    found = [shapes.contact(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return found, None
    return found, str(Cursor(rows[limit - 1]["created_at"], rows[limit - 1]["id"]))


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
