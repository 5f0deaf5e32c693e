"""Pages and JSON go out compressed: HTML is three quarters air.

That a page says what a stranger wrote beside what is secret lets nobody guess the latter by its
length: no other site can make a browser ask for it (``guard.refuse_other_sites``).
"""

import gzip
from asyncio import get_running_loop
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

import brotli  # type: ignore[import-untyped]  # it has none
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import HTTPResponseStartEvent, Message, Receive, Scope, Send

from inbox.web.process.assets import ENCODINGS, Encoding

AS_IT_IS: Final = {"as_it_is": True}
"""In a route's ``opt``: its bytes are counted in ranges, or compressed already."""

_WINDOW: Final = 18
"""Bits of what Brotli looks back on: 256 KB are a page, and its own choice costs 8 MB an answer."""

_QUALITY: Final = 4
"""Of Brotli: 3 saves a third of the time and costs a twentieth in size, 5 the other way round."""
_LEVEL: Final = 5
_LARGE: Final = 16_000
"""Bytes; less is done sooner than another thread is told of it."""
_press: Final = ThreadPoolExecutor(1, "press")

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

    def create_compression_send_wrapper(
        self, send: Send, compression_encoding: Literal["br", "gzip"] | str, scope: Scope
    ) -> Send:
        """What is large is compressed beside the loop, which it would hold up for a millisecond
        or two; the rest as Litestar does it."""
        at_once = super().create_compression_send_wrapper(send, compression_encoding, scope)
        begun: HTTPResponseStartEvent | None = None

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message
            elif message["type"] == "http.response.body" and begun is not None:
                start: HTTPResponseStartEvent = begun
                begun = None
                if len(message["body"]) < _LARGE or message.get("more_body"):
                    await at_once(start)
                    await at_once(message)
                    return
                compress = _brotli if compression_encoding == "br" else _gzip
                body = await get_running_loop().run_in_executor(_press, compress, message["body"])
                headers = MutableScopeHeaders(start)
                headers["content-encoding"] = compression_encoding
                headers["content-length"] = str(len(body))
                headers.extend_header_value("vary", "Accept-Encoding")
                await send(start)
                await send({**message, "body": body})
            else:
                await at_once(message)

        return sending


# Browsers ask for Brotli over https and on their own machine; all others get gzip.
COMPRESSION: Final = CompressionConfig(
    backend="brotli",
    middleware_class=Compressed,
    brotli_quality=_QUALITY,
    brotli_lgwin=_WINDOW,
    minimum_size=1_000,
    gzip_compress_level=_LEVEL,
    exclude_opt_key="as_it_is",
)


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=_QUALITY, lgwin=_WINDOW))


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)


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
