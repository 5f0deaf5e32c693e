"""Meta's two proofs: the signature over the raw bytes, and the handshake (A.8, A.9)."""

import hmac
from collections.abc import Mapping

from inbox.domain.channels import Scheme
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.providers.authenticity import hex_digest
from inbox.providers.base import Refusal

SCHEME = Scheme(kind="hmac", header="X-Hub-Signature-256", prefix="sha256=", trusting=True)
HEADER = SCHEME.header.lower()
CHALLENGE_LIMIT = 256


def sign(secret: str, body: bytes) -> str:
    """The value of ``X-Hub-Signature-256`` for exactly these bytes."""
    return SCHEME.prefix + hex_digest(secret, body)


def shake(verify_token: str, query: Mapping[str, str]) -> str | Refusal:
    """The challenge to send back as plain text. It is reflected input: capped, never HTML."""
    mode, token = query.get("hub.mode"), query.get("hub.verify_token")
    challenge = query.get("hub.challenge")
    if not (mode and token and challenge):
        return _refused(400, _("A handshake needs hub.mode, hub.verify_token and hub.challenge."))
    if mode != "subscribe":
        return _refused(403, _("The handshake's hub.mode is not subscribe."))
    if not (verify_token and _same(verify_token, token)):
        return _refused(403, _("The verify token is not the one of this channel."))
    if len(challenge) > CHALLENGE_LIMIT:
        return _refused(
            400,
            _(
                "The challenge is longer than %(challenge_limit)s characters.",
                challenge_limit=CHALLENGE_LIMIT,
            ),
        )
    return scrub(challenge)


def _same(one: str, other: str) -> bool:
    ours, theirs = (word.encode("utf-8", "surrogatepass") for word in (one, other))
    return hmac.compare_digest(ours, theirs)


def _refused(status: int, reason: str) -> Refusal:
    return Refusal(status, reason, "handshake")
