"""One file by HTTP, onto the disk: never into memory, never from where it must not come.

Every hop is looked at anew: its scheme, its port, the addresses of its name; and whether it may
see the token. No cookie is kept, no proxy asked, no redirect followed unseen.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx

from inbox import __version__
from inbox.domain.language import N_, _
from inbox.domain.networks import Address, is_public
from inbox.media.addresses import Origin, Resolve, origin, parsed, resolve
from inbox.media.store import Incoming, Store
from inbox.providers.media import Download, Unavailable

SECONDS: Final = 600
"""For one file with all that it takes: 100 MB within it are 170 kB a second."""
PATIENCE: Final = {"connect": 10.0, "read": 20.0, "write": 20.0, "pool": 60.0}
REDIRECTS: Final = 3
ANSWER_LIMIT: Final = 256 * 1024
"""Bytes of an answer that only says where the file is."""
CHUNK: Final = 64 * 1024
ADDRESSES: Final = 3
"""So many of a name's are tried."""

_USUAL_PORTS: Final = frozenset({80, 443})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_FORBIDDEN: Final = N_("The file's address leads to a place where files are not fetched from")
_UNREACHED: Final = Unavailable(N_("The file's server could not be reached"), retry_after=15)
_TOO_LONG: Final = Unavailable(N_("Fetching the file took too long"), retry_after=60)
_NOT_THERE: Final = Unavailable(N_("The file is no longer there"), gone=True)


class _Refused(Exception):
    def __init__(self, why: Unavailable) -> None:
        super().__init__(why.reason)
        self.why = why


