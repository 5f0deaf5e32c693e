"""Which addresses of the internet somebody may come from. Pure."""

import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from inbox.domain.language import _

LIMIT = 200

_BETWEEN = re.compile(r"[\s,;]+")


def ranges(text: str) -> tuple[str, ...]:
    """Addresses and CIDR ranges, one a line or with commas between, in their shortest spelling.

    Raises ``ValueError`` with a sentence that names what is none.
    """
    words = [word for word in _BETWEEN.split(text) if word]
    if len(words) > LIMIT:
        raise ValueError(_("At most %(limit)s addresses and ranges fit here.", limit=LIMIT))
    return tuple(dict.fromkeys(str(_range(word)) for word in words))


def _range(word: str) -> IPv4Network | IPv6Network:
    try:
        meant = ip_network(word, strict=False)
    except ValueError:
        raise ValueError(
            _(
                "“%(value)s” is no address and no range: write 203.0.113.7, "
                "203.0.113.0/24 or 2001:db8::/32.",
                value=word[:60],
            )
        ) from None
    if "/" in word and str(meant.network_address) != str(ip_address(word.partition("/")[0])):
        raise ValueError(
            _(
                "“%(value)s” does not begin where its range does: it is %(meant)s.",
                value=word[:60],
                meant=meant,
            )
        )
    return meant


@lru_cache(maxsize=4_096)
def admits(allowed: tuple[str, ...], address: str) -> bool:
    """Whether an address is in one of the ranges. IPv4 inside IPv6 is IPv4."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in _networks(allowed))


@lru_cache(maxsize=1_024)
def _networks(allowed: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each) for each in allowed)


def first(allowed: tuple[str, ...]) -> str:
    """An address that is in the first of the ranges."""
    return str(_networks(allowed)[0].network_address)
