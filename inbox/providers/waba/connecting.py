"""What connects a number at 360dialog, CBot or an own client, and a webhook to try it with."""

import json
from typing import Final

from inbox.domain.language import N_
from inbox.domain.times import SECOND, Micros
from inbox.providers.base import Field

FIELDS: Final = (
    Field(
        name="access_token",
        label=N_("API key"),
        hint=N_(
            "360dialog Hub: the number, API key, Generate. CBot: write "
            "“API-KEY: ” before it. A client of your own: “Authorization: "
            "Bearer ” and its token."
        ),
        required=True,
    ),
    Field(
        name="api_base",
        label=N_("API address"),
        hint=N_(
            "360dialog: https://waba-v2.360dialog.io, which is taken if this "
            "stays empty. Others tell it with the key."
        ),
    ),
    Field(
        name="secret",
        label=N_("Webhook secret"),
        hint=N_(
            "Nobody signs here. If your provider can add a header to its "
            "webhooks, make up a secret and have it sent as X-Hook-Token; "
            "webhooks without it are refused."
        ),
    ),
    Field(
        name="account",
        label=N_("Phone number ID"),
        hint=N_("Only for a number on the Cloud API whose webhooks come with those of others."),
    ),
)

SAMPLE_ID: Final = "gBGGSW5ib3ggdGVzdA"


def sample(now: Micros) -> bytes:
    """The status of a message that nobody sent, as an on-premises client writes it."""
    status = {
        "id": SAMPLE_ID,
        "recipient_id": "12025550100",
        "status": "delivered",
        "timestamp": str(now // SECOND),
    }
    return json.dumps({"statuses": [status]}, separators=(",", ":")).encode("ascii")
