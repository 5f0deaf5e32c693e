"""The list of conversations, newest arrival first, keyset-paged: one statement a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    ScalarSelect,
    Select,
    Table,
    and_,
    func,
    literal_column,
    select,
)

from inbox.access.reach import in_reach
from inbox.conversations import unread
from inbox.conversations.draft_files import file_names
from inbox.conversations.moved import raise_if_moved
from inbox.conversations.paging import keyset_page
from inbox.conversations.queries import conversation_rows, conversation_shapes
from inbox.domain.cursors import Cursor
from inbox.domain.facets import Kind
from inbox.domain.public import Conversation, ListedConversation
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.times import Micros
from inbox.search.indexing import CALLED
from inbox.storage.tables import contacts, conversations, drafts, mentions, readings

View = Literal["all", "unread", "needs-reply", "mentions"]
VIEWS: tuple[View, ...] = get_args(View)

PAGE = 40
PAGE_LIMIT = 100
DRAFT_SHOWN = 200

ORDER = (conversations.c.arrived_at, conversations.c.id)

_seen = func.coalesce(readings.c.seen_count, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which conversations. Those that ``asks`` are found by ``search``, by their messages.

    ``wrote``: the customer, a colleague, me, or the id of a user. Both ends in time are those of
    the messages where something is asked of them, else of the last arrival.
    """

    view: View = "all"
    q: str = ""
    channel_id: str = ""
    wrote: str = ""
    has: Kind | None = None
    since: Micros | None = None
    until: Micros | None = None
    reach: Reach = EVERYTHING
    """Of whoever asks."""

    @property
    def asks(self) -> bool:
        """Whether what is said in them is asked for, and not only which they are."""
        return bool(self.q or self.narrowed)

    @property
    def narrowed(self) -> bool:
        """Whether only what somebody has said answers, and nobody for being called so."""
        return bool(self.wrote or self.has or (self.q and (self.since or self.until)))


def list_page(
    connection: Connection,
    user_id: str | None,
    search: Search,
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> tuple[list[ListedConversation], str | None]:
    """A page and the cursor of the next, on the side where the cursor goes.

    ``user_id``: whose unread counts; None: anybody's.
    """
    listed = _listed(connection, user_id, search, cursor, limit + 1)
    page = listed[:limit]
    found = list_rows(connection, page[::-1] if cursor and cursor.up else page)
    if len(listed) <= limit:
        return found, None
    last = page[-1]
    return found, str(Cursor(last["conversation_arrived_at"], last["conversation_id"]))


def _listed(
    connection: Connection, user_id: str | None, search: Search, cursor: Cursor | None, limit: int
) -> Sequence[RowMapping]:
    query = rows(user_id, search)
    if search.view == "unread" and user_id is not None:
        return unread.unread_rows(connection, user_id, query, cursor, limit)
    return connection.execute(keyset_page(query, ORDER, cursor, limit)).mappings().all()


def conversation_by_id(
    connection: Connection, user_id: str | None, conversation_id: str
) -> ListedConversation | None:
    """Raises ``Moved`` if it became part of another."""
    query = _with_reading(user_id).where(conversations.c.id == conversation_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise_if_moved(connection, conversation_id)
    return None if row is None else list_rows(connection, [row])[0]


def rows(user_id: str | None, search: Search) -> Select[Any]:
    """Those of the view, for ``shape``."""
    return _filtered(_with_reading(user_id), user_id, search)


def places(user_id: str | None, search: Search, *, named: bool) -> Select[Any]:
    """Those of the view, as ``(id, arrived_at, contact_id)``: thousands are read.

    ``named``: with what the contact is called.
    """
    kept = conversations.c
    query = select(kept.id, kept.arrived_at, kept.contact_id)
    if named:
        query = query.add_columns(*(contacts.c[name] for name in CALLED))
        query = query.join_from(conversations, contacts, contacts.c.id == kept.contact_id)
    if user_id is not None and search.view == "unread":
        query = query.outerjoin_from(conversations, readings, _mine(user_id))
    return _filtered(query, user_id, search)


def _mine(user_id: str) -> ColumnElement[bool]:
    return _mine_of(readings, user_id)


def _mine_of(table: Table, user_id: str) -> ColumnElement[bool]:
    return and_(table.c.conversation_id == conversations.c.id, table.c.user_id == user_id)


def _with_reading(user_id: str | None) -> Select[Any]:
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


def _filtered(query: Select[Any], user_id: str | None, search: Search) -> Select[Any]:
    query = query.where(*in_reach(search.reach))
    if search.view == "unread":
        seen = conversations.c.seen_count if user_id is None else _seen
        query = query.where(conversations.c.inbound_count > seen)
    if search.view == "needs-reply":
        query = query.where(conversations.c.last_direction == literal_column("'incoming'"))
    if search.view == "mentions":
        named = select(mentions.c.conversation_id).where(mentions.c.user_id == (user_id or ""))
        query = query.where(conversations.c.id.in_(named))
    if search.channel_id:
        query = query.where(conversations.c.channel_id == search.channel_id)
    if search.asks:
        return query
    if search.since is not None:
        query = query.where(conversations.c.arrived_at >= search.since)
    if search.until is not None:
        query = query.where(conversations.c.arrived_at < search.until)
    return query
