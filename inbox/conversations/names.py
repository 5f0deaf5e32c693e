"""What those are called whom conversations name by their ids: one statement, or none."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Label, Table, literal_column, select, union_all

from inbox.domain.names import NO_NAMES, Names, is_plain, label_ids
from inbox.domain.rows import ConversationRow
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import labels, teams, users


def names_of(connection: Connection, rows: Iterable[ConversationRow]) -> Names:
    """Of all whom these name. Nothing is asked where nobody is named, as in most."""
    naming = [row for row in rows if not is_plain(row)]
    if not naming:
        return NO_NAMES
    return names_by_id(
        connection,
        users={one for row in naming if (one := row["assignee_id"])},
        teams={one for row in naming if (one := row["team_id"])},
        labels={one for row in naming for one in label_ids(row)},
    )


def names_by_id(connection: Connection, **asked: Collection[str]) -> Names:
    """``asked``: ids of ``users``, ``teams`` and ``labels``."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in _TABLES}
    if any(asked.values()):
        ids = {kind: listed(connection, asked.get(kind, ())) for kind in _TABLES}
        for kind, known, name in _names.rows(connection, **ids):
            found[kind][known] = name
    return Names(**found)


_TABLES: Mapping[str, Table] = {"users": users, "teams": teams, "labels": labels}


def _named(engine: str, kind: str, table: Table) -> Any:
    mark: Label[str] = literal_column(f"'{kind}'").label("kind")
    return select(mark, table.c.id, table.c.name).where(among(engine, table.c.id, kind))


_names: Final = Prepared(
    lambda engine: union_all(*(_named(engine, kind, table) for kind, table in _TABLES.items()))
)
