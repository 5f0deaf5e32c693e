"""Passwords: kept as argon2id, compared in the same time whether or not the user exists."""

import secrets
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from inbox.domain.language import _

SHORTEST = 12
LONGEST = 1024

# OWASP's least memory (19 MiB): sign-ins run beside the webhooks of a small machine.
_MEMORY = 19 * 1024
_hasher = PasswordHasher(time_cost=2, memory_cost=_MEMORY, parallelism=1)


def _random(length: int) -> str:
    return b64encode(secrets.token_bytes(length)).decode().rstrip("=")


# What a user who is not there is compared with: as costly as any, and nobody knows what fits.
_NOBODY = f"$argon2id$v=19$m={_MEMORY},t=2,p=1${_random(16)}${_random(32)}"


def hash_password(password: str) -> str:
    """Takes some 20 ms and 19 MiB: call it on a thread."""
    return _hasher.hash(_spelled(password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. None for a user that is not there or has none yet.

    As costly as ``hash_password``.
    """
    try:
        return _hasher.verify(password_hash or _NOBODY, _spelled(password))
    except (VerifyMismatchError, InvalidHashError):
        return False


def password_problem(password: str, *, email: str = "", name: str = "") -> str | None:
    """Why this cannot be a password, in one sentence, or None if it can."""
    if len(password) < SHORTEST:
        return _(
            "A password needs at least %(shortest)s characters; a few words are fine.",
            shortest=SHORTEST,
        )
    if len(password) > LONGEST:
        return _("A password has at most %(longest)s characters.", longest=LONGEST)
    if password.casefold() in {email.casefold(), name.casefold()}:
        return _("A password must not be the name or the e-mail address.")
    if len(set(password)) == 1:
        return _("A password must not be one character repeated.")
    return None


def _spelled(password: str) -> bytes:
    """One spelling for all keyboards. Cut above what may be set, so never equal to it."""
    normal = unicodedata.normalize("NFKC", password[: LONGEST + 1])
    return normal.encode("utf-8", "surrogatepass")
