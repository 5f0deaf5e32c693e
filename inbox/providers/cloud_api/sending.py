"""A text on its way to Graph: one POST, and what its answer proves (B.1, B.4).

There is no idempotency key, so a message may be tried again only when this try certainly
made none. Everything that leaves a doubt is ``Ambiguous`` and left to the agent.
"""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from inbox.domain.channels import Channel
from inbox.domain.text import scrub
from inbox.providers.base import Ambiguous, Outgoing, Refused, SendResult
from inbox.providers.cloud_api.answers import Answer, judge

_log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(connect=5, read=20, write=20, pool=5)

_DEADLINE = 60
"""Against an answer that drips: the read timeout starts anew with every byte."""
_BODY_LIMIT = 256 * 1024
_UNREACHED = Refused(
    "WhatsApp could not be reached",
    "Nothing was sent. If it stays so, ask an administrator to check the network.",
    retry_after=15,
)
_NO_ANSWER = Ambiguous(
    "WhatsApp did not answer",
    "The message may or may not have gone out. Ask the customer before sending it again.",
)


@dataclass(frozen=True, slots=True)
class _Call:
    url: httpx.URL
    token: str = field(repr=False)
    body: dict[str, Any] = field(repr=False)


async def send(
    http: httpx.AsyncClient, channel: Channel, message: Outgoing, patience: httpx.Timeout
) -> SendResult:
    call = _prepared(channel, message)
    if isinstance(call, Refused):
        return call
    answer = await _exchange(http, call, patience)
    if not isinstance(answer, Answer):
        return answer
    return judge(answer, message.recipient, call.token)


def _prepared(channel: Channel, message: Outgoing) -> _Call | Refused:
    token = channel.access_token.strip()
    if not message.recipient:
        return Refused("This customer has no number to write to", "Wait until they write again.")
    if not channel.account:
        return _unset(channel, "phone number id", "It stands beside the number in Meta's app.")
    if not token:
        return _unset(channel, "access token", "Create one in Meta's Business settings.")
    if not (token.isascii() and token.isprintable()):
        return _unset(channel, "usable access token", "Copy it again, without line breaks.")
    url = _address(channel.api_base, channel.account)
    if url is None:
        return _unset(
            channel, "usable API address", "It looks like https://graph.facebook.com/v25.0."
        )
    return _Call(url, token, payload(message))


def _unset(channel: Channel, what: str, hint: str) -> Refused:
    return Refused(
        f"The channel “{channel.name}” has no {what}",
        f"Ask an administrator to enter it under Settings, Channels, {channel.name}. {hint}",
    )


def _address(api_base: str, account: str) -> httpx.URL | None:
    """None unless it is an http(s) address that a socket would take, without a password."""
    try:
        url = httpx.URL(f"{api_base.strip().rstrip('/')}/{quote(account, safe='')}/messages")
        url.raw_host.decode().encode("idna")  # what the resolver does; it refuses long labels
    except (httpx.InvalidURL, ValueError):
        return None
    usable = url.scheme in ("http", "https") and url.host and not url.userinfo
    return url if usable and (url.port or 0) < 65536 else None


def payload(message: Outgoing) -> dict[str, Any]:
    """Digits are dialled with a plus; a customer without a number is named by their BSUID."""
    dialled = message.recipient.isascii() and message.recipient.isdigit()
    to = {"to": "+" + message.recipient} if dialled else {"recipient": message.recipient}
    quoted = {"context": {"message_id": message.quoted_id}} if message.quoted_id else {}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **to,
        "type": "text",
        "text": {"body": scrub(message.text), "preview_url": False},
        **quoted,
        "biz_opaque_callback_data": message.id,
    }


async def _exchange(
    http: httpx.AsyncClient, call: _Call, patience: httpx.Timeout
) -> Answer | SendResult:
    try:
        async with asyncio.timeout(_DEADLINE):
            return await _post(http, call, patience)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
        return _UNREACHED  # no connection, so not a byte of the message left
    except (httpx.HTTPError, TimeoutError):
        return _NO_ANSWER
    except Exception:  # it may have gone out, so not even our own mistake may repeat it
        _log.exception("sending a message ended in a surprise")
        return _NO_ANSWER


async def _post(http: httpx.AsyncClient, call: _Call, patience: httpx.Timeout) -> Answer:
    """Unzipped and capped, so that no answer can grow; a redirect would resend the message."""
    headers = {
        "authorization": f"Bearer {call.token}",
        "content-type": "application/json",
        "accept-encoding": "identity",
    }
    content = json.dumps(call.body).encode()
    request = http.build_request(
        "POST", call.url, content=content, headers=headers, timeout=patience
    )
    response = await http.send(request, stream=True, follow_redirects=False)
    try:
        body = await _read(response)
    finally:
        await response.aclose()
    return Answer(response.status_code, body, response.headers.get("retry-after"))


async def _read(response: httpx.Response) -> bytes:
    """What came of the body: when it breaks off, the status line still says something."""
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > _BODY_LIMIT:
                break
    except httpx.HTTPError:
        pass
    return bytes(body[:_BODY_LIMIT])
