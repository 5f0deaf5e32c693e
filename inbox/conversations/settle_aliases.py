"""Facts of a batch that name their message by another id than its own, and what they change."""

from collections.abc import Iterable

from sqlalchemy import Connection

from inbox.conversations.change_facts import Targets
from inbox.conversations.changes import Changed
from inbox.conversations.merging import Key
from inbox.conversations.message_aliases import Inner, recognise
from inbox.conversations.settle_changes import settle_changes
from inbox.conversations.settle_status import settle_statuses
from inbox.conversations.statuses import Told
from inbox.domain.feed_events import NewEvent
from inbox.domain.times import Micros


def settle_aliases(
    connection: Connection,
    told: Iterable[Told | Changed],
    unknown: Targets,
    met: Inner,
    published: list[NewEvent],
    now: Micros,
) -> None:
    """``unknown``: ids among what was ``told`` that no message has; ``met``: see ``Received``."""
    whose: dict[str, dict[str, set[Key]]] = {channel_id: {} for channel_id in (*unknown, *met)}
    for item in told if unknown else ():
        if item.message_id in unknown.get(item.channel_id, ()):
            whose[item.channel_id].setdefault(item.message_id, set()).update(item.keys)
    for channel_id, facts in whose.items():
        found = recognise(connection, channel_id, facts, met.get(channel_id, ()))
        settle_statuses(connection, channel_id, found.receipts, published)
        settle_changes(connection, {channel_id: found.messages}, published, now)
