"""The list of conversations, by views, filters and orders, keyset-paged.

The newest arrivals of a view are one statement. Else their places are read first.
"""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    String,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from inbox.access.reach import in_reach
from inbox.conversations import unread
from inbox.conversations.moved import raise_if_moved
from inbox.conversations.paging import Side, keyset_binds, keyset_form, side_of
from inbox.conversations.places import Looks, Spots, sort_places
from inbox.conversations.queries import CONVERSATION
from inbox.conversations.reader_rows import UserId, list_rows, with_reading
from inbox.conversations.views import Conditions, Order, Rest, View, of_view, reading
from inbox.domain.cursors import Cursor
from inbox.domain.facets import Kind
from inbox.domain.public import ListedConversation
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.shapes import WINDOW
from inbox.domain.standing import ConversationStatus, Priority, label_key
from inbox.domain.times import Micros
from inbox.search.indexing import CALLED
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import (
    contacts,
    conversation_labels,
    conversations,
    labels,
    mentions,
    readings,
)

PAGE = 40
PAGE_LIMIT = 100
FEW: Final = 1_000
"""So many are put in order here, if they are known by something rarer than their view."""

ORDER = (conversations.c.arrived_at, conversations.c.id)
OLDEST: Final = Cursor(0, "0", up=True)
NOBODY: Final = "none"
"""Asked for as an assignee or a team."""


