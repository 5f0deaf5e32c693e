"""Guessing passwords gets slower with every try, and keeps nobody else from signing in.

Tries are counted for an account from one network, for that network, and for the account from
everywhere. A browser that has signed in to the account before is known by a cookie
(``access/devices.py``) and has a count of its own: whoever guesses elsewhere, however much, does
not slow it down, also where all come from one address.

Kept in the database: however many processes serve, an attacker has the same few tries, and a
restart forgives nothing. A try that is refused writes nothing, so that guessing faster only
costs the guesser. Of an e-mail only a digest is kept: people type passwords into that field.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address

from msgspec import Struct
from sqlalchemy import Connection, delete, or_, select, update

from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.storage.database import Database
from inbox.storage.dialect import insert, serialise
from inbox.storage.secrets import token_digest
from inbox.storage.tables import sign_in_tries

FORGOTTEN_AFTER: Micros = HOUR
SKEW: Micros = MINUTE
"""So far the clocks of several machines may be apart. What is later than that was noted before
the clock was set back: nobody is locked out until it comes round again."""

_table = sign_in_tries.c


class Patience(Struct, frozen=True):
    """``free`` tries cost nothing; each further one doubles the wait, up to ``longest`` s."""

    free: int
    longest: float

    def wait(self, tries: int) -> float:
        return 0.0 if tries < self.free else min(self.longest, 2.0 ** min(tries - self.free, 30))


PER_ASKER = Patience(free=5, longest=300.0)
"""An account from one network, or a browser that is known."""
PER_NETWORK = Patience(free=30, longest=900.0)
"""An office shares one address."""
PER_ACCOUNT = Patience(free=100, longest=60.0)
"""From everywhere: who guesses from many networks is slow, and so is a browser that is new."""

Counts = Mapping[str, Patience]
"""What a try counts for: the keys, each with how patient we are there."""


class Throttle:
    def __init__(self, database: Database, now: Callable[[], Micros]) -> None:
        self._database, self._now = database, now

    async def attempt(self, email: str, address: str, device: str | None = None) -> float:
        """Seconds to wait before the next try; 0 means try now, and the try is counted.

        ``device``: the browser that is known for this account. Counted before it is known to have
        failed: a thousand at once must not all pass.
        """
        counts = _counts(email, address, device)
        wait = await self._database.read(_wait, counts, self._now())
        return wait or await self._database.write(_count, counts, self._now())

    async def succeeded(self, email: str, address: str, device: str | None = None) -> None:
        """Who asked is forgiven all; where others may be guessing as well, only this try."""
        await self._database.write(_forgive, _counts(email, address, device))


def _counts(email: str, address: str, device: str | None) -> Counts:
    if device is not None:
        return {token_digest(f"device {device}"): PER_ASKER}
    account, here = email.strip().lower()[:254], network(address)
    return {
        token_digest(f"account {account} from {here}"): PER_ASKER,
        token_digest(f"network {here}"): PER_NETWORK,
        token_digest(f"account {account}"): PER_ACCOUNT,
    }


def _wait(connection: Connection, counts: Counts, now: Micros) -> float:
    query = select(_table.key, _table.tries, _table.last_at).where(_table.key.in_(counts))
    longest = 0.0
    for key, tries, last_at in connection.execute(query):
        if now - FORGOTTEN_AFTER < last_at <= now + SKEW:
            longest = max(longest, counts[key].wait(tries) - (now - last_at) / SECOND)
    return longest


def _count(connection: Connection, counts: Counts, now: Micros) -> float:
    serialise(connection, list(counts))
    wait = _wait(connection, counts, now)
    if wait > 0:
        return wait
    old = or_(_table.last_at <= now - FORGOTTEN_AFTER, _table.last_at > now + SKEW)
    connection.execute(delete(sign_in_tries).where(old))
    rows = [{"key": key, "tries": 1, "last_at": now} for key in counts]
    statement = insert(connection, sign_in_tries)
    again = {"tries": _table.tries + 1, "last_at": now}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[_table.key], set_=again), rows
    )
    return 0.0


def _forgive(connection: Connection, counts: Counts) -> None:
    serialise(connection, list(counts))
    own = [key for key, patience in counts.items() if patience is PER_ASKER]
    connection.execute(delete(sign_in_tries).where(_table.key.in_(own)))
    this = update(sign_in_tries).where(_table.key.in_(counts), _table.tries > 0)
    connection.execute(this.values(tries=_table.tries - 1))


def network(address: str) -> str:
    """An IPv6 client owns a /64: its other addresses are the same client."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{int(parsed) >> 64:x}/64"
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
