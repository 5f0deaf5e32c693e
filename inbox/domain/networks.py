"""Which network an address is in: the public internet, a private one, or where nothing is sent to.

What is not known for one of the first two is of the third, so that a form in which an IPv4 address
can hide in one of IPv6 (NAT64, 6to4, Teredo) leads nowhere.
"""

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4: Final = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's NAT; clouds keep metadata there too
        "127.0.0.0/8",
        "168.63.129.16/32",  # what a cloud tells its machines
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
_PRIVATE: Final = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
_METADATA: Final = tuple(
    ip_network(network)
    for network in (
        "100.100.100.200/32",
        "fd00:ec2::/32",  # also the clocks and resolvers beside it
        "fd20:ce::254/128",
    )
)


def is_public(address: Address) -> bool:
    """Whether it is on the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def is_private(address: Address) -> bool:
    """Whether it is in a network of one's own, or this machine; never where clouds keep secrets.

    An IPv4 address that is written as one of IPv6 is looked at as what it is.
    """
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    meant = mapped or address
    return any(meant in network for network in _PRIVATE) and not any(
        meant in network for network in _METADATA
    )
