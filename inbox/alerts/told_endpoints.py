"""Endpoints that were switched off by themselves: an alert follows what their rows say.

It is over when an admin switches the endpoint on again, or removes it.
"""

from sqlalchemy import Connection, select

from inbox.alerts.alerts import SwitchedOff, end_alerts, one_at_a_time, raise_
from inbox.domain.times import Micros
from inbox.domain.webhooks import host_of
from inbox.storage.tables import alerts, webhook_endpoints

_alert, _endpoint = alerts.c, webhook_endpoints.c

Ending = tuple[str, Micros]
"""Which endpoint was switched off, and when: it may be so again before anybody looks."""


def unsettled(connection: Connection) -> bool:
    """Whether the alerts are to follow: asked each minute, nearly always for nothing."""
    return _switched_off(connection).keys() != _standing(connection).keys()


def follow(connection: Connection, now: Micros, *, outside: bool = False) -> None:
    """Raise and end alerts, as the endpoints' rows say."""
    one_at_a_time(connection)  # first: another process may be at the same
    told, standing = _switched_off(connection), _standing(connection)
    if over := [standing[ending] for ending in standing.keys() - told.keys()]:
        end_alerts(connection, over, now, outside=outside)
    for ending in sorted(told.keys() - standing.keys()):
        raise_(connection, told[ending], now, outside=outside)


def _switched_off(connection: Connection) -> dict[Ending, SwitchedOff]:
    query = select(webhook_endpoints).where(_endpoint.ended_at.is_not(None))
    return {
        (row.id, row.ended_at): SwitchedOff(
            endpoint={"id": row.id, "description": row.description, "host": host_of(row.url)},
            since=row.ended_at,
            facts={"because": row.ended_because, "error": row.last_error},
        )
        for row in connection.execute(query)
    }


def _standing(connection: Connection) -> dict[Ending, str]:
    query = select(_alert.endpoint_id, _alert.since, _alert.id)
    still = query.where(_alert.endpoint_id.is_not(None), _alert.ended_at.is_(None))
    return {(row.endpoint_id, row.since): row.id for row in connection.execute(still)}
