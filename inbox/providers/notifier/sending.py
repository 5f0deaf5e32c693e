"""How Notifier is asked to send a text or a file, and what its answer proves (E.6).

The older API tells no id of the message. The newer one, of "Notifyer Systems", takes the text in
the form of Meta's and tells WhatsApp's id; neither has receipts: "sent" is all that is ever known.
"""

import re

from inbox.domain.language import N_
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject, text
from inbox.providers.base import Accepted, SendResult
from inbox.providers.calling import Answer
from inbox.providers.cloud_api.bodies import body
from inbox.providers.verdicts import answer_object
from inbox.providers.whatsable.answers import failed, message_id_of, refusal, unproven
from inbox.providers.whatsable.dashboard import Key, Post, text_and_link

KEY = Key(N_("API token"), N_("It stands in Notifier's dashboard under Developer."), "Bearer ")

_NEWER_GROUP = "api:U9ztporN"
"""Notifier's hosts have one path for each part of the API; this is the newer sending's."""

_SENT = re.compile(r"message sent\b|sent successfully", re.ASCII | re.IGNORECASE)
_NOT_SENT = re.compile(r"\b(failed|error|not sent)\b", re.ASCII | re.IGNORECASE)


def post(api_base: str, phone: str, said: Said) -> Post:
    """By the API address alone. Whole addresses of a call are understood too."""
    base = api_base.strip().rstrip("/")
    root = base.removesuffix("/send/message")
    if root != base or root.endswith(f"/{_NEWER_GROUP}"):
        return Post(root, ("send", "message"), _newer(phone, said))
    return Post(base.removesuffix("/send"), ("send",), {"phone": phone, **text_and_link(said)})


def _newer(phone: str, said: Said) -> JsonObject:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": phone,
        **body(said),
        "labels": [],
    }


def judge(answer: Answer, recipient: str, token: str) -> SendResult:
    """Words decide: ``{"message": "Message sent successfully"}``, or what did not succeed."""
    said = answer_object(answer)
    if problem := failed(answer, said, token):
        return problem
    if found := message_id_of(said, recipient):
        return found
    return _by_words(answer, said, token)


def _by_words(answer: Answer, said: JsonObject, token: str) -> SendResult:
    words = text(said.get("message")) or ""
    if _NOT_SENT.search(words):
        return refusal(answer, said, token)
    if said.get("success") is True or _SENT.search(words):
        return Accepted(None)
    return unproven()
