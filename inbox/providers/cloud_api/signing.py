"""Meta's two proofs: the signature over the raw bytes, and the handshake (A.8, A.9)."""

import hmac
from collections.abc import Mapping
from functools import lru_cache

from inbox.domain.text import scrub
from inbox.providers.base import Refusal

HEADER = "x-hub-signature-256"
CHALLENGE_LIMIT = 256

_PREFIX = "sha256="


def sign(secret: str, body: bytes) -> str:
    """The value of ``X-Hub-Signature-256`` for exactly these bytes."""
    return _PREFIX + _digest(secret, body)


def check(secret: str, body: bytes, header: str | None) -> Refusal | None:
    """Compares bytes: ``compare_digest`` raises on a ``str`` that is not ASCII."""
    if not header:
        return Refusal(401, "The request carries no X-Hub-Signature-256 header.")
    if not header.startswith(_PREFIX):
        return Refusal(401, "The X-Hub-Signature-256 header does not start with sha256=.")
    given = header.removeprefix(_PREFIX).strip().lower().encode("utf-8", "replace")
    if hmac.compare_digest(_digest(secret, body).encode(), given):
        return None
    return Refusal(
        401, "The signature does not match: compare the channel's app secret with Meta's."
    )


def _digest(secret: str, body: bytes) -> str:
    """Twice as fast as ``hmac.digest``, which also hands the interpreter to another thread."""
    keyed = _keyed(secret).copy()
    keyed.update(body)
    return keyed.hexdigest()


@lru_cache(maxsize=1_024)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode("utf-8", "surrogatepass"), digestmod="sha256")


def shake(verify_token: str, query: Mapping[str, str]) -> str | Refusal:
    """The challenge to send back as plain text. It is reflected input: capped, never HTML."""
    mode, token = query.get("hub.mode"), query.get("hub.verify_token")
    challenge = query.get("hub.challenge")
    if not (mode and token and challenge):
        return Refusal(400, "A handshake needs hub.mode, hub.verify_token and hub.challenge.")
    if mode != "subscribe":
        return Refusal(403, "The handshake's hub.mode is not subscribe.")
    if not (verify_token and _same(verify_token, token)):
        return Refusal(403, "The verify token is not the one of this channel.")
    if len(challenge) > CHALLENGE_LIMIT:
        return Refusal(400, f"The challenge is longer than {CHALLENGE_LIMIT} characters.")
    return scrub(challenge)


def _same(one: str, other: str) -> bool:
    ours, theirs = (word.encode("utf-8", "surrogatepass") for word in (one, other))
    return hmac.compare_digest(ours, theirs)
