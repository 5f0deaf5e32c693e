"""Whether a webhook is authentic: one function for all providers, by the scheme of the channel.

Pure. What is secret is compared as bytes and in constant time: ``compare_digest`` raises on a
``str`` that is not ASCII.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache

from inbox.domain.channels import Channel, Scheme
from inbox.domain.language import _
from inbox.domain.times import Micros
from inbox.providers.base import Refusal

AUTHORIZATION = "Authorization"

_URL_SAFE = str.maketrans("-_", "+/")


def verify(
    scheme: Scheme, channel: Channel, body: bytes, headers: Mapping[str, str], now: Micros
) -> Refusal | None:
    """None if the raw body is authentic. ``headers`` have lower-case names."""
    if scheme.kind == "path":
        return None
    if not channel.secret:
        return None if scheme.trusting else _unset()
    name = scheme.header or AUTHORIZATION
    given = headers.get(name.lower(), "").strip()
    if not given:
        return Refusal(
            scheme.missing, _("The request carries no %(name)s header.", name=name), "missing"
        )
    if _proves(scheme, channel.secret, body, given):
        return None
    previous = channel.previous_secret
    if previous and now < channel.previous_until and _proves(scheme, previous, body, given):
        return None
    return Refusal(scheme.wrong, _mismatch(scheme, name, given), "wrong")


def prove(scheme: Scheme, secret: str, body: bytes) -> dict[str, str]:
    """The header with which a webhook of exactly these bytes is authentic; none for ``path``."""
    if scheme.kind == "path" or not secret:
        return {}
    return {header_of(scheme): _proof(scheme, secret, body)}


def in_words(scheme: Scheme) -> str:
    """The proof, for a sentence: ``signature in X-Hub-Signature-256``."""
    match scheme.kind:
        case "hmac":
            return _("signature in %(header)s", header=scheme.header)
        case "header":
            return _("secret in %(header)s", header=scheme.header)
        case "basic":
            return _("user and password in Authorization")
        case _:
            return _("the secret address alone")


def header_of(scheme: Scheme) -> str:
    """The header that carries the proof."""
    return scheme.header or AUTHORIZATION


def hex_digest(secret: str, body: bytes) -> str:
    """Twice as fast as ``hmac.digest``, which also hands the interpreter to another thread."""
    return _keyed_with(secret, body).hexdigest()


def _proves(scheme: Scheme, secret: str, body: bytes, given: str) -> bool:
    if scheme.kind != "hmac":
        return hmac.compare_digest(_proof(scheme, secret, body).encode(), _as_sent(given))
    prefix = scheme.prefix
    if not given.startswith(prefix):
        return False
    keyed = _keyed(secret).copy()  # here and not in a function: every webhook comes by
    keyed.update(body)
    proof = given[len(prefix) :].strip()
    if scheme.encoding == "hex":
        theirs, ours = proof.lower(), keyed.hexdigest()
    else:
        # Both alphabets, with and without padding: each is the same 32 bytes.
        theirs = proof.translate(_URL_SAFE).rstrip("=")
        ours = b64encode(keyed.digest()).decode().rstrip("=")
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))


def _proof(scheme: Scheme, secret: str, body: bytes) -> str:
    match scheme.kind:
        case "hmac":
            made = hex_digest if scheme.encoding == "hex" else _base64
            return scheme.prefix + made(secret, body)
        case "basic":
            pair = f"{scheme.user}:{secret}".encode("utf-8", "surrogatepass")
            return "Basic " + b64encode(pair).decode()
        case _:
            return secret


def _as_sent(given: str) -> bytes:
    """The bytes on the wire, that ASGI servers read as Latin-1."""
    try:
        return given.encode("latin-1")
    except UnicodeEncodeError:
        return given.encode("utf-8", "surrogatepass")


def _base64(secret: str, body: bytes) -> str:
    return b64encode(_keyed_with(secret, body).digest()).decode()


def _keyed_with(secret: str, body: bytes) -> hmac.HMAC:
    keyed = _keyed(secret).copy()
    keyed.update(body)
    return keyed


@lru_cache(maxsize=1_024)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode("utf-8", "surrogatepass"), digestmod="sha256")


def _unset() -> Refusal:
    sentence = _(
        "This channel has no secret yet, so nothing can prove that a webhook is authentic."
    )
    return Refusal(401, sentence, "unset")


def _mismatch(scheme: Scheme, name: str, given: str) -> str:
    match scheme.kind:
        case "hmac" if not given.startswith(scheme.prefix):
            return _(
                "The %(name)s header does not start with %(prefix)s.",
                name=name,
                prefix=scheme.prefix,
            )
        case "hmac":
            return _(
                "The signature in %(name)s does not match: compare the channel's "
                "secret with the provider's.",
                name=name,
            )
        case "basic":
            return _("The user or the password in %(name)s is not the channel's.", name=name)
        case _:
            return _("The value of %(name)s is not the channel's.", name=name)
