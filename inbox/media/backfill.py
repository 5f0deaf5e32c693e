"""Files that nobody has fetched: of messages from before, or that failed while something was wrong.

Only what the provider can still have is asked for: there are some that shut out whoever asks too
often for what is gone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, select

from inbox.conversations import files
from inbox.conversations.file_versions import reference_of
from inbox.domain import shapes
from inbox.domain.channels import Channel
from inbox.domain.ids import first_id
from inbox.domain.times import Micros
from inbox.providers.media import LONGEST_KEPT, fetchable, kept_for
from inbox.providers.registry import provider_named
from inbox.storage.tables import messages

LOOKED_AT = 2_000
"""Messages of one look."""
AT_ONCE = 50
"""Files of one transaction: webhooks that come meanwhile wait for it."""


class BackfillChoice(Struct, frozen=True, kw_only=True):
    """Which files: of messages that have none, and with ``failed`` also what could not be had.

    ``since`` a time, or 0: as long as their provider keeps them.
    """

    failed: bool = False
    channel_id: str = ""
    since: Micros = 0


def missing(
    connection: Connection,
    choice: BackfillChoice,
    channels: Mapping[str, Channel],
    after: str,
    now: Micros,
) -> tuple[list[str], str | None]:
    """Messages whose files are to be asked for, oldest first, and the one to go on after, if any.

    ``after``: an id, or empty to begin.
    """
    of = messages.c
    start = max(after, first_id(choice.since or now - LONGEST_KEPT))
    query = (
        select(of.id, of.channel_id, of.content, of.media, of.deleted_at, of.received_at)
        .where(of.id > start)
        .order_by(of.id)
        .limit(LOOKED_AT)
    )
    rows = connection.execute(query).all()
    found: list[str] = []
    for row in rows:
        channel = channels.get(row.channel_id)
        if channel is not None and _meant(row, choice, channel, now):
            found.append(row.id)
            if len(found) == AT_ONCE:
                return found, row.id
    return found, rows[-1].id if len(rows) == LOOKED_AT else None


def _meant(row: Any, choice: BackfillChoice, channel: Channel, now: Micros) -> bool:
    if row.deleted_at is not None or choice.channel_id not in ("", channel.id):
        return False
    state = (shapes.decoded(row.media) or {}).get("state")
    if state is not None and not (choice.failed and state == "failed"):
        return False
    reference = reference_of(row.content)
    if reference is None or not fetchable(reference):
        return False
    kept = kept_for(provider_named(channel.provider), channel, reference)
    return bool(choice.since) or now - int(row.received_at) < kept


def ask_for_files(connection: Connection, message_ids: Sequence[str], now: Micros) -> None:
    """Have these files fetched, and tell whoever looks at the messages."""
    for message_id in message_ids:
        files.retry(connection, message_id, (), now)