class Fetcher:
    """``named``: hosts, or hosts with a port, that may be in a private network and plain http.

    ``limit`` in bytes; with 0 nothing is fetched, and what is due waits.
    """

    def __init__(
        self,
        store: Store,
        limit: int,
        named: Collection[str] = (),
        *,
        resolve: Resolve = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._store, self.limit, self._named = store, limit, frozenset(named)
        self._resolve, self._seconds = resolve, seconds
        self._opened_transport = transport

    @property
    def _transport(self) -> httpx.AsyncBaseTransport:
        if self._opened_transport is None:  # reading the certificates takes a moment
            # No connection is used twice: it was made to an address for one name.
            limits = httpx.Limits(max_connections=50, max_keepalive_connections=0)
            self._opened_transport = httpx.AsyncHTTPTransport(limits=limits)
        return self._opened_transport

    async def close(self) -> None:
        if self._opened_transport is not None:
            await self._opened_transport.aclose()

    async def fetch(self, download: Download) -> Incoming | Unavailable:
        """A finished file, to be kept or discarded. Raises ``StoreFault``."""
        file = self._store.incoming()
        try:
            async with asyncio.timeout(self._seconds):
                await self._fetch(download, file)
            whole = True
        except _Refused as refused:
            whole, why = False, refused.why
        except TimeoutError:
            whole, why = False, _TOO_LONG
        except httpx.HTTPError:
            whole, why = False, _UNREACHED
        except BaseException:
            await file.discard()
            raise
        if whole:
            return file
        await file.discard()
        return why

    async def _fetch(self, download: Download, file: Incoming) -> None:
        url = download.url
        if download.look_up is not None:
            async with self._opened(url, download) as response:
                body = await _short(response)
            found = download.look_up(response.status_code, body)
            if isinstance(found, Unavailable):
                raise _Refused(_patient(found, response))
            url = found
        async with self._opened(url, download) as response:
            _judge(response, by_address=download.look_up is not None, token=bool(download.headers))
            await self._take(response, file)

    async def _take(self, response: httpx.Response, file: Incoming) -> None:
        too_large = Unavailable(
            _("The file is larger than %(value)s MB", value=self.limit // 1_000_000)
        )
        announced = response.headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > self.limit:
            raise _Refused(too_large)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise _Refused(Unavailable(N_("The file came compressed, which was not asked for")))
        async with file:
            async for chunk in response.aiter_raw(CHUNK):
                if file.size + len(chunk) > self.limit:
                    raise _Refused(too_large)
                await file.write(chunk)
            await file.finish()

    @asynccontextmanager
    async def _opened(self, url: str, download: Download) -> AsyncIterator[httpx.Response]:
        """The answer at the end of the redirects."""
        home = None if (base := parsed(download.home)) is None else origin(base)
        straight = True  # nobody else's word was followed yet
        next_one = parsed(url)
        for _step in range(REDIRECTS + 1):
            if next_one is None:
                raise _Refused(Unavailable(_FORBIDDEN))
            there = origin(next_one)
            at_home = straight and there == home
            straight = straight and (at_home or there.host in download.hosts)
            trusted = at_home or self._is_named(there)
            hosted = there.scheme == "https" and there.host in download.hosts and straight
            headers = download.headers if at_home or hosted else {}
            response = await self._ask(next_one, there, trusted, headers)
            try:
                if response.status_code not in _REDIRECTS:
                    yield response
                    return
                next_one = _joined(next_one, response.headers.get("location", ""))
            finally:
                await response.aclose()
        raise _Refused(
            Unavailable(N_("The file's address leads from one place to the next for ever"))
        )

    def _is_named(self, there: Origin) -> bool:
        return bool(self._named & {there.host, f"{there.host}:{there.port}"})

    async def _ask(
        self, url: httpx.URL, there: Origin, trusted: bool, headers: Any
    ) -> httpx.Response:
        usual = there.scheme == "https" and there.port in _USUAL_PORTS
        if not (usual or trusted) or url.userinfo:
            raise _Refused(Unavailable(_FORBIDDEN))
        fault: httpx.HTTPError | None = None
        for address in await self._addresses(there, trusted):
            try:
                return await self._transport.handle_async_request(
                    _request(url, there, address, headers)
                )
            except (httpx.ConnectError, httpx.ConnectTimeout) as unreached:
                fault = unreached
        raise fault or httpx.ConnectError("no address")

    async def _addresses(self, there: Origin, trusted: bool) -> Iterable[Address]:
        try:
            found = await self._resolve(there.host, there.port)
        except (OSError, UnicodeError, ValueError):
            raise _Refused(_UNREACHED) from None
        # One that is private among public ones is somebody's trick.
        if not trusted and not all(map(is_public, found)):
            raise _Refused(Unavailable(_FORBIDDEN))
        return found[:ADDRESSES]


def _request(url: httpx.URL, there: Origin, address: Address, headers: Any) -> httpx.Request:
    """To this very address; TLS asks for the name, and so does the header Host."""
    usual = {
        "host": url.netloc.decode("ascii"),
        "user-agent": f"Inbox/{__version__}",
        "accept": "*/*",
        "accept-encoding": "identity",
        "connection": "close",
    }
    extensions: dict[str, object] = {"timeout": PATIENCE, "sni_hostname": there.host}
    target = url.copy_with(host=str(address), fragment=None)
    return httpx.Request("GET", target, headers=usual | dict(headers), extensions=extensions)


def _joined(url: httpx.URL, location: str) -> httpx.URL | None:
    try:
        return parsed(str(url.join(location)))
    except (httpx.InvalidURL, ValueError):
        return None


async def _short(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw(CHUNK):
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise _Refused(Unavailable(N_("The provider's answer about the file makes no sense")))
    return bytes(body)


def _judge(response: httpx.Response, *, by_address: bool, token: bool) -> None:
    """Raise unless this is the file. ``by_address``: of a look-up, which soon runs out."""
    status = response.status_code
    if status == 200:
        return
    if by_address and status in (401, 403, 404, 410):
        # The address has run out; the next try asks for a new one.
        why = Unavailable(N_("The provider did not give the file"), retry_after=5)
    elif status in (404, 410):
        why = _NOT_THERE
    elif status in (401, 403):
        why = (
            Unavailable(N_("The provider did not let us in. The channel's token may be wrong."))
            if token
            else Unavailable(N_("The file's address has run out"), gone=True)
        )
    elif status in (408, 425, 429) or status >= 500:
        why = Unavailable(N_("The file's server is briefly unavailable"), retry_after=30)
    else:
        why = Unavailable(_("The file's server answered %(status)s", status=status))
    raise _Refused(_patient(why, response))


def _patient(why: Unavailable, response: httpx.Response) -> Unavailable:
    asked = response.headers.get("retry-after", "")
    if why.retry_after is None or not (asked.isascii() and asked.isdigit() and len(asked) < 7):
        return why
    return Unavailable(why.reason, why.gone, max(why.retry_after, float(asked)))
