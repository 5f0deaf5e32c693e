"""One call to a provider's API, made once, and what is known when no answer comes.

There is no idempotency key, so a message may be tried again only when this try certainly
made none. Everything that leaves a doubt is ``Ambiguous`` and left to the agent.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Literal, NamedTuple
from urllib.parse import quote

import httpx
from msgspec import Struct

from inbox.discreet import Discreet, Private
from inbox.domain.channels import Channel
from inbox.domain.language import N_, _, retold
from inbox.domain.times import SECOND, when
from inbox.providers.base import Ambiguous, Outgoing, Refused, SendResult

_log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(connect=5, read=20, write=20, pool=5)

_DEADLINE = 60
"""Against an answer that drips: the read timeout starts anew with every byte."""
_BODY_LIMIT = 256 * 1024
_UNREACHED = Refused(
    N_("WhatsApp could not be reached"),
    N_("Nothing was sent. If it stays so, ask an administrator to check the network."),
    retry_after=15,
)
_NO_ANSWER = Ambiguous(
    N_("WhatsApp did not answer"),
    N_("The message may or may not have gone out. Ask the customer before sending it again."),
)


Body = Mapping[str, object]
"""What a call sends as JSON."""
Method = Literal["POST", "PUT", "GET", "DELETE"]


class Streamed(Struct, frozen=True):
    """A body that is sent as it is read: its type, its bytes, and what reads it from the start."""

    content_type: str
    length: int
    parts: Callable[[], AsyncIterator[bytes]]


class Call(Discreet, frozen=True):
    """A POST of JSON, or another method. ``headers`` have lower-case names and hold the token.

    ``most``: bytes of an answer that are read.
    """

    url: httpx.URL
    headers: Private[Mapping[str, str]]
    body: Private[Body | None] = None
    method: Method = "POST"
    streamed: Private[Streamed | None] = None
    most: int = _BODY_LIMIT


class Answer(NamedTuple):
    """``retry_after``: how many seconds to wait, in the provider's digits."""

    status: int
    body: bytes
    retry_after: str | None = None


NOBODY = Refused(N_("This customer has no number to write to"), N_("Wait until they write again."))


def dialled(message: Outgoing) -> str | Refused:
    """The customer's number with a plus; of one who has none, a system without ids cannot write."""
    recipient = message.recipient
    return f"+{recipient}" if recipient.isascii() and recipient.isdigit() else NOBODY


def token_of(channel: Channel, what: str, hint: str) -> str | Refused:
    """What lets us in; ``what`` the provider calls it and where the ``hint`` says it is."""
    token = channel.access_token.strip()
    if not token:
        return unset(channel, what, hint)
    if not (token.isascii() and token.isprintable()):
        return unset(
            channel,
            _("usable %(what)s", what=_(what)),
            N_("Copy it again, without line breaks."),
        )
    return token


def api_address(channel: Channel, *path: str, example: str) -> httpx.URL | Refused:
    """The channel's API base and a path, in parts that cannot reach out of it.

    Refused unless it is an http(s) address that a socket would take, without a password.
    """
    missing = unset(
        channel, N_("usable API address"), _("It looks like %(example)s.", example=example)
    )
    try:
        below = "/".join(quote(part, safe="") for part in path)
        url = httpx.URL(f"{channel.api_base.strip().rstrip('/')}/{below}")
        url.raw_host.decode().encode("idna")  # what the resolver does; it refuses long labels
    except (httpx.InvalidURL, ValueError):
        return missing
    usable = url.scheme in ("http", "https") and url.host and not url.userinfo
    return url if usable and (url.port or 0) < 65536 else missing


def unset(channel: Channel, what: str, hint: str) -> Refused:
    """The channel lacks something that only an administrator can enter."""
    return Refused(
        _("The channel “%(name)s” has no %(what)s", name=channel.name, what=retold(what)),
        _(
            "Ask an administrator to enter it under Settings, Channels, %(name)s. %(hint)s",
            name=channel.name,
            hint=retold(hint),
        ),
        channel=True,
    )


async def tried(
    http: httpx.AsyncClient,
    call: Call | Refused,
    patience: httpx.Timeout,
    judge: Callable[[Answer], SendResult],
) -> SendResult:
    """One try of a send: why it cannot be made, what silence proves, or what the answer does."""
    if isinstance(call, Refused):
        return call
    answer = await exchange(http, call, patience)
    return judge(answer) if isinstance(answer, Answer) else answer


async def exchange(
    http: httpx.AsyncClient, call: Call, patience: httpx.Timeout, seconds: float = _DEADLINE
) -> Answer | Refused | Ambiguous:
    """The provider's answer, whatever it says, or what its absence proves. Never raises."""
    try:
        async with asyncio.timeout(seconds):
            return await _asked(http, call, patience)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
        return _UNREACHED  # no connection, so not a byte of the message left
    except (httpx.HTTPError, TimeoutError):
        return _NO_ANSWER
    except Exception:  # it may have gone out, so not even our own mistake may repeat it
        _log.exception("a call to a provider ended in a surprise")
        return _NO_ANSWER


async def _asked(http: httpx.AsyncClient, call: Call, patience: httpx.Timeout) -> Answer:
    """Unzipped and capped, so that no answer can grow; a redirect would resend the message."""
    headers = {"accept-encoding": "identity"} | dict(call.headers)
    content: bytes | AsyncIterator[bytes] | None = None
    if call.body is not None:
        headers = {"content-type": "application/json"} | headers
        content = json.dumps(call.body).encode()
    elif call.streamed is not None:
        length = str(call.streamed.length)
        headers |= {"content-type": call.streamed.content_type, "content-length": length}
        content = call.streamed.parts()
    request = http.build_request(
        call.method, call.url, content=content, headers=headers, timeout=patience
    )
    response = await http.send(request, stream=True, follow_redirects=False)
    try:
        body = await _read(response, call.most)
    finally:
        await response.aclose()
    return Answer(response.status_code, body, _pause(response.headers))


async def _read(response: httpx.Response, most: int) -> bytes:
    """What came of the body: when it breaks off, the status line still says something."""
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > most:
                break
    except httpx.HTTPError:
        pass
    return bytes(body[:most])


def _pause(headers: httpx.Headers) -> str | None:
    """``Retry-After``, or else when the limit ends: in seconds from now, or as a moment."""
    asked: str | None = headers.get("retry-after")
    reset: str | None = headers.get("x-ratelimit-reset")
    if asked is not None:
        return asked
    if reset is None or len(reset) < 9:
        return reset
    now = time.time_ns() // 1000
    moment = when(reset, now)
    return None if moment is None else str(max(0, -(-(moment - now) // SECOND)))
