"""A message of every kind as Meta spells it, for the customer of a sandbox to send.

What a sample is about (what is answered, edited or taken back) is somebody's to find: ``Talk``.
"""

import base64
import hashlib
import json
from typing import Any, NamedTuple

from inbox.trial.files import file

Message = dict[str, Any]


class Talk(NamedTuple):
    """The ids, at the provider, of what was said: newest of either side, empty without one."""

    ours: str = ""
    theirs: str = ""


class Sample(NamedTuple):
    """``needs`` is what of a ``Talk`` it refers to."""

    kind: str
    label: str
    icon: str
    needs: str = ""


SAMPLES = (
    Sample("image", "Photo", "image"),
    Sample("video", "Video", "video"),
    Sample("audio", "Voice message", "mic"),
    Sample("document", "Document", "document"),
    Sample("sticker", "Sticker", "sticker"),
    Sample("location", "Location", "location"),
    Sample("contacts", "Contact card", "user"),
    Sample("styled", "Text with styles", "edit"),
    Sample("quote", "Quoted reply", "reply", "ours"),
    Sample("forwarded", "Forwarded text", "forward"),
    Sample("button_reply", "Pressed button", "list"),
    Sample("list_reply", "Choice from a list", "list"),
    Sample("form", "Filled form", "list"),
    Sample("order", "Order", "order"),
    Sample("product", "Question about a product", "tag"),
    Sample("referral", "Text from an ad", "external"),
    Sample("reaction", "Reaction", "reply", "ours"),
    Sample("edit", "Edit of their last text", "edit", "theirs"),
    Sample("revoke", "Deletion of their last text", "trash", "theirs"),
    Sample("system", "New security code", "info"),
    Sample("unsupported", "Poll (not supported)", "unsupported"),
)
KINDS = {sample.kind: sample for sample in SAMPLES}
LASTING = tuple(
    one.kind for one in SAMPLES if one.kind not in ("quote", "reaction", "edit", "revoke")
)
"""Those that are messages of their own and refer to nothing."""

_PRODUCT = {"catalog_id": "1042", "product_retailer_id": "KETTLE-BLUE"}
_STYLED = (
    "> Is it still available?\n*Yes*, and in _two_ colours:\n- ~green~ blue\n- red\n"
    "The code is ```KETTLE10```, see https://www.example.com/kettles"
)
_CARD = {
    "name": {"formatted_name": "Jonas Weiß", "first_name": "Jonas", "last_name": "Weiß"},
    "org": {"company": "Example & Sons", "title": "Buyer"},
    "phones": [{"phone": "+44 7700 900123", "wa_id": "447700900123", "type": "CELL"}],
    "emails": [{"email": "jonas@example.com", "type": "WORK"}],
    "urls": [{"url": "https://www.example.com/jonas"}],
}
_ITEMS = (("KETTLE-BLUE", 2, 39.9), ("LID", 1, 4.5))
_AD = {
    "source_type": "ad",
    "source_url": "https://www.example.com/ads/kettles",
    "headline": "Kettles, half price",
    "body": "Only this week, and only while we have them.",
}
_PLACE = {
    "latitude": 51.47781,
    "longitude": -0.00148,
    "name": "Royal Observatory",
    "address": "Blackheath Avenue, London",
}
_CHOSEN = {"id": "tue", "title": "Tuesday", "description": "Between 9 and 12"}
_NOTICE = {"type": "customer_identity_changed", "identity": "sample", "body": "Code changed"}
_POLL = {
    "type": "unsupported",
    "unsupported": {"type": "poll_creation"},
    "errors": [{"code": 131051, "title": "Message type unknown"}],
}
_ANSWERS = {
    "screen_0_First_name_0": "Amara",
    "screen_0_City_1": "Lagos",
    "screen_1_Colours_0": ["Blue", "Red"],
    "screen_1_Newsletter_1": True,
    "flow_token": "sample",
}

_FILLED = {"name": "flow", "body": "Sent", "response_json": json.dumps(_ANSWERS)}


def sample_message(kind: str, talk: Talk) -> Message:
    """What stands in ``messages[]`` beside id, sender and time. KeyError for an unknown kind."""
    answers = {"context": {"id": talk.ours}} if talk.ours else {}
    match KINDS[kind].kind:
        case "image" | "video" | "audio" | "document" | "sticker":
            return {"type": kind, kind: _file(kind)}
        case "quote" | "button_reply" | "list_reply":
            return _plain(kind) | answers
        case "reaction":
            return {"type": kind, kind: {"message_id": talk.ours, "emoji": "👍"}}
        case "edit":
            new = _text("I meant the *red* one, sorry")
            return {"type": kind, kind: {"original_message_id": talk.theirs, "message": new}}
        case "revoke":
            return {"type": kind, kind: {"original_message_id": talk.theirs}}
    return _plain(kind)


def _plain(kind: str) -> Message:
    """Those that need nothing but themselves."""
    known: dict[str, Message] = {
        "location": {"type": "location", "location": _PLACE},
        "contacts": {"type": "contacts", "contacts": [_CARD]},
        "styled": _text(_STYLED),
        "quote": _text("This one, please"),
        "forwarded": _text("Have you seen this?") | {"context": {"forwarded": True}},
        "button_reply": _interactive("button_reply", {"id": "yes", "title": "Yes, deliver it"}),
        "list_reply": _interactive("list_reply", _CHOSEN),
        "form": _interactive("nfm_reply", _FILLED),
        "order": {"type": "order", "order": _order()},
        "product": _text("Is this one in stock?") | {"context": {"referred_product": _PRODUCT}},
        "referral": _text("Is the offer still on?") | {"referral": _AD},
        "system": {"type": "system", "system": _NOTICE},
        "unsupported": _POLL,
    }
    return known[kind]


def _text(body: str) -> Message:
    return {"type": "text", "text": {"body": body}}


def _interactive(kind: str, answer: dict[str, Any]) -> Message:
    return {"type": "interactive", "interactive": {"type": kind, kind: answer}}


def _file(kind: str) -> dict[str, Any]:
    """As a webhook describes a file: its id, by which it is fetched from the pretend Graph."""
    found = file(kind)
    digest = base64.b64encode(hashlib.sha256(found.body).digest()).decode()
    facts: dict[str, Any] = {"id": kind, "mime_type": found.mime, "sha256": digest}
    match kind:
        case "image":
            facts["caption"] = "The *dent* is on the left"
        case "audio":
            facts["voice"] = True
        case "document":
            facts["filename"] = found.name
        case "sticker":
            facts["animated"] = False
    return facts


def _order() -> dict[str, Any]:
    items = [
        {"product_retailer_id": name, "quantity": count, "item_price": price, "currency": "EUR"}
        for name, count, price in _ITEMS
    ]
    return {"catalog_id": "1042", "text": "Gift wrap, please", "product_items": items}
