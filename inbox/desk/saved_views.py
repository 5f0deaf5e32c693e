"""Views of the list under a name, one's own and those that are shared: kept, changed, deleted.

``filters`` is what the list's query says. It is checked where it is read: by the web.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from inbox.desk.wording import Author
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import EVERYBODY, NewEvent, ViewRemoved, ViewUpdated, only
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.saved_views import SavedListView, ViewRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso
from inbox.feed.log import append
from inbox.storage.tables import saved_views
from inbox.storage.typed_rows import all_rows, first_row

NAME_LIMIT: Final = 40
MOST: Final = 50
"""Of one user."""
NOT_THERE: Final = N_("There is no such view.")

_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def is_id(name: str) -> bool:
    """Whether it may be a saved view's, and no name of ours."""
    return _ID.fullmatch(name) is not None


def saved_views_of(connection: Connection, user_id: str | None) -> list[SavedListView]:
    """One's own and those that are shared, by name: one statement."""
    query = select(saved_views).where(_seen_by(user_id))
    rows = all_rows(ViewRow, connection.execute(query))
    return sorted(
        (_view(row) for row in rows), key=lambda view: (view["name"].casefold(), view["id"])
    )


def all_saved_views(connection: Connection) -> list[ViewRow]:
    """Everybody's, to be counted."""
    return [*all_rows(ViewRow, connection.execute(select(saved_views)))]


def view_by_id(connection: Connection, user_id: str | None, view_id: str) -> SavedListView:
    """Raises ``Missing``."""
    query = select(saved_views).where(saved_views.c.id == view_id, _seen_by(user_id))
    row = first_row(ViewRow, connection.execute(query))
    if row is None:
        raise Missing(_(NOT_THERE))
    return _view(row)


def add_view(
    connection: Connection,
    by: Author,
    name: str,
    filters: Mapping[str, str],
    scope: str,
    now: Micros,
) -> SavedListView:
    """Raises ``Invalid``."""
    if by.user_id is None:
        raise Invalid("scope", _("This token is nobody's, so it has nothing of its own."))
    mine = select(func.count()).where(saved_views.c.owner_id == by.user_id)
    if (connection.scalar(mine) or 0) >= MOST:
        raise Invalid("name", _("You have %(most)s views already: delete one first.", most=MOST))
    row: ViewRow = {
        "id": new_id(now),
        "name": _checked_view_name(name),
        "filters": encoded({**filters}),
        "owner_id": by.user_id,
        "shared": _checked_scope(scope),
        "created_at": now,
    }
    connection.execute(insert(saved_views).values(**row))
    return _told(connection, row, now)


def change_view(
    connection: Connection,
    by: Author,
    view_id: str,
    name: str,
    filters: Mapping[str, str],
    scope: str,
    now: Micros,
) -> SavedListView:
    """Raises ``Invalid`` and ``Missing``."""
    was = _own_row(connection, by, view_id)
    row: ViewRow = {
        **was,
        "name": _checked_view_name(name),
        "filters": encoded({**filters}),
        "shared": _checked_scope(scope),
    }
    connection.execute(update(saved_views).where(saved_views.c.id == view_id).values(**row))
    if was["shared"] and not row["shared"]:  # to all but its owner it is gone
        append(connection, [ViewRemoved({"id": view_id}, audience_of=EVERYBODY)], now)
    return _told(connection, row, now)


def remove_view(connection: Connection, by: Author, view_id: str, now: Micros) -> SavedListView:
    """What it was. Raises ``Invalid`` and ``Missing``."""
    row = _own_row(connection, by, view_id)
    connection.execute(delete(saved_views).where(saved_views.c.id == view_id))
    append(connection, [ViewRemoved({"id": view_id}, audience_of=_audience(row))], now)
    return _view(row)


def _told(connection: Connection, row: ViewRow, now: Micros) -> SavedListView:
    view = _view(row)
    events: list[NewEvent] = [ViewUpdated(view, audience_of=_audience(row))]
    append(connection, events, now)
    return view


def _own_row(connection: Connection, by: Author, view_id: str) -> ViewRow:
    """One that this author may change: their own, or as a supervisor one that is shared."""
    view = view_by_id(connection, by.user_id, view_id)
    if view["owner_id"] != by.user_id and not by.leads:
        raise Invalid("scope", _("Only who shared this view, or a supervisor, may change it."))
    query = select(saved_views).where(saved_views.c.id == view_id)
    row = first_row(ViewRow, connection.execute(query))
    assert row is not None
    return row


def _audience(row: ViewRow) -> str:
    return EVERYBODY if row["shared"] else only(row["owner_id"])


def _seen_by(user_id: str | None) -> ColumnElement[Any]:
    return or_(saved_views.c.shared, saved_views.c.owner_id == (user_id or ""))


def _checked_view_name(text: str) -> str:
    name = " ".join(scrub(text).split())
    if not 0 < len(name) <= NAME_LIMIT:
        raise Invalid(
            "name", _("A view is called something, in up to %(most)s characters.", most=NAME_LIMIT)
        )
    return name


def _checked_scope(scope: str) -> bool:
    """Whether everybody sees it."""
    if scope not in ("personal", "shared"):
        raise Invalid("scope", _("A view is `personal` or `shared`."))
    return scope == "shared"


def _view(row: ViewRow) -> SavedListView:
    return {
        "id": row["id"],
        "name": row["name"],
        "filters": decoded(row["filters"]),
        "scope": "shared" if row["shared"] else "personal",
        "owner_id": row["owner_id"],
        "created_at": iso(row["created_at"]),
    }
