"""What became of one webhook that somebody waits for."""

from sqlalchemy import Connection, select

from inbox.domain.shapes import decoded
from inbox.receiving.log_shapes import AwaitedEntry
from inbox.storage.tables import journal_entries

_table = journal_entries.c
LATEST = 200


def entry_of_body(connection: Connection, channel_id: str, body: bytes) -> AwaitedEntry | None:
    """The newest entry with exactly this body among a channel's latest."""
    kept = (_table.id, _table.state, _table.result, _table.error, _table.body)
    query = select(*kept).where(_table.channel_id == channel_id)
    for row in connection.execute(query.order_by(_table.id.desc()).limit(LATEST)).mappings():
        if bytes(row["body"]) == body:
            return {
                "id": row["id"],
                "state": row["state"],
                "result": decoded(row["result"]),
                "error": row["error"],
            }
    return None
