"""What connects a number of WhatsAble's, and a webhook to try it with."""

import json
from typing import Final

from inbox.domain.language import N_
from inbox.domain.times import Micros, iso
from inbox.providers.base import Field

FIELDS: Final = (
    Field(
        name="access_token",
        label=N_("API key"),
        hint=N_(
            "WhatsAble dashboard: Developer Settings, API key. It is sent as "
            "it stands, without “Bearer”."
        ),
        required=True,
    ),
    Field(
        name="api_base",
        label=N_("API base URL"),
        hint=N_("Where replies are sent. Change it only for a proxy."),
    ),
)

SAMPLE_ID: Final = "wamid.SW5ib3ggdGVzdA=="


def sample(now: Micros) -> bytes:
    """The status of a message that nobody sent, as WhatsAble writes it."""
    data = {"message_id": SAMPLE_ID, "status": "delivered", "timestamp": iso(now)}
    return json.dumps({"event": "message_status", "data": data}).encode("ascii")
