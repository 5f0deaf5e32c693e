"""HTTP without the comfort: for webhooks, that come by the thousand and ask for nothing else.

A route found by Litestar, a request object, its parameters, middleware and a response object
cost more than all we do with a webhook.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from time import perf_counter
from typing import Any, Final, NamedTuple, Protocol

from litestar import asgi
from litestar.enums import ScopeType
from litestar.handlers import ASGIRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from inbox.domain.language import _
from inbox.web.http.errors import understood
from inbox.web.http.guard import UNBROWSED
from inbox.web.http.headers import ENCODED, NO_STORE
from inbox.web.process.request_counts import Requests

WHOLE: Final = "inbox.whole"
"""The ASGI extension of our own server (``server/http_protocol.py``): an answer in one write."""

PEER: Final = "inbox.peer"
"""Another one: whether who is answered reads what they are sent."""


class RawAnswer(NamedTuple):
    """``words`` are plain text."""

    status: int
    words: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


Work = Callable[[HTTPScope, Receive], Awaitable[RawAnswer]]


class Wire(NamedTuple):
    """An answer as it is sent; ``head`` is the status and the headers that are always the same."""

    head: bytes
    body: bytes


class WholeWriter(Protocol):
    """What is behind the extension."""

    async def write_whole(self, wire: Wire) -> None: ...


class Left(Exception):
    """The other side went away before it had said all: nobody waits for an answer."""


def headers_of(scope: HTTPScope) -> dict[str, str]:
    """By lower-case name; of a header that comes twice the first counts."""
    return {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in reversed(list(scope["headers"]))
    }


async def read_body(receive: Receive, length: str | None, limit: int) -> bytes | RawAnswer:
    """The raw body, or why it is refused: 413 as soon as it is known to be too large.

    ``length``: what the request says of itself. How long it may take, the server bounds for
    every request (``server/http_protocol.py``). Raises ``Left``.
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


def _too_large(limit: int) -> RawAnswer:
    return RawAnswer(413, _("A webhook has at most %(limit)s bytes.", limit=limit))


async def answer_raw(scope: HTTPScope, send: Send, given: RawAnswer) -> None:
    """At once, with the bytes made once, if the server knows how and it is a POST."""
    extensions: Any = scope.get("extensions") or {}
    writer: WholeWriter | None = extensions.get(WHOLE)
    if writer is not None and scope["method"] == "POST":
        await writer.write_whole(_wire(given))
        return
    head, body = _messages(given)
    await send(head)
    await send(body)


@lru_cache(maxsize=64)
def _messages(given: RawAnswer) -> tuple[Any, Any]:
    """What is sent; nearly always the same."""
    body = given.words.encode()
    head = {"type": "http.response.start", "status": given.status, "headers": _headers(given, body)}
    return head, {"type": "http.response.body", "body": body, "more_body": False}


@lru_cache(maxsize=64)
def _wire(given: RawAnswer) -> Wire:
    body = given.words.encode()
    phrase = HTTPStatus(given.status).phrase
    lines = [b"%b: %b\r\n" % header for header in _headers(given, body)]
    return Wire(b"HTTP/1.1 %d %b\r\n%b" % (given.status, phrase.encode(), b"".join(lines)), body)


def _headers(given: RawAnswer, body: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        NO_STORE,
        *ENCODED,
        *given.headers,
    ]


def raw(path: str, *, mount: bool = False) -> Callable[[Work], ASGIRouteHandler]:
    """A route whose function gives its ``Answer``, or raises ``Left``.

    Its requests are nearly always answered by ``in_front``, before Litestar looks at them.
    """

    def made(work: Work) -> ASGIRouteHandler:
        async def reached(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                # A WebSocket has nothing to look for here.
                reason = _("no feed at this address")
                await send({"type": "websocket.close", "code": 1008, "reason": reason})
                return
            with suppress(Left):
                await answer_raw(scope, send, await work(scope, receive))

        here = UNBROWSED | {"raw": work}
        return asgi(path, is_mount=mount, copy_scope=False, opt=here)(reached)

    return made


class _Route(NamedTuple):
    handler: ASGIRouteHandler
    work: Work
    mount: bool


def in_front(app: ASGIApp, handlers: Iterable[Any], requests: Requests) -> ASGIApp:
    """``app``, with the raw ones of its routes answered before its routing and its middleware,
    which cost more than a no-op, and counted here.
    """
    routes = {
        path: _Route(handler, handler.opt["raw"], handler.is_mount)
        for handler in handlers
        if isinstance(handler, ASGIRouteHandler) and "raw" in handler.opt
        for path in handler.paths
    }

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        cut = len(path) if path in routes else path.rfind("/")
        found = routes.get(path[:cut])
        if found is None or scope["type"] != ScopeType.HTTP or found.mount != (cut < len(path)):
            await app(scope, receive, send)
            return
        began = perf_counter()
        scope["route_handler"] = found.handler
        if found.mount:
            scope["path"] = path[cut:]
        try:
            given = await found.work(scope, receive)
        except Left:
            return
        except Exception as fault:
            given = _failed(fault, scope["method"], path[:cut])
        requests.note(scope, given.status, perf_counter() - began)
        await answer_raw(scope, send, given)

    return handle


def _failed(fault: Exception, method: str, route: str) -> RawAnswer:
    status, detail = understood(fault, method, route)
    return RawAnswer(status, detail, ((b"retry-after", b"5"),) if status == 503 else ())
