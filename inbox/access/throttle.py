"""Guessing passwords gets slower with every try, per account and per address.

Kept in the database: however many processes serve, an attacker has the same few tries, and a
restart forgives nothing. A try that is refused writes nothing, so that guessing faster only
costs the guesser. Of an e-mail only a digest is kept: people type passwords into that field.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

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


@dataclass(frozen=True, slots=True)
class _Asker:
    """Both that a try counts for."""

    account: str
    network: str

    @property
    def keys(self) -> Sequence[str]:
        return self.account, self.network


class Throttle:
    def __init__(self, database: Database, now: Callable[[], Micros]) -> None:
        self._database, self._now = database, now

    async def attempt(self, email: str, address: str) -> float:
        """Seconds to wait before the next try; 0 means try now, and the try is counted.

        Counted before it is known to have failed: a thousand at once must not all pass.
        """
        asker = _asker(email, address)
        wait = await self._database.read(_wait, asker, self._now())
        return wait or await self._database.write(_count, asker, self._now())

    async def succeeded(self, email: str, address: str) -> None:
        """The account is forgiven, the address only this try: others there may be guessing."""
        await self._database.write(_forgive, _asker(email, address))


def _wait(connection: Connection, asker: _Asker, now: Micros) -> float:
    query = select(_table.key, _table.tries, _table.last_at).where(_table.key.in_(asker.keys))
    longest = 0.0
    for key, tries, last_at in connection.execute(query):
        if now - FORGOTTEN_AFTER < last_at <= now + SKEW:
            patience = PER_EMAIL if key == asker.account else PER_ADDRESS
            longest = max(longest, patience.wait(tries) - (now - last_at) / SECOND)
    return longest


def _count(connection: Connection, asker: _Asker, now: Micros) -> float:
    serialise(connection, asker.keys)
    wait = _wait(connection, asker, now)
    if wait > 0:
        return wait
    old = or_(_table.last_at <= now - FORGOTTEN_AFTER, _table.last_at > now + SKEW)
    connection.execute(delete(sign_in_tries).where(old))
    rows = [{"key": key, "tries": 1, "last_at": now} for key in asker.keys]
    statement = insert(connection, sign_in_tries)
    again = {"tries": _table.tries + 1, "last_at": now}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[_table.key], set_=again), rows
    )
    return 0.0


def _forgive(connection: Connection, asker: _Asker) -> None:
    serialise(connection, asker.keys)
    connection.execute(delete(sign_in_tries).where(_table.key == asker.account))
    this = update(sign_in_tries).where(_table.key == asker.network, _table.tries > 0)
    connection.execute(this.values(tries=_table.tries - 1))


def _asker(email: str, address: str) -> _Asker:
    account = email.strip().lower()[:254]
    return _Asker(token_digest(f"account {account}"), token_digest(f"network {network(address)}"))


def network(address: str) -> str:
    """An IPv6 client owns a /64: its other addresses are the same client."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{int(parsed) >> 64:x}/64"
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
