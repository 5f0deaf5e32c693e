"""Browsers that have signed in to an account before, known by a signed cookie.

It lets nobody in: it only says that whoever guesses this account elsewhere does not slow this
browser down (``access/throttle.py``). Who steals one has the few tries of that browser.
"""

from typing import Any, Final

import jwt

from inbox.domain.times import DAY, SECOND, Micros
from inbox.storage.secrets import derive_key, new_token, token_digest

LIFETIME: Final = 365 * DAY
AUDIENCE: Final = "device"


class Devices:
    """Signs and reads these cookies with a key derived from the secret key."""

    def __init__(self, secret_key: bytes) -> None:
        self._key = derive_key(secret_key, "devices")

    def issue(self, email: str, now: Micros) -> str:
        """A cookie for the browser that has just signed in to this account."""
        ends = (now + LIFETIME) // SECOND
        claims = {"sub": _account(email), "aud": AUDIENCE, "exp": ends, "jti": new_token()}
        return jwt.encode(claims, self._key, algorithm="HS256")

    def known(self, cookie: str | None, email: str, now: Micros) -> str | None:
        """The browser's own name, if the cookie is ours and of this account."""
        options: Any = {"require": ["sub", "exp", "jti"], "verify_exp": False}
        try:
            claims = jwt.decode(cookie or "", self._key, ["HS256"], options, audience=AUDIENCE)
            good = claims["sub"] == _account(email) and now < int(claims["exp"]) * SECOND
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None
        return str(claims["jti"]) if good else None


def _account(email: str) -> str:
    """Not the address itself: it is nobody's business what a cookie is for."""
    return token_digest(f"device of {email.strip().lower()}")
