"""Where a host takes calls, in which of two forms, and what lets us in (wire-formats C.1, C.4).

On-premises clients, and hosts that kept their form, take calls below ``/v1``. 360dialog's Cloud
takes them at its root and in the form of Meta's Graph.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import httpx

D360_CLOUD = "https://waba-v2.360dialog.io"

_NAMED = re.compile(r"(authorization|(?:d360-|x-)?api-key):\s*(\S.*)", re.IGNORECASE)
_BEARER = re.compile(r"bearer\s+", re.IGNORECASE)


class Entrance(NamedTuple):
    """``root`` is the address below which ``path`` and then the name of a call follow."""

    root: str
    path: tuple[str, ...]
    cloud: bool


def entrance(api_base: str) -> Entrance:
    """By the API address alone. Whole addresses of a call are understood too."""
    base = api_base.strip().rstrip("/")
    root = base.removesuffix("/messages")
    older = root.endswith("/v1")
    cloud = not older and (root != base or _host(root) == _host(D360_CLOUD))
    return Entrance(root, () if older or cloud else ("v1",), cloud)


def _host(address: str) -> str:
    try:
        return httpx.URL(address).host
    except (httpx.InvalidURL, ValueError):
        return ""


def authorization(key: str) -> dict[str, str]:
    """``D360-API-KEY``, unless the key was entered with the header that it goes into."""
    if named := _NAMED.fullmatch(key):
        return {named[1].lower(): named[2]}
    return {"authorization" if _BEARER.match(key) else "d360-api-key": key}


def secret_of(headers: Mapping[str, str]) -> str:
    """What of a proof must not be repeated in words."""
    return _BEARER.sub("", next(iter(headers.values())), count=1)
