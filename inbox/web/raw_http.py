"""HTTP without the comfort: for webhooks, that come by the thousand and ask for nothing else.

A request object, its parameters and a response object cost more than all we do with a webhook.
"""

from functools import lru_cache
from typing import Any, Final, NamedTuple

from litestar.types import HTTPScope, Receive, Send

from inbox.web.guard import UNBROWSED
from inbox.web.headers import ENCODED, NO_STORE

RAW: Final = UNBROWSED | {"raw": True}
"""For routes that are answered here: what makes other answers fit for browsers passes by."""


class Answer(NamedTuple):
    """``words`` are plain text."""

    status: int
    words: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Left(Exception):
    """The other side went away before it had said all: nobody waits for an answer."""


def headers_of(scope: HTTPScope) -> dict[str, str]:
    """By lower-case name; of a header that comes twice the first counts."""
    return {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in reversed(list(scope["headers"]))
    }


async def read_body(receive: Receive, length: str | None, limit: int) -> bytes | Answer:
    """The raw body, or why it is refused: 413 as soon as it is known to be too large.

    ``length``: what the request says of itself. How long it may take, the server bounds for
    every request (``commands/http.py``). Raises ``Left``.
    """
    if length is not None and (not length.isdecimal() or int(length[:20]) > limit):
        return _too_large(limit)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Left
        part = message["body"]
        size += len(part)
        if size > limit:
            return _too_large(limit)
        if not message["more_body"]:
            return b"".join((*parts, part)) if parts else part
        parts.append(part)


def _too_large(limit: int) -> Answer:
    return Answer(413, f"A webhook has at most {limit} bytes.")


async def refuse_socket(send: Send) -> None:
    """A WebSocket has nothing to look for here."""
    await send({"type": "websocket.close", "code": 1008, "reason": "no feed at this address"})


async def answer(send: Send, given: Answer) -> None:
    head, body = _messages(given)
    await send(head)
    await send(body)


@lru_cache(maxsize=64)
def _messages(given: Answer) -> tuple[Any, Any]:
    """What is sent; nearly always the same."""
    body = given.words.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        NO_STORE,
        *ENCODED,
        *given.headers,
    ]
    head = {"type": "http.response.start", "status": given.status, "headers": headers}
    return head, {"type": "http.response.body", "body": body, "more_body": False}
