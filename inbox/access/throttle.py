"""Guessing passwords gets slower with every try, per account and per address.

In memory: a restart forgives. Times are seconds of a monotonic clock, passed in.
"""

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

MOST_KEYS = 10_000
FORGOTTEN_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Patience:
    """``free`` tries cost nothing; each further one doubles the wait, up to ``longest`` s."""

    free: int
    longest: float

    def wait(self, tries: int) -> float:
        return 0.0 if tries < self.free else min(self.longest, 2.0 ** min(tries - self.free, 30))


# An office shares one address; and nobody should be able to lock out an account for long.
PER_EMAIL = Patience(free=5, longest=300.0)
PER_ADDRESS = Patience(free=30, longest=900.0)


class _Tries:
    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, key: str, at: float) -> float:
        tries, last = self._recent(key, at)
        return max(0.0, last + self._patience.wait(tries) - at)

    def count(self, key: str, at: float) -> None:
        tries, _ = self._recent(key, at)
        self._known[key] = (tries + 1, at)
        self._known.move_to_end(key)
        if len(self._known) > MOST_KEYS:
            self._known.popitem(last=False)

    def forgive(self, key: str, tries: int) -> None:
        before, last = self._known.pop(key, (0, 0.0))
        if before > tries:
            self._known[key] = (before - tries, last)

    def _recent(self, key: str, at: float) -> tuple[int, float]:
        tries, last = self._known.get(key, (0, at))
        return (tries, last) if at - last < FORGOTTEN_AFTER else (0, at)


class Throttle:
    def __init__(self) -> None:
        self._emails = _Tries(PER_EMAIL)
        self._addresses = _Tries(PER_ADDRESS)

    def attempt(self, email: str, address: str, at: float) -> float:
        """Seconds to wait before the next try; 0 means try now, and the try is counted.

        Counted before it is known to have failed: a thousand at once must not all pass.
        """
        email, address = _account(email), _network(address)
        wait = max(self._emails.wait(email, at), self._addresses.wait(address, at))
        if wait == 0:
            self._emails.count(email, at)
            self._addresses.count(address, at)
        return wait

    def succeeded(self, email: str, address: str) -> None:
        """The account is forgiven, the address only this try: others there may be guessing."""
        self._emails.forgive(_account(email), MOST_KEYS)
        self._addresses.forgive(_network(address), 1)


def _account(email: str) -> str:
    return email.strip().lower()[:254]


def _network(address: str) -> str:
    """An IPv6 client owns a /64: its other addresses are the same client."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{int(parsed) >> 64:x}/64"
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
