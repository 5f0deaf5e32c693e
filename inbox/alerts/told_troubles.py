"""What a channel was told of: that nothing can be sent, and news of its account.

The channel's row says what stands now (``channels/health_changes.py``); an alert follows it.
"""

from typing import NamedTuple

from sqlalchemy import Connection, select

from inbox.alerts.alerts import Finding, end_alerts, raise_, renew
from inbox.alerts.listing import standing_alerts
from inbox.domain.public import AlertKind
from inbox.domain.times import DAY, Micros
from inbox.storage.tables import channels

NEW: Micros = 3 * DAY
"""So long news of an account stand, unless others come."""

_channel = channels.c
Place = tuple[str, AlertKind]


class Trouble(NamedTuple):
    since: Micros
    reason: str


def troubles(connection: Connection, now: Micros) -> dict[Place, Trouble]:
    """What stands of each channel now."""
    names = ("id", "send_error", "send_error_at", "news", "news_at")
    found: dict[Place, Trouble] = {}
    for row in connection.execute(select(*(_channel[name] for name in names))):
        if row.send_error is not None:
            found[row.id, "sending"] = Trouble(row.send_error_at, row.send_error)
        if row.news is not None and row.news_at > now - NEW:
            found[row.id, "account"] = Trouble(row.news_at, row.news)
    return found


def unsettled(connection: Connection, now: Micros) -> bool:
    """Whether the alerts are to follow: asked each minute, nearly always for nothing."""
    told = {place: trouble.reason for place, trouble in troubles(connection, now).items()}
    return told != {place: reason for place, (_, reason) in _standing(connection).items()}


def follow(connection: Connection, now: Micros, *, outside: bool = False) -> None:
    """Raise, renew and end alerts, as what stands on the channels says."""
    told, standing = troubles(connection, now), _standing(connection)
    over = [standing[place][0] for place in standing.keys() - told.keys()]
    if over:
        end_alerts(connection, over, now, outside=outside)
    for place, trouble in sorted(told.items()):
        if place not in standing:
            channel_id, kind = place
            finding = Finding(
                channel_id=channel_id,
                kind=kind,
                since=trouble.since,
                facts={"reason": trouble.reason},
            )
            raise_(connection, finding, now, outside=outside)
        elif standing[place][1] != trouble.reason:
            renew(connection, standing[place][0], {"reason": trouble.reason}, now)


def _standing(connection: Connection) -> dict[Place, tuple[str, str]]:
    return {
        (one["channel"]["id"], one["kind"]): (one["id"], one["facts"].get("reason", ""))
        for one in standing_alerts(connection)
        if one["kind"] == "sending" or one["kind"] == "account"
    }
