"""Tokens for ``/ws?token=``: they end in logs, so they live five minutes.

A token names who may listen and proves nothing else: whoever reads one asks ``principal``
whether that user or API token is still good.
"""

from typing import Any

import jwt
from sqlalchemy import Connection

from inbox.access import people, tokens
from inbox.access.principal import Principal
from inbox.domain.times import MINUTE, SECOND, Micros
from inbox.storage.secrets import derive_key

LIFETIME = 5 * MINUTE
SKEW = MINUTE
"""So far the clocks of several machines may be apart."""
AUDIENCE = "feed"

# Who holds the secret key may see all; ``inbox tail`` on this machine listens as this.
COMMAND_LINE = Principal(kind="token", id="command-line", name="Command line", role="admin")


class FeedTokens:
    """Signs and reads feed tokens with a key derived from the secret key."""

    def __init__(self, secret_key: bytes) -> None:
        self._key = derive_key(secret_key, "feed tokens")

    def issue(self, principal: Principal, now: Micros) -> tuple[str, Micros]:
        """A token that names ``principal``, and when it ends."""
        expires_at = (now + LIFETIME) // SECOND
        claims = {"sub": principal.subject, "aud": AUDIENCE, "exp": expires_at}
        return jwt.encode(claims, self._key, algorithm="HS256"), expires_at * SECOND

    def read(self, token: str, now: Micros) -> str | None:
        """``user:<id>`` or ``token:<id>`` if the token is ours and has not run out."""
        # The time is ours to compare: it is passed in and not the wall's.
        options: Any = {"require": ["sub", "exp"], "verify_exp": False}
        try:
            claims = jwt.decode(token, self._key, ["HS256"], options, audience=AUDIENCE)
            # Of one that lasts longer than any does, the clock was set back since.
            alive = now < int(claims["exp"]) * SECOND <= now + LIFETIME + SKEW
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None
        return str(claims["sub"]) if alive else None


def principal(connection: Connection, subject: str) -> Principal | None:
    """Who a subject is now; nobody if disabled, revoked or unknown."""
    kind, _, identity = subject.partition(":")
    if subject == COMMAND_LINE.subject:
        return COMMAND_LINE
    if kind == "token":
        return tokens.by_id(connection, identity)
    user = people.by_id(connection, identity) if kind == "user" else None
    return None if user is None or user.disabled_at is not None else user.principal
