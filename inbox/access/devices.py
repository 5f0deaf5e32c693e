"""Browsers that have signed in to an account before, known by a signed cookie.

It lets nobody in: it only says that whoever guesses this account elsewhere does not slow this
browser down (``access/throttle.py``). Who steals one has the few tries of that browser.
"""

from typing import Final

from inbox.access.signed import Signer
from inbox.domain.times import DAY, Micros
from inbox.storage.secrets import new_token, token_digest

LIFETIME: Final = 365 * DAY
AUDIENCE: Final = "device"


class Devices:
    """Signs and reads these cookies with a key derived from the secret key."""

    def __init__(self, secret_key: bytes) -> None:
        self._signer = Signer(secret_key, "devices", AUDIENCE)

    def issue(self, email: str, now: Micros) -> str:
        """A cookie for the browser that has just signed in to this account."""
        return self._signer.signed({"sub": _account(email), "jti": new_token()}, now + LIFETIME)

    def known(self, cookie: str | None, email: str, now: Micros) -> str | None:
        """The browser's own name, if the cookie is ours and of this account."""
        found = self._signer.read(cookie or "", "sub", "jti")
        if found is None:
            return None
        claims, ends = found
        return str(claims["jti"]) if claims["sub"] == _account(email) and now < ends else None


def _account(email: str) -> str:
    """Not the address itself: it is nobody's business what a cookie is for."""
    return token_digest(f"device of {email.strip().lower()}")
