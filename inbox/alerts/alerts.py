"""Alerts: rows that begin, may be muted, and end by themselves; each change goes to the feed.

At most one of a kind is open for a channel or an endpoint, whoever raises it. One of a channel
that ended keeps the next of its kind waiting, the longer the more there were within a day: what
comes and goes, or is made to by somebody outside, is told a handful of times a day and not more.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select, update

from inbox.alerts.listing import AnyAlert, KeptFacts, alert_by_id
from inbox.domain.errors import Missing
from inbox.domain.feed_events import AlertEnded, AlertNew, AlertUpdated, WebhookAlert
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.public import AlertFacts, AlertKind
from inbox.domain.shapes import encoded
from inbox.domain.times import DAY, HOUR, Micros
from inbox.domain.webhooks import EndpointAlertFacts, EndpointName
from inbox.feed.log import append
from inbox.storage.dialect import serialise
from inbox.storage.tables import alert_notices, alerts

log = logging.getLogger(__name__)

EVENTS = frozenset({AlertNew.type, AlertUpdated.type, AlertEnded.type, WebhookAlert.type})
REST: Micros = HOUR
"""Between the end of one and the next of its kind; doubled by each of the last day."""

AlertEvent = AlertNew | AlertUpdated | AlertEnded

_alert = alerts.c


class Open(NamedTuple):
    """An alert that is open, for who looks whether it is over."""

    id: str
    channel_id: str
    kind: AlertKind
    since: Micros
    raised_at: Micros


class Finding(Struct, frozen=True, kw_only=True):
    """Something to tell admins. ``since``: when it began, as far as anybody knows."""

    channel_id: str
    kind: AlertKind
    since: Micros
    facts: AlertFacts

    @property
    def row(self) -> dict[str, object]:
        return {"channel_id": self.channel_id, "kind": self.kind, "facts": encoded(self.facts)}


class SwitchedOff(Struct, frozen=True, kw_only=True):
    """An endpoint was switched off by itself, at ``since``."""

    endpoint: EndpointName
    since: Micros
    facts: EndpointAlertFacts

    @property
    def row(self) -> dict[str, object]:
        kept: KeptFacts = {"endpoint": self.endpoint, **self.facts}
        facts = encoded(kept)
        return {"endpoint_id": self.endpoint["id"], "kind": "switched_off", "facts": facts}


def one_at_a_time(connection: Connection) -> None:
    """Until the commit no other process raises, ends or mutes one."""
    serialise(connection, ["alerts"])


def raise_(
    connection: Connection, finding: Finding | SwitchedOff, now: Micros, *, outside: bool = False
) -> str | None:
    """The new alert's id; None while one of its kind is open, or has just ended.

    ``outside``: it is to be told at the operator's address, too (``alerts/notices.py``).
    """
    one_at_a_time(connection)
    if not _may_begin(connection, finding, now):
        return None
    alert_id = new_id(now)
    row = {"id": alert_id, "since": finding.since, "raised_at": now, **finding.row}
    connection.execute(insert(alerts).values(row))
    if outside:
        _note(connection, alert_id, "began", now)
    _tell(connection, AlertNew, alert_id, now)
    return alert_id


def _may_begin(connection: Connection, finding: Finding | SwitchedOff, now: Micros) -> bool:
    if isinstance(finding, SwitchedOff):  # again only after an admin has switched it on
        same = _alert.endpoint_id == finding.endpoint["id"]
        open_one = select(_alert.id).where(same, _alert.ended_at.is_(None))
        return connection.execute(open_one).first() is None
    same = (_alert.channel_id == finding.channel_id) & (_alert.kind == finding.kind)
    if connection.execute(select(_alert.id).where(same, _alert.ended_at.is_(None))).first():
        return False
    of_the_day = select(func.count(), func.max(_alert.ended_at))
    number, ended_at = connection.execute(
        of_the_day.where(same, _alert.raised_at > now - DAY)
    ).one()
    # Either way: the clock may have been set back meanwhile.
    return not number or abs(now - ended_at) >= REST << min(number - 1, 5)


def end_alerts(
    connection: Connection, alert_ids: Sequence[str], now: Micros, *, outside: bool = False
) -> list[str]:
    """What they told of is over; those that were open until now."""
    one_at_a_time(connection)
    still = update(alerts).where(_alert.id.in_(alert_ids), _alert.ended_at.is_(None))
    ended = list(connection.execute(still.values(ended_at=now).returning(_alert.id)).scalars())
    for alert_id in sorted(ended):
        if outside:
            _note(connection, alert_id, "ended", now)
        _tell(connection, AlertEnded, alert_id, now)
    return ended


def _note(connection: Connection, alert_id: str, change: str, now: Micros) -> None:
    row = {"alert_id": alert_id, "change": change, "due_at": now, "attempts": 0}
    connection.execute(insert(alert_notices).values(row))


def mute(connection: Connection, alert_id: str, by: str | None, now: Micros) -> AnyAlert:
    """``by``: the name of who wants to hear no more of it; None undoes it. Raises ``Missing``."""
    one_at_a_time(connection)
    muted = {"muted_at": None if by is None else now, "muted_by": by}
    changed = connection.execute(update(alerts).where(_alert.id == alert_id).values(muted))
    if not changed.rowcount:
        raise Missing(_("There is no such alert."))
    return _tell(connection, AlertUpdated, alert_id, now)


def renew(connection: Connection, alert_id: str, facts: AlertFacts, now: Micros) -> None:
    """It rests on something else now; who muted it hears of it again."""
    one_at_a_time(connection)
    shown = {"facts": encoded(facts), "muted_at": None, "muted_by": None}
    connection.execute(update(alerts).where(_alert.id == alert_id).values(shown))
    _tell(connection, AlertUpdated, alert_id, now)


def _tell(connection: Connection, event: type[AlertEvent], alert_id: str, now: Micros) -> AnyAlert:
    told = alert_by_id(connection, alert_id)
    if told["kind"] == "switched_off":
        append(connection, [WebhookAlert(told)], now)
        about = {"endpoint_id": told["endpoint"]["id"]}
    else:
        append(connection, [event(told)], now)
        about = {"channel_id": told["channel"]["id"]}
    if event is not AlertUpdated:
        facts = {**about, "alert_id": alert_id, "kind": told["kind"]}
        level, said = (logging.WARNING, "raised") if event is AlertNew else (logging.INFO, "ended")
        log.log(level, f"alert {said}", extra=facts)
    return told


def open_alerts(connection: Connection) -> list[Open]:
    """Those of channels."""
    columns = (_alert.id, _alert.channel_id, _alert.kind, _alert.since, _alert.raised_at)
    of_channels = (_alert.ended_at.is_(None), _alert.channel_id.is_not(None))
    rows = connection.execute(select(*columns).where(*of_channels))
    return [Open(*row) for row in rows]


def alert_spans(
    connection: Connection, channel_id: str, kind: AlertKind, now: Micros
) -> list[tuple[Micros, Micros]]:
    """From when to when a channel had such an alert."""
    query = select(_alert.since, func.coalesce(_alert.ended_at, now)).where(
        _alert.channel_id == channel_id, _alert.kind == kind
    )
    return [(since, until) for since, until in connection.execute(query)]
