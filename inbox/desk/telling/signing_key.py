"""The key by which push services know this inbox: made once, for all that is ever pushed.

It is sealed in the database, as every process signs with it and every subscription is bound to it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update

from inbox.desk.telling.encryption import as_base64, point
from inbox.domain.times import HOUR, SECOND, Micros
from inbox.storage.dialect import insert
from inbox.storage.secrets import Sealer
from inbox.storage.tables import push_state

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

LASTS: Final[Micros] = 12 * HOUR
"""Push services take what is good for a day at most."""
RENEWED: Final[Micros] = HOUR
MOST: Final = 100
"""Push services of which a header is remembered."""
STATE: Final = 1
_PRIVATE: Final = "private"


def signing_key(connection: Connection, sealer: Sealer) -> "EllipticCurvePrivateKey":
    """Raises ``WrongKey`` as ``kept_key`` does."""
    from cryptography.hazmat.primitives.asymmetric.ec import (  # noqa: PLC0415 - not at a start
        SECP256R1,
        derive_private_key,
    )

    return derive_private_key(int(kept_key(connection, sealer), 16), SECP256R1())


def kept_key(connection: Connection, sealer: Sealer) -> str:
    """Its number in hexadecimal, made by whoever comes first.

    Raises ``WrongKey`` where another inbox sealed it.
    """
    make_state(connection)
    here = push_state.c.id == STATE
    sealed = connection.execute(
        select(push_state.c.key).where(here).with_for_update(key_share=True)
    ).scalar()
    if sealed is not None:
        return str(sealer.open(sealed)[_PRIVATE])
    number = _made_key()
    kept = sealer.seal({_PRIVATE: number})
    connection.execute(update(push_state).where(here).values(key=kept))
    return number


def _made_key() -> str:
    from cryptography.hazmat.primitives.asymmetric.ec import (  # noqa: PLC0415 - once for all
        SECP256R1,
        generate_private_key,
    )

    return f"{generate_private_key(SECP256R1()).private_numbers().private_value:x}"


def make_state(connection: Connection) -> None:
    first = insert(connection, push_state).values(id=STATE, seq=0)
    connection.execute(first.on_conflict_do_nothing())


class PushSignature:
    """Says to a push service who sends (RFC 8292). ``contact``: whom it may ask."""

    def __init__(
        self, key: "EllipticCurvePrivateKey", contact: str, now: Callable[[], Micros]
    ) -> None:
        self._key, self._contact, self._now = key, contact, now
        self.public_key = as_base64(point(key))
        self._known: dict[str, tuple[Micros, str]] = {}

    def header(self, endpoint: str) -> str:
        """The same for hours: to sign costs more than all the rest of a push."""
        place, now = urlsplit(endpoint), self._now()
        audience = f"{place.scheme}://{place.netloc}"
        until, header = self._known.get(audience, (0, ""))
        if until - RENEWED < now or until > now + LASTS:
            if len(self._known) >= MOST:
                self._known.clear()
            until = now + LASTS
            header = self._made(audience, until)
            self._known[audience] = until, header
        return header

    def _made(self, audience: str, until: Micros) -> str:
        import jwt  # noqa: PLC0415 - slow to load, as it brings X.509

        claims = {"aud": audience, "exp": until // SECOND, "sub": self._contact}
        token = jwt.encode(claims, self._key, algorithm="ES256")
        return f"vapid t={token}, k={self.public_key}"