class Search(Struct, frozen=True, kw_only=True):
    """Which conversations, in which order. Those that ``asks`` are found by ``search``, by their
    messages, and have an order of their own.

    ``label``: its name or its id. ``assignee``: a user's id, ``me`` or ``none``; ``team``: its id,
    or ``none``. ``wrote``: the customer, a colleague, me, or the id of a user. Both ends in time
    are those of the messages where something is asked of them, else of the last arrival.
    """

    view: View = "all"
    order: Order = "newest"
    q: str = ""
    channel_id: str = ""
    label: str = ""
    assignee: str = ""
    team: str = ""
    status: ConversationStatus | None = None
    priority: Priority | None = None
    wrote: str = ""
    has: Kind | None = None
    since: Micros | None = None
    until: Micros | None = None
    now: Micros = 0
    """For the order by the window, which closes as time goes by."""
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

    ``user_id``: whose unread counts; None: anybody's. Where more is asked than the view, a page may
    be short and have a next one: what it looks at is bounded.
    """
    if not _is_plain(search):
        return _page_of_places(connection, user_id, search, cursor, limit)
    listed = _listed(connection, user_id, search, cursor, limit + 1)
    page = listed[:limit]
    found = list_rows(connection, page[::-1] if cursor and cursor.up else page)
    if len(listed) <= limit:
        return found, None
    return found, str(Cursor(page[-1][_ARRIVED_AT], page[-1][_ID]))


def _is_plain(search: Search) -> bool:
    """Whether an index has exactly these, in their order."""
    if search.order not in ("newest", "oldest") or search.view == "mentions":
        return False
    if search.reach.is_limited:
        return False
    filters = (search.label, search.assignee, search.team, search.status, search.priority)
    return not any(filters) and (search.view == "all" or not search.channel_id)


def _listed(
    connection: Connection, user_id: str | None, search: Search, cursor: Cursor | None, limit: int
) -> Sequence[Sequence[Any]]:
    if search.order == "oldest":  # on from there is up from there
        cursor = Cursor(cursor.at, cursor.tie, not cursor.up) if cursor else OLDEST
    if search.view == "unread" and user_id is not None:
        query = rows(user_id, search)
        return unread.unread_rows(connection, user_id, query, cursor, limit)
    asked = _listing(replace(search, order="newest", now=0), user_id is not None, side_of(cursor))
    return asked.rows(connection, user=user_id, **keyset_binds(cursor, limit))


@lru_cache(maxsize=256)
def _listing(search: Search, known: bool, side: Side) -> Prepared:
    """Of a plain search; ``known``: the reader is somebody, the bind ``user``."""
    query = rows(_USER if known else None, search)
    return Prepared(keyset_form(query, ORDER, side))


def _page_of_places(
    connection: Connection,
    user_id: str | None,
    search: Search,
    cursor: Cursor | None,
    limit: int,
) -> tuple[list[ListedConversation], str | None]:
    places = standing_places(connection, user_id, search, cursor, limit)
    if not places.found:
        return [], places.next
    read = {
        row[_ID]: row for row in rows_by_id(connection, user_id, [one.id for one in places.found])
    }
    there = [one for one in places.found if one.id in read]
    found = list_rows(connection, [read[one.id] for one in there])
    if search.order not in ("newest", "oldest"):
        for row, place in zip(found, there, strict=True):
            row["sort"] = place.sort
    return (found[::-1] if cursor and cursor.up else found), places.next


def standing_places(
    connection: Connection,
    user_id: str | None,
    search: Search,
    cursor: Cursor | None,
    limit: int,
) -> Spots:
    """The same by their ids alone, whatever is asked."""
    few = _few(connection, user_id, search)
    if few is not None:

        def filters(table: Any) -> Conditions:
            return _conditions(table, user_id, search)

        return sort_places(connection, few, search.order, filters, search.now, cursor, limit)
    looks = _looks(replace(search, now=0), user_id is not None)
    return looks.read(connection, cursor, limit, user=user_id, since=search.now - WINDOW)


@lru_cache(maxsize=64)
def _looks(search: Search, known: bool) -> Looks:
    """``known``: the reader is somebody, the bind ``user``; ``since``: whose windows are open."""
    user = _USER if known else None
    team = None if search.team == NOBODY else search.team
    view: View = "all" if _is_own(search.view, user) else search.view
    how = reading(view, search.order, user, _SINCE, team)
    if search.view == "open" and search.assignee:
        view = "unassigned" if search.assignee == NOBODY else "mine"
        how = reading(view, search.order, _user(search.assignee, user), _SINCE)
    return Looks(how, _filters(user, search))


def _few(connection: Connection, user_id: str | None, search: Search) -> list[str] | None:
    """Those among which all are that are asked for, if these are few; None: the view is read."""
    query = None
    if search.label:
        labelled = conversation_labels.c
        query = select(labelled.conversation_id).where(labelled.label_id == _label(search.label))
    elif search.view == "mentions":
        named = mentions.c
        query = select(named.conversation_id).where(named.user_id == (user_id or "")).distinct()
    elif search.view == "unread" and user_id is not None:
        found = [*unread.some(connection, user_id, FEW + 1, search.reach)]
        return found if len(found) <= FEW else None
    if query is None:
        return None
    found = [*connection.execute(query.limit(FEW + 1)).scalars()]
    return found if len(found) <= FEW else None


def conversation_by_id(
    connection: Connection, user_id: str | None, conversation_id: str
) -> ListedConversation | None:
    """Raises ``Moved`` if it became part of another."""
    found = rows_by_id(connection, user_id, [conversation_id])
    if not found:
        raise_if_moved(connection, conversation_id)
    return list_rows(connection, found)[0] if found else None


def rows_by_id(
    connection: Connection, user_id: str | None, ids: Collection[str]
) -> Sequence[Sequence[Any]]:
    """Those that are there, in no order, for ``list_rows``."""
    asked = _by_id if user_id is None else _by_id_for
    return asked.rows(connection, user=user_id, ids=listed(connection, ids))


_ARRIVED_AT, _ID = map(CONVERSATION.at, ("arrived_at", "id"))
_USER: Final = bindparam("user", type_=String)
_SINCE: Final = bindparam("since", type_=BigInteger)


def _by_ids(user_id: UserId | None) -> Prepared:
    return Prepared(
        lambda engine: with_reading(user_id).where(among(engine, conversations.c.id, "ids"))
    )


_by_id, _by_id_for = _by_ids(None), _by_ids(_USER)


def rows(user_id: UserId | None, search: Search) -> Select[Any]:
    """Those of the view, for ``list_rows``."""
    return _filtered(with_reading(user_id), user_id, search)


def places(user_id: str | None, search: Search, *, named: bool) -> Select[Any]:
    """Those of the view, as ``(id, arrived_at, contact_id)``: thousands are read.

    ``named``: with what the contact is called.
    """
    kept = conversations.c
    query = select(kept.id, kept.arrived_at, kept.contact_id)
    if named:
        query = query.add_columns(*(contacts.c[name] for name in CALLED))
        query = query.join_from(conversations, contacts, contacts.c.id == kept.contact_id)
    return _filtered(query, user_id, search)


def _filtered(query: Select[Any], user_id: UserId | None, search: Search) -> Select[Any]:
    return query.where(*_conditions(conversations, user_id, search))


def _conditions(table: Any, user_id: UserId | None, search: Search) -> Conditions:
    """All that is asked of conversations, of their table or of some rows of it."""
    beside = _filters(user_id, search)
    of_itself = () if _is_own(search.view, user_id) else of_view(search.view, user_id, table)
    return (*of_itself, *(beside(table) if beside else ()))


def _is_own(view: View, user_id: UserId | None) -> bool:
    """A view that is decided by what one user has seen."""
    return view == "mentions" or (view == "unread" and user_id is not None)


def _filters(user_id: UserId | None, search: Search) -> Rest | None:
    """What is asked beside the view, and of a view that no row decides alone; None: nothing."""
    asked: list[Callable[[Any], ColumnElement[bool]]] = []
    if search.view == "unread" and user_id is not None:
        asked.append(lambda kept: kept.inbound_count > _seen_of(user_id, kept))
    if search.view == "mentions":
        asked.append(lambda kept: _is_named("" if user_id is None else user_id, kept))
    if search.label:
        asked.append(lambda kept: _has_label(search.label, kept))
    for name, wanted in _equal_to(user_id, search).items():
        asked.append(partial(_is_so, name, wanted))
    if not search.asks and search.since is not None:
        asked.append(lambda kept: kept.arrived_at >= search.since)
    if not search.asks and search.until is not None:
        asked.append(lambda kept: kept.arrived_at < search.until)
    if not asked and not search.reach.is_limited:
        return None
    return lambda table: (*in_reach(search.reach, table), *(one(table.c) for one in asked))


def _is_so(name: str, wanted: UserId | None, kept: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = kept[name] == wanted
    return found


def _equal_to(user_id: UserId | None, search: Search) -> dict[str, UserId | None]:
    """Columns that have to be so."""
    said = {
        "channel_id": search.channel_id,
        "status": search.status,
        "priority": search.priority,
    }
    wanted: dict[str, UserId | None] = {name: value for name, value in said.items() if value}
    if search.assignee:
        wanted["assignee_id"] = _user(search.assignee, user_id)
    if search.team:
        wanted["team_id"] = None if search.team == NOBODY else search.team
    return wanted


def _user(assignee: str, user_id: UserId | None) -> UserId | None:
    """Nobody is assigned to a program."""
    if assignee == NOBODY:
        return None
    if assignee != "me":
        return assignee
    return "" if user_id is None else user_id


def _label(asked: str) -> ScalarSelect[str]:
    known = or_(labels.c.folded == label_key(asked), labels.c.id == asked)
    return select(labels.c.id).where(known).limit(1).scalar_subquery()


def _has_label(asked: str, kept: Any) -> ColumnElement[bool]:
    labelled = conversation_labels.c
    return exists().where(labelled.label_id == _label(asked), labelled.conversation_id == kept.id)


def _is_named(user_id: UserId, kept: Any) -> ColumnElement[bool]:
    return exists().where(mentions.c.user_id == user_id, mentions.c.conversation_id == kept.id)


def _seen_of(user_id: UserId, kept: Any) -> ColumnElement[int]:
    mine = (readings.c.user_id == user_id, readings.c.conversation_id == kept.id)
    seen = select(readings.c.seen_count).where(*mine).correlate_except(readings)
    return func.coalesce(seen.scalar_subquery(), 0)
