"""Conversations as one reader sees them: what they have not seen, have begun, and are named in."""

from collections.abc import Sequence
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    ScalarSelect,
    Select,
    Table,
    and_,
    func,
    select,
)

from inbox.conversations.draft_files import file_names
from inbox.conversations.queries import conversation_rows, conversation_shapes
from inbox.domain.public import Conversation, ListedConversation
from inbox.storage.tables import conversations, drafts, mentions, readings

DRAFT_SHOWN: Final = 200

_seen = func.coalesce(readings.c.seen_count, 0)


def _mine(user_id: str) -> ColumnElement[bool]:
    return _mine_of(readings, user_id)


def _mine_of(table: Table, user_id: str) -> ColumnElement[bool]:
    return and_(table.c.conversation_id == conversations.c.id, table.c.user_id == user_id)


def with_reading(user_id: str | None) -> Select[Any]:
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


def _unseen_mentions(user_id: str) -> ScalarSelect[int]:
    unseen = (
        mentions.c.user_id == user_id,
        mentions.c.seen_at.is_(None),
        mentions.c.conversation_id == conversations.c.id,
    )
    return select(func.count()).where(*unseen).scalar_subquery()


def list_rows(connection: Connection, rows: Sequence[RowMapping]) -> list[ListedConversation]:
    shapes = conversation_shapes(connection, rows)
    return [_for_reader(row, shape) for row, shape in zip(rows, shapes, strict=True)]


def _for_reader(row: RowMapping, found: Conversation) -> ListedConversation:
    left = max(0, found["inbound_count"] - row["seen"])
    listed = cast("ListedConversation", found)
    listed["seen_count"], listed["unread_count"] = row["seen"], left
    listed["mention_count"] = row.get("mentions", 0)
    if "draft" in row:
        files = row["draft_files"] or "[]"
        listed["draft"] = file_names(files)[:DRAFT_SHOWN] if row["draft"] == "" else row["draft"]
    return listed
