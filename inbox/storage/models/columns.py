"""Columns as both engines have them, and the names of constraints.

No ``from __future__ import annotations`` in this folder: SQLModel reads the annotations while
the classes are made.
"""

from typing import Any, cast

from sqlalchemy import BigInteger, Integer, Text
from sqlmodel import Field, SQLModel

# Names of our own making, so that a later migration can drop a constraint on either engine.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite gives numbers by itself only to a column of the type INTEGER.
Counting = BigInteger().with_variant(Integer, "sqlite")


def counter() -> Any:
    """A key that the database counts up."""
    return Field(primary_key=True, sa_type=cast(Any, Counting))


def time_column(**options: Any) -> Any:
    """A time in microseconds, or another large number."""
    return Field(sa_type=BigInteger, **options)


def text_column(**options: Any) -> Any:
    """Text of any length."""
    return Field(sa_type=Text, **options)
