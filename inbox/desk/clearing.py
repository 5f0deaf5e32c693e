"""A label or a team goes, and the conversations that had it go on without.

Some hundreds at a time, as of all that is done with many; the last of them in the transaction with
what goes. Their threads tell nothing of it: it was not done with them.
"""

from collections.abc import Callable
from typing import cast

from sqlalchemy import Connection

from inbox.desk.arranging import AT_ONCE, put_down, take_these
from inbox.desk.writer import Writer
from inbox.domain.rows import ConversationRow
from inbox.domain.times import Micros
from inbox.storage.database import Database

Remove = Callable[[Connection, str, Writer, Micros], bool]
Without = Callable[[ConversationRow], dict[str, object]]
"""The columns of a conversation that become others."""


def clear(
    connection: Connection, ids: list[str], without: Without, by: Writer, now: Micros
) -> bool:
    """Whether these were all; ``ids``: at most one more than is done at once."""
    rows = take_these(connection, ids[:AT_ONCE])
    pairs = [(row, cast("ConversationRow", {**row, **without(row)})) for row in rows]
    put_down(connection, pairs, by, now, lineless=ids)
    return len(ids) <= AT_ONCE


async def remove_whole(
    database: Database, remove: Remove, gone_id: str, by: Writer, now: Callable[[], Micros]
) -> None:
    """However many conversations have it. Raises ``Missing``."""
    while not await database.write(remove, gone_id, by, now()):
        pass
