"""Headers of every answer: a browser runs and loads nothing but our own files."""

from typing import Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",  # what was just recorded is heard before it is sent
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

ALWAYS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}


BY_HTTPS: Final = (b"strict-transport-security", b"max-age=31536000")
"""Only to who came by https: this host alone, for a year."""

ENCODED: Final = [(name.lower().encode(), value.encode()) for name, value in ALWAYS.items()]
NO_STORE: Final = (b"cache-control", b"no-store")


class SecurityHeaders(ASGIMiddleware):
    """Adds them, and keeps pages with customers' words out of every cache."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "raw"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                present = {name for name, _ in headers}
                if NO_STORE[0] not in present:
                    headers.append(NO_STORE)
                if ENCODED[0][0] not in present:  # an error's answer brings its own
                    headers += ENCODED
                if scope["scheme"] == "https":
                    headers.append(BY_HTTPS)
                message["headers"] = headers
            await send(message)

        await next_app(scope, receive, with_headers)
