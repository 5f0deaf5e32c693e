"""Conversations as one reader sees them: what they have not seen, have begun, and are named in."""

from collections.abc import Sequence
from typing import Any, Final, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Table,
    and_,
    func,
    select,
)

from inbox.conversations.draft_files import file_names
from inbox.conversations.queries import BESIDE, conversation_rows, conversation_shapes
from inbox.domain.public import Conversation, ListedConversation
from inbox.storage.tables import conversations, drafts, mentions, readings

DRAFT_SHOWN: Final = 200

_seen = func.coalesce(readings.c.seen_count, 0)


UserId = str | BindParameter[str]


def _mine(user_id: UserId) -> ColumnElement[bool]:
    return _mine_of(readings, user_id)


def _mine_of(table: Table, user_id: UserId) -> ColumnElement[bool]:
    return and_(table.c.conversation_id == conversations.c.id, table.c.user_id == user_id)


def with_reading(user_id: UserId | None) -> Select[Any]:
    """Conversations for ``list_rows``; ``user_id`` None: as anybody sees them."""
    query = conversation_rows()
    if user_id is None:
        return query.add_columns(conversations.c.seen_count.label("seen"))
    query = query.outerjoin(readings, _mine(user_id)).outerjoin(drafts, _mine_of(drafts, user_id))
    return query.add_columns(
        _seen.label("seen"),
        _unseen_mentions(user_id).label("mentions"),
        func.substr(drafts.c.text, 1, DRAFT_SHOWN).label("draft"),
        drafts.c.files.label("draft_files"),
    )


def _unseen_mentions(user_id: UserId) -> ScalarSelect[int]:
    unseen = (
        mentions.c.user_id == user_id,
        mentions.c.seen_at.is_(None),
        mentions.c.conversation_id == conversations.c.id,
    )
    return select(func.count()).where(*unseen).scalar_subquery()


def list_rows(connection: Connection, rows: Sequence[Sequence[Any]]) -> list[ListedConversation]:
    shapes = conversation_shapes(connection, rows)
    return [_for_reader(row, shape) for row, shape in zip(rows, shapes, strict=True)]


def _for_reader(row: Sequence[Any], found: Conversation) -> ListedConversation:
    seen, *own = row[BESIDE:]
    listed = cast("ListedConversation", found)
    listed["seen_count"], listed["unread_count"] = seen, max(0, found["inbound_count"] - seen)
    listed["mention_count"] = own[0] if own else 0
    if own:
        _, draft, files = own
        listed["draft"] = file_names(files or "[]")[:DRAFT_SHOWN] if draft == "" else draft
    return listed
