"""Outgoing webhooks that the contract shows."""

from typing import Any, Final

from inbox.domain.webhooks import (
    Backlog,
    ChangedEndpoint,
    Delivery,
    DeliveryRequest,
    DeliveryTry,
    Endpoint,
    EndpointAlert,
    EndpointName,
)
from inbox.web.api.contract.made_up import CHANNEL
from inbox.web.http.parameters import EXAMPLE_ID

SECRET: Final = "whsec_" + "bWFkZSB1cCBmb3IgdGhpcyBleGFtcGxlLCBuZXZlciB1c2Vk"
ENDPOINT: Final[Endpoint] = {
    "id": "019b2d3c-4e5f-7a6b-8c7d-9e8f70819203",
    "url": "https://crm.example.com/inbox",
    "description": "Our CRM",
    "events": ["message:new", "message:status"],
    "channel_ids": [CHANNEL["id"]],
    "header_names": ["Authorization"],
    "concurrency": 1,
    "active": True,
    "created_at": "2026-01-01T09:00:00.000Z",
    "secret_overlaps_until": None,
    "last_success_at": "2026-01-01T12:00:00.400Z",
    "failing_since": None,
    "last_error": None,
    "rests_until": None,
    "ended_at": None,
    "ended_because": None,
    "missed": 0,
}
NAMED: Final[EndpointName] = {
    "id": ENDPOINT["id"],
    "description": ENDPOINT["description"],
    "host": "crm.example.com",
}
CHANGED: Final[ChangedEndpoint] = {
    **NAMED,
    "active": False,
    "ended_at": "2026-01-01T12:00:00.400Z",
    "ended_because": "gone",
    "removed": False,
}
ENDPOINT_ALERT: Final[EndpointAlert] = {
    "id": "019b77d1-0102-7a43-8d5e-6f7081920315",
    "kind": "switched_off",
    "endpoint": NAMED,
    "text": "It answered 410: nobody is there any more.",
    "facts": {"because": "gone", "error": "It answered 410"},
    "since": "2026-01-01T12:00:00.400Z",
    "raised_at": "2026-01-01T12:00:00.500Z",
    "ended_at": None,
    "muted_at": None,
    "muted_by": None,
}
BACKLOG: Final[Backlog] = {"waiting": 0, "failed": 1, "behind": 0}
TAKEN: Final[DeliveryTry] = {
    "at": "2026-01-01T12:00:00.180Z",
    "took_ms": 220,
    "status": 200,
    "answer": "ok",
    "error": None,
}
DELIVERY: Final[Delivery] = {
    "id": EXAMPLE_ID,
    "endpoint_id": ENDPOINT["id"],
    "type": "message:new",
    "seq": 1042,
    "event_at": "2026-01-01T12:00:00.123Z",
    "at": "2026-01-01T12:00:00.180Z",
    "state": "delivered",
    "next_try_at": None,
    "tries": [TAKEN],
}
REQUEST: Final[DeliveryRequest] = {
    "url": ENDPOINT["url"],
    "headers": {"content-type": "application/json", "webhook-id": DELIVERY["id"]},
    "body": '{"type":"message:new","timestamp":"2026-01-01T12:00:00.123Z","data":{},"seq":1042}',
}
ENDPOINT_EXAMPLES: Final[dict[str, Any]] = {
    "Endpoint": ENDPOINT,
    "EndpointList": {"data": [ENDPOINT], "next": None},
    "EndpointReport": {**ENDPOINT, **BACKLOG},
    "EndpointName": NAMED,
    "ChangedEndpoint": CHANGED,
    "EndpointAlert": ENDPOINT_ALERT,
    "EndpointAlertFacts": ENDPOINT_ALERT["facts"],
    "EndpointAlertList": {"data": [ENDPOINT_ALERT], "next": None},
    "MadeEndpoint": {**ENDPOINT, "secret": SECRET},
    "NewEndpoint": {"url": ENDPOINT["url"], "description": "Our CRM", "events": ["message:new"]},
    "EndpointChange": {"headers": {"Authorization": None}, "active": True},
    "Delivery": DELIVERY,
    "DeliveryList": {"data": [DELIVERY], "next": f"1767268800180000~{EXAMPLE_ID}"},
    "DeliveryRequest": REQUEST,
    "ShownDelivery": {**DELIVERY, "request": REQUEST},
    "DeliveryTry": TAKEN,
    "ReplayWish": {"since": "2026-01-01T12:00:00Z"},
    "Replayed": {"number": 12},
}
