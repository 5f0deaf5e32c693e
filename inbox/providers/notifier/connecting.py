"""What connects a number of Notifier's, and a webhook to try it with."""

import json
from typing import Final

from inbox.domain.language import N_
from inbox.domain.times import Micros, iso
from inbox.providers.base import Field

API_BASE: Final = "https://api.insightssystem.com/api:-GWQv5aM"

FIELDS: Final = (
    Field(
        name="secret",
        label=N_("Webhook secret"),
        hint=N_(
            "Notifier dashboard: Developer, webhooks; shown once, when the "
            "endpoint is made. It signs every webhook, and without it none "
            "gets in. You may enter it later."
        ),
    ),
    Field(
        name="access_token",
        label=N_("API token"),
        hint=N_("Notifier dashboard: Developer. Without it messages come in, but none goes out."),
        required=True,
    ),
    Field(
        name="api_base",
        label=N_("API base URL"),
        hint=N_(
            "Where replies are sent: this and /send. For Notifyer Systems, the "
            "newer product: https://api.insightssystem.com/api:U9ztporN, where "
            "it is /send/message."
        ),
    ),
)


def sample(now: Micros) -> bytes:
    """An event that Notifier does not have, so that nothing but the webhook log keeps it."""
    event = {"event_type": "test", "event_id": "evt_test", "timestamp": iso(now), "data": {}}
    return json.dumps(event | {"version": "2025-04-01"}).encode("ascii")
