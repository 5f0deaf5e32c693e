"""What a statement found, under the type of its rows: said, not converted.

What comes back is SQLAlchemy's own mapping, which can be read like a ``dict`` and unpacked into
one, but not changed.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Result

R = TypeVar("R")


def all_rows(_kind: type[R], result: Result[Any]) -> list[R]:
    """All it found; ``_kind``: the ``TypedDict`` that has its columns."""
    return cast("list[R]", result.mappings().all())


def first_row(_kind: type[R], result: Result[Any]) -> R | None:
    """The first it found, if any."""
    return cast("R | None", result.mappings().first())


def named_rows(_kind: type[R], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[R]:
    """The same of what a ``Prepared`` gives, which names nothing: dicts, which can be changed."""
    return cast("list[R]", [dict(zip(columns, row, strict=True)) for row in rows])
