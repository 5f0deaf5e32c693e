"""Where a file may be fetched from: the public internet, and what an admin named.

A webhook names addresses, and anybody may have written it. The name is resolved once, here, and
the connection goes to the very address that was looked at: a name that leads elsewhere the next
moment (DNS rebinding) leads nowhere.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple

import httpx

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[Address]]]

RESOLVE_SECONDS: Final = 10

_NOT_PUBLIC_4: Final = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's NAT; clouds keep metadata there too
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, with the metadata of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays to 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_PUBLIC_6: Final = ip_network("2000::/3")
"""All that is given out so far. IPv4-mapped, NAT64, unique local, link-local, multicast,
loopback and unspecified addresses are outside of it."""
_NOT_PUBLIC_6: Final = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # Teredo, which holds an IPv4 address, and other special purposes
        "2001:db8::/32",
        "2002::/16",  # 6to4 holds an IPv4 address
        "3fff::/20",
    )
)


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


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


async def resolve(host: str, port: int) -> list[Address]:
    """All addresses of a name; raises OSError if it has none."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(RESOLVE_SECONDS):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
