"""Pages by keyset, in both directions: what is not read costs nothing, and nothing shifts them."""

from typing import Any

from sqlalchemy import ColumnElement, Select, literal, tuple_

from inbox.domain.cursors import Cursor


def keyset_page(
    query: Select[Any], order: tuple[ColumnElement[Any], ...], cursor: Cursor | None, limit: int
) -> Select[Any]:
    """At most ``limit`` rows, those nearest to the cursor first: the newest if there is none."""
    if cursor is None:
        return query.order_by(*(column.desc() for column in order)).limit(limit)
    key, place = tuple_(*order), tuple_(literal(cursor.at), literal(cursor.tie))
    if cursor.up:
        return query.where(key > place).order_by(*order).limit(limit)
    return query.where(key < place).order_by(*(column.desc() for column in order)).limit(limit)
