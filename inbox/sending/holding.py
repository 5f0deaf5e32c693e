"""A channel is paused, resumed and removed together with the replies that wait for it.

They are held and say so; each can be taken back. Those of a removed one fail at once. What is just
being sent goes on.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, select, update

from inbox.channels import store
from inbox.domain.channels import Channel
from inbox.domain.rows import OutboxRow
from inbox.domain.times import Micros
from inbox.sending.waiting import PAUSED, tell_waits
from inbox.storage.dialect import slices
from inbox.storage.queue import AT_ONCE
from inbox.storage.secrets import Sealer
from inbox.storage.tables import outbox
from inbox.storage.typed_rows import all_rows

_place = outbox.c


def pause_channel(connection: Connection, sealer: Sealer, channel_id: str, now: Micros) -> Channel:
    """Raises ``Missing``, as the next does."""
    paused = store.put_on_hold(connection, sealer, channel_id, now)
    held = {"reason": PAUSED, "attempts": 0, "due_at": AT_ONCE}
    hold_places(connection, channel_id, [_place.started.is_(False)], held, now)
    return paused


def resume_channel(connection: Connection, sealer: Sealer, channel_id: str, now: Micros) -> Channel:
    resumed = store.take_up_again(connection, sealer, channel_id, now)
    hold_places(connection, channel_id, [_place.reason == PAUSED], {"reason": None}, now)
    return resumed


def remove_channel(connection: Connection, sealer: Sealer, channel_id: str, now: Micros) -> Channel:
    """What waits for a time, as a provider asked for, is due: it fails now, and not hours later."""
    removed = store.take_out(connection, sealer, channel_id, now)
    ended = {"reason": None, "due_at": AT_ONCE}
    hold_places(connection, channel_id, [_place.started.is_(False)], ended, now)
    return removed


def hold_places(
    connection: Connection,
    channel_id: str,
    which: Iterable[ColumnElement[bool]],
    values: Mapping[str, object],
    now: Micros,
) -> None:
    """Change what waits for a channel, and tell it.

    What somebody claims or takes back at this moment is theirs: waiting for it could block.
    """
    query = select(_place.message_id).where(_place.channel_id == channel_id, *which)
    free = connection.execute(query.with_for_update(key_share=True, skip_locked=True)).scalars()
    changed: list[OutboxRow] = []
    for part in slices(free):
        these = update(outbox).where(_place.message_id.in_(part)).values(values)
        changed += all_rows(OutboxRow, connection.execute(these.returning(outbox)))
    for places in slices(changed):
        tell_waits(connection, places, now)
