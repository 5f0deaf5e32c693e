"""Keeping changes: each once, by its key, whether or not its message is known yet."""

from collections.abc import Sequence

from sqlalchemy import Connection, exists, select

from inbox.domain.rows import ChangeRow
from inbox.storage.dialect import insert, returned_text
from inbox.storage.tables import changes, messages

Targets = dict[str, set[str]]
"""Messages by the provider's ids for them: channel → ids."""

AWAITED = exists(
    select(changes.c.event_key)
    .select_from(changes)
    .where(
        changes.c.channel_id == returned_text(messages.c.channel_id),
        changes.c.target_id == returned_text(messages.c.provider_message_id),
    )
)
"""Whether anything is known about a row of ``messages``."""


def keep_changes(connection: Connection, rows: Sequence[ChangeRow]) -> Targets:
    """Store these rows of ``changes``. Returns the messages about which there is news."""
    if not rows:
        return {}
    statement = insert(connection, changes).on_conflict_do_nothing()
    statement = statement.returning(changes.c.channel_id, changes.c.target_id)
    news: Targets = {}
    for channel_id, target_id in connection.execute(statement, list(rows)):
        news.setdefault(channel_id, set()).add(target_id)
    return news


def common(one: Targets, other: Targets) -> Targets:
    """Those that are in both."""
    both = {channel_id: ids & other.get(channel_id, set()) for channel_id, ids in one.items()}
    return {channel_id: ids for channel_id, ids in both.items() if ids}


def together(*many: Targets) -> Targets:
    found: Targets = {}
    for targets in many:
        for channel_id, ids in targets.items():
            found.setdefault(channel_id, set()).update(ids)
    return found
