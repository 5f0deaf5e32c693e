"""Pages by keyset, in both directions: what is not read costs nothing, and nothing shifts them."""

from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    literal,
    tuple_,
)

from inbox.domain.cursors import Cursor

Side = Literal["top", "up", "down"]
"""Where of a cursor a page is; ``top``: there is none."""

_PLACE: Final = tuple_(bindparam("at", type_=BigInteger), bindparam("tie", type_=String))
_MOST: Final = bindparam("most", type_=Integer)


def keyset_page(
    query: Select[Any], order: tuple[ColumnElement[Any], ...], cursor: Cursor | None, limit: int
) -> Select[Any]:
    """At most ``limit`` rows, those nearest to the cursor first: the newest if there is none."""
    if cursor is None:
        return _ordered(query, order, "top", None, limit)
    place = tuple_(literal(cursor.at), literal(cursor.tie))
    return _ordered(query, order, side_of(cursor), place, limit)


def keyset_form(
    query: Select[Any], order: tuple[ColumnElement[Any], ...], side: Side
) -> Select[Any]:
    """The same for any cursor on that side: its binds are those of ``keyset_binds``."""
    return _ordered(query, order, side, _PLACE, _MOST)


def keyset_binds(cursor: Cursor | None, limit: int) -> dict[str, object]:
    place: dict[str, object] = {"at": cursor.at, "tie": cursor.tie} if cursor else {}
    return {"most": limit, **place}


def side_of(cursor: Cursor | None) -> Side:
    if cursor is None:
        return "top"
    return "up" if cursor.up else "down"


def _ordered(
    query: Select[Any],
    order: tuple[ColumnElement[Any], ...],
    side: Side,
    place: Any,
    limit: Any,
) -> Select[Any]:
    key = tuple_(*order)
    if side == "up":
        return query.where(key > place).order_by(*order).limit(limit)
    if side == "down":
        query = query.where(key < place)
    return query.order_by(*(column.desc() for column in order)).limit(limit)
