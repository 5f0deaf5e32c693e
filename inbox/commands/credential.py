"""How the command line shows the running server that both hold the same secret key."""

import jwt

from inbox.domain.times import SECOND, Micros
from inbox.storage.secrets import derive_key

AUDIENCE = "commands"
SECONDS = 30


def signed(secret_key: bytes, now: Micros) -> str:
    """A bearer token that is good for half a minute."""
    claims = {"aud": AUDIENCE, "exp": now // SECOND + SECONDS}
    return jwt.encode(claims, derive_key(secret_key, AUDIENCE), algorithm="HS256")


def authorised(token: str, secret_key: bytes) -> bool:
    """Whether a command may be run for who sent this."""
    try:
        jwt.decode(
            token,
            derive_key(secret_key, AUDIENCE),
            algorithms=["HS256"],
            audience=AUDIENCE,
            options={"require": ["exp", "aud"]},
        )
    except (jwt.InvalidTokenError, ValueError):
        return False
    return True
