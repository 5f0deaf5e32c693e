"""Where a file may be fetched from: the public internet, and what an admin named.

A webhook names addresses, and anybody may have written it. The name is resolved once, here, and
the connection goes to the very address that was looked at: a name that leads elsewhere the next
moment (DNS rebinding) leads nowhere.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Final, NamedTuple

import httpx

from inbox.domain.networks import Address

Resolve = Callable[[str, int], Awaitable[list[Address]]]

RESOLVE_SECONDS: Final = 10


_HOST: Final = re.compile(r"[0-9a-z_-]{1,63}(\.[0-9a-z_-]{1,63})*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
"""A name, as DNS has it once letters of other scripts are spelt in ASCII, or an IPv6 address."""


class Origin(NamedTuple):
    """Scheme, host in lower case and port: what makes one server."""

    scheme: str
    host: str
    port: int


def parsed(url: str) -> httpx.URL | None:
    """None unless it is an http(s) address of some host.

    Read once, and by what will ask: two readers may see two hosts in one address.
    """
    try:
        found = httpx.URL(url.strip())
        host = found.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return None
    if found.scheme not in ("http", "https") or not 0 < (found.port or 80) < 65_536:
        return None
    if len(host) > 253 or not _HOST.fullmatch(host):
        return None
    return found


def origin(url: httpx.URL) -> Origin:
    """Of an address that ``parsed`` gave."""
    usual = 443 if url.scheme == "https" else 80
    return Origin(url.scheme, url.raw_host.decode("ascii").rstrip("."), url.port or usual)


async def resolve(host: str, port: int) -> list[Address]:
    """All addresses of a name; raises OSError if it has none."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(RESOLVE_SECONDS):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
