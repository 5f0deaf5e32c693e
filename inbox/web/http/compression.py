"""Pages go out compressed: HTML is three quarters air. Static files were compressed once."""

import gzip
from typing import Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_LEVEL: Final = 5
_SMALLEST: Final = 1_000


class Compressed(ASGIMiddleware):
    """Gzip for HTML that comes whole, for who takes it."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "raw"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if not _takes_gzip(scope):
            await next_app(scope, receive, send)
            return
        held: list[Message] = []

        async def smaller(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_html(message):
                held.append(message)
                return
            if held:
                start = held.pop()
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    _compress(start, message)
                await send(start)
            await send(message)

        await next_app(scope, receive, smaller)


def _takes_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def _is_html(start: Message) -> bool:
    headers = start["headers"]  # type: ignore[typeddict-item]  # any of ASGI's messages, by its type
    return any(
        name == b"content-type" and value.startswith(b"text/html") for name, value in headers
    )


def _compress(start: Message, body: Message) -> None:
    content: bytes = body["body"]  # type: ignore[typeddict-item]  # any of ASGI's messages, by its type
    if len(content) < _SMALLEST:
        return
    small = gzip.compress(content, _LEVEL, mtime=0)
    changed = (b"content-length", b"content-encoding", b"vary")
    kept = [pair for pair in start["headers"] if pair[0] not in changed]  # type: ignore[typeddict-item]  # any of ASGI's messages, by its type
    start["headers"] = [  # type: ignore[typeddict-unknown-key]  # any of ASGI's messages, by its type
        *kept,
        (b"content-length", str(len(small)).encode()),
        (b"content-encoding", b"gzip"),
        (b"vary", b"Accept-Encoding"),
    ]
    body["body"] = small  # type: ignore[typeddict-unknown-key]  # any of ASGI's messages, by its type
