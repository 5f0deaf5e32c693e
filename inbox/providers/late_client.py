"""The client for providers, whose ways out are made once something is sent.

To read the authorities that certificates are checked by, and to load what speaks HTTP, is a
twentieth of a start. It is done beside the loop, so that nobody waits but who sends first.
"""

import asyncio
import ssl
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx


class LateTransport(httpx.AsyncBaseTransport):
    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._make, self._turn = make, asyncio.Lock()
        self._made: httpx.AsyncBaseTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with self._turn:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
        return await self._made.handle_async_request(request)

    async def aclose(self) -> None:
        if self._made is not None:
            await self._made.aclose()


class LateClient(httpx.AsyncClient):
    """Where httpx makes its transports in another way than it does, it makes them at once."""

    def _init_transport(self, *rest: Any, **given: Any) -> httpx.AsyncBaseTransport:
        made = super()._init_transport
        return LateTransport(lambda: made(*rest, **given | {"verify": authorities()}))

    def _init_proxy_transport(self, *rest: Any, **given: Any) -> httpx.AsyncBaseTransport:
        made = super()._init_proxy_transport
        return LateTransport(lambda: made(*rest, **given | {"verify": authorities()}))


@cache
def authorities() -> ssl.SSLContext:
    """Those that this machine trusts, read once."""
    return httpx.create_ssl_context()
