"""What connects a number of Meta's: what the channel is told, and a webhook to try it with."""

import json
from typing import Final

from inbox.domain.language import N_
from inbox.domain.text import JsonObject
from inbox.domain.times import SECOND, Micros
from inbox.providers.base import Field

FIELDS: Final = (
    Field(
        name="account",
        label=N_("Phone number ID"),
        hint=N_(
            "App Dashboard: WhatsApp, API setup, under “From”. A long number "
            "of its own, not the phone number."
        ),
        required=True,
        digits=True,
    ),
    Field(
        name="business_account",
        label=N_("WhatsApp Business account ID"),
        hint=N_(
            "It stands below the phone number ID. Message templates are kept there; left empty, "
            "Inbox asks Meta for it."
        ),
        digits=True,
    ),
    Field(
        name="access_token",
        label=N_("Access token"),
        hint=N_(
            "Business settings: Users, System users, Generate token, with "
            "whatsapp_business_messaging and whatsapp_business_management. The "
            "token shown in API setup lasts one day."
        ),
        required=True,
    ),
    Field(
        name="secret",
        label=N_("App secret"),
        hint=N_(
            "App Dashboard: App settings, Basic, App secret, Show. It proves "
            "that webhooks come from Meta."
        ),
        required=True,
    ),
    Field(
        name="verify_token",
        label=N_("Verify token"),
        hint=N_(
            "Meta asks for it once, when you enter the callback URL. Leave it "
            "empty and one is made for you."
        ),
    ),
    Field(
        name="api_base",
        label=N_("API base URL"),
        hint=N_(
            "Where replies are sent. Change it only for a proxy or another "
            "version of the Graph API."
        ),
    ),
)

SAMPLE_ID: Final = "wamid.SW5ib3ggdGVzdA=="


def sample(account: str | None, now: Micros) -> bytes:
    """The status of a message that nobody sent, as Meta writes it."""
    status = {
        "id": SAMPLE_ID,
        "status": "delivered",
        "timestamp": str(now // SECOND),
        "recipient_id": "12025550100",
    }
    metadata = {"display_phone_number": "12025550100", "phone_number_id": account or "0"}
    value: JsonObject = {"messaging_product": "whatsapp", "metadata": metadata}
    change = {"value": value | {"statuses": [status]}, "field": "messages"}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "0", "changes": [change]}]}
    return json.dumps(body, separators=(",", ":")).encode("ascii")
