"""How the command line shows the running server that both hold the same secret key."""

from inbox.domain.times import SECOND, Micros
from inbox.storage.secrets import derive_key

AUDIENCE = "commands"
SECONDS = 30


def signed(secret_key: bytes, now: Micros) -> str:
    """A bearer token that is good for half a minute."""
    import jwt  # noqa: PLC0415 - slow to load, as it brings X.509

    claims = {"aud": AUDIENCE, "exp": now // SECOND + SECONDS}
    return jwt.encode(claims, derive_key(secret_key, AUDIENCE), algorithm="HS256")


def authorised(token: str, secret_key: bytes) -> bool:
    """Whether a command may be run for who sent this."""
    import jwt  # noqa: PLC0415 - see above

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
