"""One small POST to an address that a stranger named, by the rules by which files are fetched.

The name is resolved once and the connection goes to that very address; no redirect is followed, no
proxy asked, and of the answer no more is read than is wanted.
"""

import asyncio
import ssl
from collections.abc import Callable, Collection, Mapping
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
TOO_SLOW: Final = N_("Its server did not answer in time")
DISTRUSTED: Final = N_("Its certificate cannot be trusted")


class Posted(NamedTuple):
    """``status`` None: nobody answered, for a ``reason``. ``retry_after``: seconds.

    ``answer``: how it begins; ``asked_pause``: its Retry-After, as it stands there.
    """

    status: int | None
    reason: str | None = None
    retry_after: int | None = None
    answer: bytes = b""
    asked_pause: str = ""


class Poster:
    """``named``: hosts, or hosts with a port, that may be in a private network and plain http.

    ``anywhere``: any port will do, and plain http, in networks that it says may be reached.
    ``seconds`` for all of it; ``answer_limit``: bytes that are read of an answer.
    """

    def __init__(
        self,
        named: Collection[str] = (),
        *,
        resolve: Resolve = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
        anywhere: Callable[[Address], bool] | None = None,
        seconds: float = SECONDS,
        answer_limit: int = 0,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self._named, self._resolve = frozenset(named), resolve
        self._anywhere, self._seconds, self._answer_limit = anywhere, seconds, answer_limit
        self._verify = verify
        self._opened = transport

    def allows(self, url: str) -> bool:
        """Whether it may be asked, as far as the address itself tells."""
        found = parsed(url)
        if found is None or found.userinfo:
            return False
        there = origin(found)
        if self._anywhere:
            return True
        return self._trusts(there) or (there.scheme == "https" and there.port == HTTPS)

    def _trusts(self, there: Origin) -> bool:
        return bool(self._named & {there.host, f"{there.host}:{there.port}"})

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """It never raises for what is elsewhere."""
        target = parsed(url)
        if target is None or not self.allows(url):
            return Posted(None, FORBIDDEN)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(target, body, headers)
        except (TimeoutError, httpx.TimeoutException):
            return Posted(None, TOO_SLOW)
        except (httpx.HTTPError, OSError, UnicodeError, ValueError):
            return Posted(None, UNREACHED)

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> Posted:
        there = origin(url)
        found = await self._resolve(there.host, there.port)
        # One that is private among public ones is somebody's trick.
        reaches = self._anywhere or is_public
        if not self._trusts(there) and not all(map(reaches, found)):
            return Posted(None, FORBIDDEN)
        reason = UNREACHED
        for address in found[:ADDRESSES]:
            try:
                answer = await self._transport.handle_async_request(
                    _request(url, there, address, body, headers, self._seconds)
                )
            except (httpx.ConnectError, httpx.ConnectTimeout) as unreached:
                if "CERTIFICATE" in str(unreached):
                    reason = DISTRUSTED
                continue
            try:
                begins = await self._beginning(answer)
            finally:
                await answer.aclose()
            asked = answer.headers.get("retry-after", "")[:64] if self._anywhere else ""
            return Posted(answer.status_code, None, _pause(answer), begins, asked)
        return Posted(None, reason)

    async def _beginning(self, answer: httpx.Response) -> bytes:
        begins = bytearray()
        if self._answer_limit:
            async for chunk in answer.aiter_raw():
                begins += chunk
                if len(begins) >= self._answer_limit:
                    break
        return bytes(begins[: self._answer_limit])

    @property
    def _transport(self) -> httpx.AsyncBaseTransport:
        if self._opened is None:  # reading the certificates takes a moment
            # No connection is used twice: it was made to an address for one name.
            most = 200 if self._anywhere else 20
            limits = httpx.Limits(max_connections=most, max_keepalive_connections=0)
            self._opened = httpx.AsyncHTTPTransport(verify=self._verify, limits=limits)
        return self._opened

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.aclose()


def _request(
    url: httpx.URL,
    there: Origin,
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    patience: float,
) -> httpx.Request:
    """To this very address; TLS asks for the name, and so does the header Host."""
    usual = {
        "host": url.netloc.decode("ascii"),
        "user-agent": f"Inbox/{__version__}",
        "connection": "close",
    }
    seconds = dict.fromkeys(("connect", "read", "write", "pool"), patience)
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
