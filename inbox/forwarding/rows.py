"""Rows of endpoints and deliveries, and how they are shown."""

from typing import TypedDict

from inbox.domain.shapes import decoded
from inbox.domain.times import Micros, iso
from inbox.domain.webhooks import (
    ChangedEndpoint,
    Delivery,
    DeliveryState,
    EndedBecause,
    Endpoint,
    host_of,
)


class EndpointColumns(TypedDict):
    """A row of ``webhook_endpoints``."""

    id: str
    url: str
    description: str
    events: str
    channel_ids: str
    header_names: str
    sealed: str
    previous_until: Micros | None
    active: bool
    concurrency: int
    created_at: Micros
    seq: int
    due_at: Micros
    attempts: int
    shut_until: Micros | None
    failing_since: Micros | None
    last_success_at: Micros | None
    last_error: str | None
    ended_at: Micros | None
    ended_because: EndedBecause | None
    missed: int
    replays: int


class DeliveryColumns(TypedDict):
    """A row of ``webhook_deliveries``."""

    id: str
    endpoint_id: str
    seq: int | None
    type: str
    event_at: Micros
    at: Micros
    state: DeliveryState
    due_at: Micros | None
    attempts: int
    tries: str
    body: str | None


def endpoint(row: EndpointColumns) -> Endpoint:
    return {
        "id": row["id"],
        "url": row["url"],
        "description": row["description"],
        "events": decoded(row["events"]),
        "channel_ids": decoded(row["channel_ids"]),
        "header_names": decoded(row["header_names"]),
        "concurrency": row["concurrency"],
        "active": row["active"],
        "created_at": iso(row["created_at"]),
        "secret_overlaps_until": _moment(row["previous_until"]),
        "last_success_at": _moment(row["last_success_at"]),
        "failing_since": _moment(row["failing_since"]),
        "last_error": row["last_error"],
        "rests_until": _moment(row["shut_until"]),
        "ended_at": _moment(row["ended_at"]),
        "ended_because": row["ended_because"],
        "missed": row["missed"],
    }


def changed_endpoint(row: EndpointColumns, *, removed: bool = False) -> ChangedEndpoint:
    """What the feed tells of it: who hears that may not see its address, nor its headers."""
    return {
        "id": row["id"],
        "description": row["description"],
        "host": host_of(row["url"]),
        "active": row["active"] and not removed,
        "ended_at": _moment(row["ended_at"]),
        "ended_because": row["ended_because"],
        "removed": removed,
    }


def delivery(row: DeliveryColumns) -> Delivery:
    return {
        "id": row["id"],
        "endpoint_id": row["endpoint_id"],
        "type": row["type"],
        "seq": row["seq"],
        "event_at": iso(row["event_at"]),
        "at": iso(row["at"]),
        "state": row["state"],
        "next_try_at": _moment(row["due_at"]),
        "tries": decoded(row["tries"]),
    }


def _moment(at: Micros | None) -> str | None:
    return None if at is None else iso(at)
