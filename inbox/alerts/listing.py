"""Alerts as they are shown and listed: those of channels, and those of endpoints."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, select

from inbox.alerts.text import alert_sentence, switched_off_sentence
from inbox.domain.errors import Missing
from inbox.domain.language import _
from inbox.domain.public import Alert, AlertFacts
from inbox.domain.shapes import decoded
from inbox.domain.times import Micros, iso
from inbox.domain.webhooks import EndpointAlert, EndpointAlertFacts, EndpointName
from inbox.storage.tables import alerts, channels

PAGE: Final = 50

AnyAlert = Alert | EndpointAlert

_alert = alerts.c


class KeptFacts(EndpointAlertFacts):
    """With the name of the endpoint, which may be removed before anybody reads this."""

    endpoint: EndpointName


def alert_by_id(connection: Connection, alert_id: str) -> AnyAlert:
    """Raises ``Missing``."""
    row = connection.execute(_shown().where(_alert.id == alert_id)).mappings().first()
    if row is None:
        raise Missing(_("There is no such alert."))
    return alert_shape(row)


def standing_alerts(connection: Connection) -> list[AnyAlert]:
    """All that are open, muted ones too, the newest first."""
    query = _shown().where(_alert.ended_at.is_(None)).order_by(_alert.id.desc())
    return [alert_shape(row) for row in connection.execute(query).mappings()]


def alerts_page(
    connection: Connection,
    *,
    channel_id: str = "",
    is_open: bool | None = None,
    before: str = "",
    limit: int = PAGE,
) -> tuple[list[Alert], str | None]:
    """Of channels. The newest first; the id to give as ``before`` for more."""
    wanted = _alert.channel_id == channel_id if channel_id else _alert.channel_id.is_not(None)
    rows, more = _page(connection, wanted, is_open, before, limit)
    return [_channel_alert(row) for row in rows], more


def endpoint_alerts_page(
    connection: Connection,
    *,
    is_open: bool | None = None,
    before: str = "",
    limit: int = PAGE,
) -> tuple[list[EndpointAlert], str | None]:
    """The same of endpoints."""
    wanted = _alert.endpoint_id.is_not(None)
    rows, more = _page(connection, wanted, is_open, before, limit)
    return [_endpoint_alert(row) for row in rows], more


def _page(
    connection: Connection,
    wanted: ColumnElement[bool],
    is_open: bool | None,
    before: str,
    limit: int,
) -> tuple[Sequence[Any], str | None]:
    query = _shown().where(wanted)
    if is_open is not None:
        query = query.where(_alert.ended_at.is_(None) if is_open else _alert.ended_at.is_not(None))
    if before:
        query = query.where(_alert.id < before)
    query = query.order_by(_alert.id.desc()).limit(limit + 1)
    found = connection.execute(query).mappings().all()
    return found[:limit], found[limit - 1]["id"] if len(found) > limit else None


def _shown() -> Select[Any]:
    query = select(alerts, channels.c.name.label("channel_name"))
    return query.outerjoin(channels, channels.c.id == _alert.channel_id)


def alert_shape(row: Any) -> AnyAlert:
    """What the feed, the API and the pages show of one."""
    return _channel_alert(row) if row["endpoint_id"] is None else _endpoint_alert(row)


def _endpoint_alert(row: Any) -> EndpointAlert:
    kept: KeptFacts = decoded(row["facts"])
    facts: EndpointAlertFacts = {"because": kept["because"], "error": kept["error"]}
    return {
        "id": row["id"],
        "kind": row["kind"],
        "endpoint": kept["endpoint"],
        "text": switched_off_sentence(facts),
        "facts": facts,
        "since": iso(row["since"]),
        "raised_at": iso(row["raised_at"]),
        "ended_at": _moment(row["ended_at"]),
        "muted_at": _moment(row["muted_at"]),
        "muted_by": row["muted_by"],
    }


def _channel_alert(row: Any) -> Alert:
    facts: AlertFacts = decoded(row["facts"])
    return {
        "id": row["id"],
        "kind": row["kind"],
        "channel": {"id": row["channel_id"], "name": row["channel_name"]},
        "text": alert_sentence(row["kind"], facts, row["since"], row["raised_at"]),
        "facts": facts,
        "since": iso(row["since"]),
        "raised_at": iso(row["raised_at"]),
        "ended_at": _moment(row["ended_at"]),
        "muted_at": _moment(row["muted_at"]),
        "muted_by": row["muted_by"],
    }


def _moment(at: Micros | None) -> str | None:
    return None if at is None else iso(at)
