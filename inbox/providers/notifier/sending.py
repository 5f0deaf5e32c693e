"""A text on its way to Notifier: one POST, and what its answer proves (E.6).

Notifier tells no id of the message, and it has no receipts: "sent" is all that is ever known.
"""

import re
from typing import Any

import httpx

from inbox.domain.channels import Channel
from inbox.domain.text import scrub, text
from inbox.providers.base import Accepted, Outgoing, Refused, SendResult
from inbox.providers.calling import Answer, Call, address, dialled, token_of, tried
from inbox.providers.notifier.connecting import API_BASE
from inbox.providers.verdicts import told
from inbox.providers.whatsable.answers import failed, refusal, taken, unproven

_HINT = "It stands in Notifier's dashboard under Developer."

_SENT = re.compile(r"message sent\b|sent successfully", re.ASCII | re.IGNORECASE)
_NOT_SENT = re.compile(r"\b(failed|error|not sent)\b", re.ASCII | re.IGNORECASE)


async def send(
    http: httpx.AsyncClient, channel: Channel, message: Outgoing, patience: httpx.Timeout
) -> SendResult:
    token = channel.access_token.strip()
    call = _prepared(channel, message)
    return await tried(http, call, patience, lambda got: judge(got, message.recipient, token))


def _prepared(channel: Channel, message: Outgoing) -> Call | Refused:
    phone = dialled(message)
    if isinstance(phone, Refused):
        return phone
    token = token_of(channel, "API token", _HINT)
    if isinstance(token, Refused):
        return token
    url = address(channel, "send", example=API_BASE)
    if isinstance(url, Refused):
        return url
    body = {"phone": phone, "text": scrub(message.text)}
    return Call(url, {"authorization": f"Bearer {token}"}, body)


def judge(answer: Answer, recipient: str, token: str) -> SendResult:
    """Words decide: ``{"message": "Message sent successfully"}``, or what did not succeed."""
    said = told(answer)
    if problem := failed(answer, said, token):
        return problem
    if found := taken(said, recipient):
        return found
    return _by_words(answer, said, token)


def _by_words(answer: Answer, said: dict[str, Any], token: str) -> SendResult:
    words = text(said.get("message")) or ""
    if _NOT_SENT.search(words):
        return refusal(answer, said, token)
    if said.get("success") is True or _SENT.search(words):
        return Accepted(None)
    return unproven()
