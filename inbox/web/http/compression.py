"""Pages and JSON go out compressed: HTML is three quarters air.

That a page says what a stranger wrote beside what is secret lets nobody guess the latter by its
length: no other site can make a browser ask for it (``guard.refuse_other_sites``).
"""

from typing import Final

from litestar.config.compression import CompressionConfig
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import Receive, Scope, Send

from inbox.web.process.assets import ENCODINGS, Encoding

AS_IT_IS: Final = {"as_it_is": True}
"""In a route's ``opt``: its bytes are counted in ranges, or compressed already."""

_WINDOW: Final = 18
"""Bits of what Brotli looks back on: 256 KB are a page, and its own choice costs 8 MB an answer."""

STREAM: Final = "text/event-stream"


def asks_for_stream(accepted: str) -> bool:
    """Whether an answer is wanted that goes on for as long as somebody listens."""
    return any(part.partition(";")[0].strip().lower() == STREAM for part in accepted.split(","))


class Compressed(CompressionMiddleware):
    """What a compressor keeps back until there is more of it would be heard too late."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
        if asks_for_stream(accepted):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


# Browsers ask for Brotli over https and on their own machine; all others get gzip.
COMPRESSION: Final = CompressionConfig(
    backend="brotli",
    middleware_class=Compressed,
    brotli_quality=4,
    brotli_lgwin=_WINDOW,
    minimum_size=1_000,
    gzip_compress_level=5,
    exclude_opt_key="as_it_is",
)


def encodings_taken(header: str) -> list[Encoding]:
    """The best that the other side takes comes first; one that it refuses is not taken."""
    asked = dict(_asked(part) for part in header.split(","))
    return [encoding for encoding in ENCODINGS if asked.get(encoding, 0.0) > 0]


def _asked(part: str) -> tuple[str, float]:
    name, _separator, weight = part.strip().lower().partition(";q=")
    try:
        return name.strip(), float(weight or 1)
    except ValueError:
        return name.strip(), 0.0
