"""Meta's webhook bodies, as small as a test needs them."""

from typing import Any

from inbox.domain.events import Event, MessageEvent
from inbox.domain.times import HOUR, SECOND
from inbox.providers.cloud_api import CloudApi

ACCOUNT = "109876543210987"
SENT_AT = 1_750_000_000 * SECOND
NOW = SENT_AT + 2 * HOUR
"""2025-06-15, the clock of the corpus."""


def normalise(body: dict[str, Any]) -> list[Event]:
    return CloudApi().normalise(body, NOW)


def of_value(field: str = "messages", **value: Any) -> list[Event]:
    """The events of one change with these arrays."""
    value["metadata"] = {"phone_number_id": ACCOUNT}
    changes = [{"field": field, "value": value}]
    return normalise({"object": "whatsapp_business_account", "entry": [{"changes": changes}]})


def message(**facts: Any) -> dict[str, Any]:
    return {"id": "wamid.1", "from": "12025550142", "timestamp": "1750000000", **facts}


def status(**facts: Any) -> dict[str, Any]:
    return {"id": "wamid.1", "status": "sent", "timestamp": "1750000000", **facts}


def only(**facts: Any) -> MessageEvent:
    """The event of one message with these facts."""
    [event] = of_value(messages=[message(**facts)])
    assert isinstance(event, MessageEvent)
    return event
