"""What the tables are, as models of SQLModel; ``storage/tables.py`` has the tables themselves."""

from sqlalchemy import MetaData, String
from sqlmodel import AutoString, SQLModel

from inbox.storage.models import (  # noqa: F401 - each adds its own
    access,
    alerts,
    canned,
    channels,
    conversations,
    desk,
    feed,
    forwarding,
    journal,
    messages,
    notices,
    people,
    templates,
    work,
)


def model_tables() -> MetaData:
    """All of them, of nothing that is SQLModel's: whoever reads them need not load it."""
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, AutoString):
                column.type = String(column.type.length)
    return SQLModel.metadata
