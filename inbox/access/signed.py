"""Claims that we sign for somebody to carry, and read again: JWTs, each kind with its own key."""

from typing import Any, Final

from inbox.domain.text import JsonObject
from inbox.domain.times import SECOND, Micros
from inbox.storage.secrets import derive_key

_ALGORITHM: Final = "HS256"


class Signer:
    """``audience``: what they are for, so that none serves for another thing."""

    def __init__(self, secret_key: bytes, purpose: str, audience: str) -> None:
        self._key, self._audience = derive_key(secret_key, purpose), audience

    def signed(self, claims: dict[str, str], ends: Micros) -> str:
        import jwt  # noqa: PLC0415 - slow to load, as it brings X.509

        whole = {**claims, "aud": self._audience, "exp": ends // SECOND}
        return jwt.encode(whole, self._key, algorithm=_ALGORITHM)

    def read(self, token: str, *required: str) -> tuple[JsonObject, Micros] | None:
        """The claims and when they end, if they are ours; that, whoever asks compares.

        The time is passed in everywhere and never the wall's.
        """
        import jwt  # noqa: PLC0415 - see above

        options: Any = {"require": ["exp", *required], "verify_exp": False}
        try:
            claims: JsonObject = jwt.decode(
                token, self._key, [_ALGORITHM], options, audience=self._audience
            )
            return claims, int(str(claims["exp"])) * SECOND
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None
