"""One small POST to an address that a stranger named, by the rules by which files are fetched.

The name is resolved once and the connection goes to that very address; no redirect is followed, no
proxy asked, and of the answer only its status and its wish for a pause are read.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import httpx

from inbox import __version__
from inbox.domain.language import N_
from inbox.domain.networks import Address, is_public
from inbox.media.addresses import Origin, Resolve, origin, parsed, resolve

SECONDS: Final = 10.0
ADDRESSES: Final = 3
HTTPS: Final = 443

FORBIDDEN: Final = N_("Its address leads to a place where nothing is sent to")
UNREACHED: Final = N_("Its server could not be reached")


class Posted(NamedTuple):
    """``status`` None: nobody answered, for a ``reason``. ``retry_after``: seconds."""

    status: int | None
    reason: str | None = None
    retry_after: int | None = None


class Poster:
    """``named``: hosts, or hosts with a port, that may be in a private network and plain http."""

    def __init__(
        self,
        named: Collection[str] = (),
        *,
        resolve: Resolve = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._named, self._resolve = frozenset(named), resolve
        self._opened = transport

    def allows(self, url: str) -> bool:
        """Whether it may be asked, as far as the address itself tells."""
        found = parsed(url)
        if found is None or found.userinfo:
            return False
        there = origin(found)
        return self._trusts(there) or (there.scheme == "https" and there.port == HTTPS)

    def _trusts(self, there: Origin) -> bool:
        return bool(self._named & {there.host, f"{there.host}:{there.port}"})

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """It never raises for what is elsewhere."""
        target = parsed(url)
        if target is None or not self.allows(url):
            return Posted(None, FORBIDDEN)
        try:
            async with asyncio.timeout(SECONDS):
                return await self._post(target, body, headers)
        except (TimeoutError, httpx.HTTPError, OSError, UnicodeError, ValueError):
            return Posted(None, UNREACHED)

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> Posted:
        there = origin(url)
        found = await self._resolve(there.host, there.port)
        # One that is private among public ones is somebody's trick.
        if not self._trusts(there) and not all(map(is_public, found)):
            return Posted(None, FORBIDDEN)
        for address in found[:ADDRESSES]:
            try:
                answer = await self._transport.handle_async_request(
                    _request(url, there, address, body, headers)
                )
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            await answer.aclose()
            return Posted(answer.status_code, None, _pause(answer))
        return Posted(None, UNREACHED)

    @property
    def _transport(self) -> httpx.AsyncBaseTransport:
        if self._opened is None:  # reading the certificates takes a moment
            # No connection is used twice: it was made to an address for one name.
            limits = httpx.Limits(max_connections=20, max_keepalive_connections=0)
            self._opened = httpx.AsyncHTTPTransport(limits=limits)
        return self._opened

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.aclose()


def _request(
    url: httpx.URL, there: Origin, address: Address, body: bytes, headers: Mapping[str, str]
) -> httpx.Request:
    """To this very address; TLS asks for the name, and so does the header Host."""
    usual = {
        "host": url.netloc.decode("ascii"),
        "user-agent": f"Inbox/{__version__}",
        "connection": "close",
    }
    seconds = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
    target = url.copy_with(host=str(address), fragment=None)
    extensions: dict[str, object] = {"timeout": seconds, "sni_hostname": there.host}
    return httpx.Request(
        "POST", target, headers=usual | dict(headers), content=body, extensions=extensions
    )


def _pause(answer: httpx.Response) -> int | None:
    asked = answer.headers.get("retry-after", "")
    if answer.status_code not in (429, 503) or len(asked) > 6:
        return None
    return int(asked) if asked.isascii() and asked.isdigit() else None
