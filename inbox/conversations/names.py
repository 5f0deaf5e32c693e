"""What those are called whom conversations name by their ids: one statement, or none."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Label, Table, literal_column, select, union_all

from inbox.domain.names import NO_NAMES, Names, is_plain, label_ids
from inbox.domain.rows import ConversationRow
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
    parts = [_named(kind, _TABLES[kind], ids) for kind, ids in asked.items() if ids]
    found: dict[str, dict[str, str]] = {kind: {} for kind in _TABLES}
    if parts:
        for kind, known, name in connection.execute(union_all(*parts)):
            found[kind][known] = name
    return Names(**found)


_TABLES: Mapping[str, Table] = {"users": users, "teams": teams, "labels": labels}


def _named(kind: str, table: Table, ids: Collection[str]) -> Any:
    mark: Label[str] = literal_column(f"'{kind}'").label("kind")
    return select(mark, table.c.id, table.c.name).where(table.c.id.in_(sorted(ids)))
