"""The tables that statements are made of are those that the models describe."""

import pytest
from sqlalchemy import Dialect, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from inbox.storage import tables
from inbox.storage.models import model_tables


def _statements(metadata: MetaData, dialect: Dialect) -> list[str]:
    """Those that would make them."""
    found = [CreateTable(table) for table in metadata.sorted_tables]
    indexes = [CreateIndex(one) for table in metadata.sorted_tables for one in table.indexes]
    return sorted(str(one.compile(dialect=dialect)) for one in (*found, *indexes))


@pytest.mark.parametrize(
    "dialect", [sqlite.dialect(), postgresql.dialect()], ids=lambda one: one.name
)
def test_tables_that_are_kept_are_those_that_the_models_describe(dialect: Dialect) -> None:
    statements = _statements(tables.metadata, dialect)
    assert len(statements) > 100
    assert statements == _statements(model_tables(), dialect)


def test_each_table_has_its_name_here() -> None:
    named = {name: one for name, one in vars(tables).items() if isinstance(one, Table)}
    assert named == dict(tables.metadata.tables)
