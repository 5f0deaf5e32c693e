"""An endpoint's secrets, and what they sign, as https://www.standardwebhooks.com says it."""

import hmac
import secrets
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Final, TypedDict

from inbox.domain.times import DAY, SECOND, Micros

PREFIX: Final = "whsec_"
BYTES: Final = 32
OVERLAP: Final[Micros] = DAY
"""So long the secret before a rotation signs beside the new one."""


class Sealed(TypedDict):
    """What the database keeps sealed. ``previous``: the secret before the last rotation."""

    secret: str
    previous: str | None
    headers: dict[str, str]


def new_secret() -> str:
    """256 random bits, so written that it is recognised where it leaks."""
    return PREFIX + b64encode(secrets.token_bytes(BYTES)).decode()


def signing_keys(sealed: Sealed, previous_until: Micros | None, now: Micros) -> list[str]:
    """The newest first."""
    overlaps = previous_until is not None and now < previous_until
    previous = sealed["previous"] if overlaps else None
    return [sealed["secret"], previous] if previous else [sealed["secret"]]


def signature_headers(keys: list[str], webhook_id: str, at: Micros, body: bytes) -> dict[str, str]:
    """The three headers of a post; one signature for each key."""
    seconds = str(at // SECOND)
    said = f"{webhook_id}.{seconds}.".encode() + body
    signatures = (hmac.digest(b64decode(key.removeprefix(PREFIX)), said, sha256) for key in keys)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{b64encode(each).decode()}" for each in signatures),
    }
