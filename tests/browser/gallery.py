"""A message of every kind that WhatsApp knows, as Meta spells them: to be looked at and checked."""

import json
import time
from typing import Any

from tests.browser.customers import Customer, new_wamid

FORM = {
    "screen_0_First_name_0": "Amara",
    "screen_0_Newsletter_1": True,
    "screen_1_Sizes_0": ["M", "L"],
    "address": {"city": "Lagos", "zip": "100001"},
    "flow_token": "not for people",
}
CARD = {
    "name": {"formatted_name": "Jonas Weiß", "first_name": "Jonas"},
    "phones": [{"phone": "+44 7700 900123", "type": "CELL"}],
    "emails": [{"email": "jonas@example.com"}],
    "org": {"company": "Example & Sons", "title": "Buyer"},
    "urls": [{"url": "https://www.example.com/jonas"}],
}
PRODUCTS = [
    {"product_retailer_id": "KETTLE-BLUE", "quantity": 2, "item_price": 39.9, "currency": "EUR"},
    {"product_retailer_id": "LID", "quantity": "1", "item_price": "4.5", "currency": "EUR"},
]
REFERRAL = {
    "source_url": "https://fb.example/ad/1",
    "source_type": "ad",
    "headline": "Kettles, half price",
    "body": "Only this week, and only while we have them.",
    "ctwa_clid": "x",
}

KINDS: dict[str, Any] = {
    "image": {"id": "1", "mime_type": "image/jpeg", "caption": "The *dent*"},
    "video": {"id": "2", "mime_type": "video/mp4"},
    "audio": {"id": "3", "mime_type": "audio/ogg; codecs=opus", "voice": True},
    "document": {"id": "4", "mime_type": "application/pdf", "filename": "Invoice 2026-11.pdf"},
    "sticker": {"id": "5", "mime_type": "image/webp", "animated": False},
    "location": {
        "latitude": 48.85837,
        "longitude": 2.294481,
        "name": "Eiffel Tower",
        "address": "Champ de Mars, Paris",
        "url": "https://example.com/tower",
    },
    "contacts": [CARD],
    "button": {"payload": "STOP", "text": "Stop promotions"},
    "order": {"catalog_id": "7", "text": "Gift wrap, please", "product_items": PRODUCTS},
    "system": {"body": "moved", "type": "user_changed_number", "wa_id": "12025550199"},
}
INTERACTIVE: dict[str, Any] = {
    "button_reply": {"id": "y", "title": "Yes, deliver it"},
    "list_reply": {"id": "b", "title": "Tuesday", "description": "Between 9 and 12"},
    "nfm_reply": {"name": "flow", "body": "Sent", "response_json": json.dumps(FORM)},
    "call_permission_reply": {"response": "accept", "is_permanent": False},
}
UNSUPPORTED = {
    "type": "unsupported",
    "unsupported": {"type": "poll_creation"},
    "errors": [{"code": 131051, "title": "Message type unknown"}],
}


def of_kind(customer: Customer, kind: str, content: Any, at: float | None = None) -> Any:
    """A message of this type, in Meta's spelling."""
    base = customer.spoken("", at)
    del base["text"]
    return base | {"type": kind, kind: content, "id": new_wamid()}


def every_kind(customer: Customer) -> list[Any]:
    """A message of each type, a second apart; the last ones quote, are forwarded, come by an ad."""
    began = time.time() - 600
    steps = iter(range(1_000))

    def made(kind: str, content: Any) -> Any:
        return of_kind(customer, kind, content, began + next(steps) * 10)

    found = [made(kind, content) for kind, content in KINDS.items()]
    for kind, answer in INTERACTIVE.items():
        found.append(made("interactive", {"type": kind, kind: answer}))
    found.append(made("poll", {}) | UNSUPPORTED)
    text = made("text", {"body": "> as you said\nYes, *both*:\n- blue\n- green\n```x = 1```"})
    found.append(text)
    found.append(made("text", {"body": "This one"}) | {"context": {"id": text["id"]}})
    photo = {"id": found[0]["id"]}
    found.append(made("text", {"body": "And that picture"}) | {"context": photo})
    found.append(made("text", {"body": "Look!"}) | {"context": {"frequently_forwarded": True}})
    found.append(made("text", {"body": "Is it still on?"}) | {"referral": REFERRAL})
    product = {"catalog_id": "7", "product_retailer_id": "KETTLE-BLUE"}
    found.append(made("text", {"body": "And this?"}) | {"context": {"referred_product": product}})
    found.append(made("text", {"body": "Hello all"}) | {"group_id": "12025550100-160000"})
    return found
