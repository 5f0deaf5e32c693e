"""A text on its way to a host of the WhatsApp Business API (wire-formats C.4).

Two forms of one call. On-premises clients, and hosts that kept their form, take
``/v1/messages``; 360dialog's Cloud takes ``/messages`` and the message as Meta's Graph does.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from inbox.domain.channels import Channel
from inbox.domain.text import scrub
from inbox.providers.base import Outgoing, Refused, SendResult
from inbox.providers.calling import NOBODY, Answer, Call, address, exchange, token_of
from inbox.providers.cloud_api.sending import payload as graph_payload
from inbox.providers.waba.answers import judge

D360_CLOUD = "https://waba-v2.360dialog.io"

_EXAMPLE = f"{D360_CLOUD} or https://whatsapp.example.com/v1"
_NAMED = re.compile(r"(authorization|(?:d360-|x-)?api-key):\s*(\S.*)", re.IGNORECASE)
_BEARER = re.compile(r"bearer\s+", re.IGNORECASE)


async def send(
    http: httpx.AsyncClient, channel: Channel, message: Outgoing, patience: httpx.Timeout
) -> SendResult:
    call = prepared(channel, message)
    if isinstance(call, Refused):
        return call
    answer = await exchange(http, call, patience)
    if not isinstance(answer, Answer):
        return answer
    return judge(answer, message.recipient, _secret(call.headers))


def prepared(channel: Channel, message: Outgoing) -> Call | Refused:
    """In which form, to which address and with which proof: all by what the channel was told."""
    key = token_of(channel, "API key", "The provider shows it when it is made.")
    if isinstance(key, Refused):
        return key
    base = channel.api_base.strip().rstrip("/")
    root = base.removesuffix("/messages")
    older = root.endswith("/v1")
    cloud = not older and (root != base or _host(root) == _host(D360_CLOUD))
    path = ("messages",) if older or cloud else ("v1", "messages")
    url = address(replace(channel, api_base=root), *path, example=_EXAMPLE)
    if isinstance(url, Refused):
        return url
    dialled = message.recipient.isascii() and message.recipient.isdigit()
    if not dialled and not (cloud and message.recipient):
        return NOBODY
    return Call(url, entrance(key), graph_payload(message) if cloud else payload(message))


def entrance(key: str) -> dict[str, str]:
    """``D360-API-KEY``, unless the key was entered with the header that it goes into."""
    if named := _NAMED.fullmatch(key):
        return {named[1].lower(): named[2]}
    return {"authorization" if _BEARER.match(key) else "d360-api-key": key}


def _secret(headers: Mapping[str, str]) -> str:
    """What of the header must not be repeated in words."""
    return _BEARER.sub("", next(iter(headers.values())), count=1)


def _host(address: str) -> str:
    try:
        return httpx.URL(address).host
    except (httpx.InvalidURL, ValueError):
        return ""


def payload(message: Outgoing) -> dict[str, Any]:
    """On-premises clients take the digits alone, and refuse a key that they do not know."""
    quoted = {"context": {"message_id": message.quoted_id}} if message.quoted_id else {}
    return {
        "recipient_type": "individual",
        "to": message.recipient,
        "type": "text",
        "text": {"body": scrub(message.text)},
        **quoted,
    }
