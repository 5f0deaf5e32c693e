"""What was shared in a conversation, newest first, keyset-paged: one index for each kind."""

from typing import Any, Final

from sqlalchemy import Connection, literal, literal_column, select, tuple_

from inbox.access.reach import in_reach
from inbox.conversations.moved import raise_if_moved
from inbox.conversations.queries import message_shapes
from inbox.domain.cursors import Cursor, WrongCursor
from inbox.domain.errors import Missing
from inbox.domain.language import _
from inbox.domain.reach import Reach
from inbox.domain.rows import MessageRow
from inbox.domain.shared import (
    DOCUMENTS,
    LINKS,
    MEDIA,
    SharedKind,
    SharedMessage,
    links_in,
)
from inbox.storage.tables import conversations, messages
from inbox.storage.typed_rows import all_rows

PAGE: Final = 30
_WHICH: Final[dict[SharedKind, str]] = {"media": MEDIA, "documents": DOCUMENTS, "links": LINKS}
_ORDER: Final = (messages.c.sort_at, messages.c.number)


def shared_page(
    connection: Connection,
    reach: Reach,
    conversation_id: str,
    kind: SharedKind,
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> tuple[list[SharedMessage], str | None]:
    """A page may be short and still have a next one: not all that looks like a link is one.

    What agents note among themselves is not shared. Raises ``Missing`` and ``Moved``.
    """
    here = select(conversations.c.id).where(conversations.c.id == conversation_id)
    if connection.execute(here.where(*in_reach(reach))).first() is None:
        raise_if_moved(connection, conversation_id)
        raise Missing(_("There is no such conversation."))
    query = select(messages).where(
        messages.c.conversation_id == conversation_id,
        literal_column(f"messages.{_WHICH[kind]}"),
        messages.c.direction != literal_column("'internal'"),
        messages.c.deleted_at.is_(None),
    )
    if cursor is not None:
        query = query.where(tuple_(*_ORDER) < _place(cursor))
    newest = query.order_by(*(column.desc() for column in _ORDER)).limit(limit + 1)
    rows = all_rows(MessageRow, connection.execute(newest))
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else str(Cursor(last["sort_at"], str(last["number"])))
    shown: list[SharedMessage] = [
        {**one, "links": links_in(one["content"])}
        for one in message_shapes(connection, rows[:limit])
    ]
    return [one for one in shown if kind != "links" or one["links"]], following


def _place(cursor: Cursor) -> Any:
    if not cursor.tie.isdigit():
        raise WrongCursor(_("This cursor is not from a page of ours: start without one."))
    return tuple_(literal(cursor.at), literal(int(cursor.tie)))
