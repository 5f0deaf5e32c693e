"""A message of every kind as Meta spells it, for the customer of a sandbox to send.

What a sample is about (what is answered, edited or taken back) is somebody's to find: ``Talk``.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from inbox.domain.language import N_, _
from inbox.domain.message_types import FINER, TYPES, UNSUPPORTED, MessageType
from inbox.domain.text import JsonObject
from inbox.trial.files import file

Message = JsonObject


class Talk(NamedTuple):
    """The ids, at the provider, of what was said: newest of either side, empty without one."""

    ours: str = ""
    theirs: str = ""


class Sample(NamedTuple):
    """``needs`` is what of a ``Talk`` it refers to."""

    kind: str
    name: str
    icon: str
    needs: str = ""

    @property
    def label(self) -> str:
        """What it is called in the language that is spoken."""
        return _(self.name)


def _of(name: str, known: MessageType, needs: str = "") -> Sample:
    """Called as the inbox calls what arrives."""
    return Sample(name, known.name, known.icon, needs)


FILES = ("image", "video", "audio", "document", "sticker")

SAMPLES = (
    *(_of(name, FINER["voice"] if name == "audio" else TYPES[name]) for name in FILES),
    *(_of(name, known) for name, known in TYPES.items() if known.sample),
    Sample("styled", N_("Text with styles"), "edit"),
    Sample("quote", N_("Quoted reply"), "reply", "ours"),
    Sample("forwarded", N_("Forwarded text"), "forward"),
    Sample("button_reply", N_("Pressed button"), "list"),
    Sample("list_reply", N_("Choice from a list"), "list"),
    Sample("form", N_("Filled form"), "list"),
    Sample("product", N_("Question about a product"), "tag"),
    Sample("referral", N_("Text from an ad"), "external"),
    _of("reaction", TYPES["reaction"], "ours"),
    Sample("edit", N_("Edit of their last text"), "edit", "theirs"),
    Sample("revoke", N_("Deletion of their last text"), "trash", "theirs"),
    Sample("unsupported", N_("Poll (not supported)"), UNSUPPORTED.icon),
)
KINDS = {sample.kind: sample for sample in SAMPLES}
LASTING = tuple(
    one.kind for one in SAMPLES if one.kind not in ("quote", "reaction", "edit", "revoke")
)
"""Those that are messages of their own and refer to nothing."""

PLACE = TYPES["location"].sample["location"] if TYPES["location"].sample else {}
"""Where every pretend customer is."""

_PRODUCT = {"catalog_id": "1042", "product_retailer_id": "KETTLE-BLUE"}
_STYLED = (
    "> Is it still available?\n*Yes*, and in _two_ colours:\n- ~green~ blue\n- red\n"
    "The code is ```KETTLE10```, see https://www.example.com/kettles"
)
_AD = {
    "source_type": "ad",
    "source_url": "https://www.example.com/ads/kettles",
    "headline": "Kettles, half price",
    "body": "Only this week, and only while we have them.",
}
_CHOSEN = {"id": "tue", "title": "Tuesday", "description": "Between 9 and 12"}
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
        case "quote" | "button_reply" | "list_reply":
            return _plain(kind) | answers
        case "reaction":
            return {"type": kind, kind: {"message_id": talk.ours, "emoji": "👍"}}
        case "edit":
            new = _text("I meant the *red* one, sorry")
            return {"type": kind, kind: {"original_message_id": talk.theirs, "message": new}}
        case "revoke":
            return {"type": kind, kind: {"original_message_id": talk.theirs}}
    return {"type": kind, kind: _file(kind)} if kind in FILES else _plain(kind)


def _plain(kind: str) -> Message:
    """Those that need nothing but themselves."""
    known: dict[str, Message] = {
        "styled": _text(_STYLED),
        "quote": _text("This one, please"),
        "forwarded": _text("Have you seen this?") | {"context": {"forwarded": True}},
        "button_reply": _interactive("button_reply", {"id": "yes", "title": "Yes, deliver it"}),
        "list_reply": _interactive("list_reply", _CHOSEN),
        "form": _interactive("nfm_reply", _FILLED),
        "product": _text("Is this one in stock?") | {"context": {"referred_product": _PRODUCT}},
        "referral": _text("Is the offer still on?") | {"referral": _AD},
    }
    return known.get(kind) or dict(TYPES.get(kind, UNSUPPORTED).sample or {})


def _text(body: str) -> Message:
    return {"type": "text", "text": {"body": body}}


def _interactive(kind: str, answer: Mapping[str, object]) -> Message:
    return {"type": "interactive", "interactive": {"type": kind, kind: answer}}


def _file(kind: str) -> JsonObject:
    """As a webhook describes a file: its id, by which it is fetched from the pretend Graph."""
    found = file(kind)
    digest = base64.b64encode(hashlib.sha256(found.body).digest()).decode()
    facts: JsonObject = {"id": kind, "mime_type": found.mime, "sha256": digest}
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
