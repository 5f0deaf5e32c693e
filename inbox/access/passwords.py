"""Passwords: kept as argon2id, compared in the same time whether or not the user exists."""

import re
import secrets
import unicodedata
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING

from inbox.domain.folding import fold
from inbox.domain.language import _

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 12
LONGEST = 1024

_HARD_TO_GUESS = 3
"""Of zxcvbn's scores from 0 to 4: more than a hundred million tries."""
_LOOKED_AT = 24
_OF_ITS_OWN = 5
"""So many letters there must be that are not the person's own words."""
_WORDS = re.compile(r"[^\W\d_]+")

# OWASP's least memory (19 MiB): sign-ins run beside the webhooks of a small machine.
_MEMORY = 19 * 1024


def _random(length: int) -> str:
    return b64encode(secrets.token_bytes(length)).decode().rstrip("=")


# What a user who is not there is compared with: as costly as any, and nobody knows what fits.
_NOBODY = f"$argon2id$v=19$m={_MEMORY},t=2,p=1${_random(16)}${_random(32)}"


def hash_password(password: str) -> str:
    """Takes some 20 ms and 19 MiB: call it on a thread."""
    return _hasher().hash(_spelled(password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. None for a user that is not there or has none yet.

    As costly as ``hash_password``.
    """
    from argon2.exceptions import (  # noqa: PLC0415 - as in _hasher
        InvalidHashError,
        VerifyMismatchError,
    )

    try:
        return _hasher().verify(password_hash or _NOBODY, _spelled(password))
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 - a start needs none, nor most hours

    return PasswordHasher(time_cost=2, memory_cost=_MEMORY, parallelism=1)


def password_problem(password: str, *, email: str = "", name: str = "") -> str | None:
    """Why this cannot be a password, in one sentence, or None if it can."""
    if len(password) < SHORTEST:
        return _(
            "A password needs at least %(shortest)s characters; a few words are fine.",
            shortest=SHORTEST,
        )
    if len(password) > LONGEST:
        return _("A password has at most %(longest)s characters.", longest=LONGEST)
    if len(set(password)) == 1:
        return _("A password must not be one character repeated.")
    if _is_about(password, f"{email} {name}"):
        return _("A password must not be made of your name, your address or the word Inbox.")
    from zxcvbn_rs_py import zxcvbn  # noqa: PLC0415 - its lists are for this moment

    # What the beginning is like says enough, and costs little however long it is.
    if int(zxcvbn(password[:_LOOKED_AT]).score) < _HARD_TO_GUESS:
        return _("This password is among the first that are guessed; a few words are fine.")
    return None


def _is_about(password: str, person: str) -> bool:
    """Whether hardly anything is left of it without the words by which somebody is known."""
    rest = whole = fold(password)
    words = {word for word in _WORDS.findall(f"{fold(person)} inbox") if len(word) > 2}
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != whole and len("".join(_WORDS.findall(rest))) < _OF_ITS_OWN


def _spelled(password: str) -> bytes:
    """One spelling for all keyboards. Cut above what may be set, so never equal to it."""
    normal = unicodedata.normalize("NFKC", password[: LONGEST + 1])
    return normal.encode("utf-8", "surrogatepass")
