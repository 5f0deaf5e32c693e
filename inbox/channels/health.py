"""What went well and what did not, per channel, for the admin who wonders."""

from collections import defaultdict

from msgspec import Struct
from sqlalchemy import Connection, select

from inbox.domain.times import Micros
from inbox.storage.tables import channels, refusals

_table = channels.c


class Reason(Struct, frozen=True, kw_only=True):
    """``number`` webhooks refused for one ``kind`` of reason, and the latest in words."""

    kind: str
    number: int
    reason: str
    last_at: Micros


class Health(Struct, frozen=True, kw_only=True):
    """``last_error`` is the account's own, said by the provider; refusals are of webhooks.

    ``reasons``: of the refusals, the newest first. ``send_error``: why nothing can be sent now.
    ``news``: what the provider said of the account. ``checked``: what it said of the number when
    it was asked, as it is kept.
    """

    id: str
    send_error: str | None
    send_error_at: Micros | None
    news: str | None
    news_at: Micros | None
    checked: str | None
    last_webhook_at: Micros | None
    last_error: str | None
    last_error_at: Micros | None
    refusals: int
    last_refusal: str | None
    last_refused_at: Micros | None
    reasons: tuple[Reason, ...] = ()


_PLAIN = [_table[name] for name in Health.__struct_fields__ if name != "reasons"]


def listing(connection: Connection) -> list[Health]:
    """All channels, oldest first."""
    rows = connection.execute(select(*_PLAIN).order_by(_table.created_at, _table.id))
    found = list(rows.mappings())
    reasons = _reasons(connection, None)
    return [Health(**row, reasons=tuple(reasons[row["id"]])) for row in found]


def of(connection: Connection, channel_id: str) -> Health:
    """One channel's; it must be there."""
    row = connection.execute(select(*_PLAIN).where(_table.id == channel_id)).mappings().one()
    return Health(**row, reasons=tuple(_reasons(connection, channel_id)[channel_id]))


def _reasons(connection: Connection, channel_id: str | None) -> dict[str, list[Reason]]:
    query = select(refusals).order_by(refusals.c.last_at.desc(), refusals.c.kind)
    if channel_id is not None:
        query = query.where(refusals.c.channel_id == channel_id)
    found: dict[str, list[Reason]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        facts = {name: row[name] for name in Reason.__struct_fields__}
        found[row["channel_id"]].append(Reason(**facts))
    return found
