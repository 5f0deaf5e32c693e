"""Tokens for ``/ws?token=``: they end in logs, so they live five minutes.

A token names who may listen, and the session of who asked for it, and proves nothing else:
whoever reads one asks ``principal`` whether that session or API token is still good.
"""

from typing import NamedTuple

from sqlalchemy import Connection

from inbox.access import sessions, tokens
from inbox.access.principal import Principal
from inbox.access.signed import Signer
from inbox.domain.times import MINUTE, SECOND, Micros

LIFETIME = 5 * MINUTE
SKEW = MINUTE
"""So far the clocks of several machines may be apart."""
AUDIENCE = "feed"

# Who holds the secret key may see all; ``inbox tail`` on this machine listens as this.
COMMAND_LINE = Principal(kind="token", id="command-line", name="Command line", role="admin")


class Named(NamedTuple):
    """``subject`` is ``user:<id>`` or ``token:<id>``; ``session`` that of a user's browser."""

    subject: str
    session: str | None = None


class FeedTokens:
    """Signs and reads feed tokens with a key derived from the secret key."""

    def __init__(self, secret_key: bytes) -> None:
        self._signer = Signer(secret_key, "feed tokens", AUDIENCE)

    def issue(self, principal: Principal, now: Micros) -> tuple[str, Micros]:
        """A token that names ``principal``, and when it ends."""
        ends = (now + LIFETIME) // SECOND * SECOND
        session = {"sid": principal.session} if principal.session else {}
        return self._signer.signed({"sub": principal.subject, **session}, ends), ends

    def read(self, token: str, now: Micros) -> Named | None:
        """Whom the token names, if it is ours and has not run out."""
        found = self._signer.read(token, "sub")
        if found is None:
            return None
        claims, ends = found
        # Of one that lasts longer than any does, the clock was set back since.
        alive = now < ends <= now + LIFETIME + SKEW
        session = str(claims["sid"]) if "sid" in claims else None
        return Named(str(claims["sub"]), session) if alive else None


def principal(connection: Connection, named: Named, now: Micros) -> Principal | None:
    """Who that is now; nobody if signed out, disabled, revoked or unknown."""
    kind, _, identity = named.subject.partition(":")
    if named.subject == COMMAND_LINE.subject:
        return COMMAND_LINE
    if kind == "token":
        return tokens.by_id(connection, identity, now)
    found = sessions.by_digest(connection, named.session, now) if named.session else None
    return found if found is not None and found.subject == named.subject else None
