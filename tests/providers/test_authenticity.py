"""Law 10 for every scheme: a secret set is a proof required, and no secret is no way in."""

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.domain.channels import Channel, Scheme
from inbox.domain.times import HOUR
from inbox.providers.authenticity import hex_digest, prove, verify
from inbox.providers.base import Refusal
from inbox.providers.cloud_api import CloudApi
from inbox.providers.registry import PROVIDERS, scheme_of
from tests.support.corpus import PAYLOADS
from tests.support.meta import NOW

BODY = b'{"event":"message_status"}'
SECRET = "s\u00ebcret of the channel"

HEX = Scheme(kind="hmac", header="X-Webhook-Signature", missing=400)
PREFIXED = Scheme(kind="hmac", header="X-Hub-Signature-256", prefix="sha256=")
BASE64 = Scheme(kind="hmac", header="X-Signature", encoding="base64")
HEADER = Scheme(kind="header", header="X-Hook-Token")
BASIC = Scheme(kind="basic", user="inbox")
PROVING = (HEX, PREFIXED, BASE64, HEADER, BASIC)
OF_VECTORS = {"meta": CloudApi.scheme, "notifier_v2": HEX}

VECTORS = json.loads((PAYLOADS / "signatures.json").read_text())["vectors"]


def channel(scheme: Scheme, secret: str = SECRET, **facts: Any) -> Channel:
    return Channel(
        id="1",
        name="Shop",
        provider="cloud-api",
        api_base="",
        key="key",
        scheme=scheme,
        secret=secret,
        **facts,
    )


def check(
    one: Channel, headers: dict[str, str], body: bytes = BODY, now: int = NOW
) -> Refusal | None:
    lower = {name.lower(): value for name, value in headers.items()}
    return verify(scheme_of(one), one, body, lower, now)


def proof(scheme: Scheme, secret: str = SECRET, body: bytes = BODY) -> dict[str, str]:
    """As it is read from the wire: ASGI servers give headers as Latin-1."""
    made = prove(scheme, secret, body)
    return {name: value.encode().decode("latin-1") for name, value in made.items()}


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda v: f"{v['provider']}-{v['note'] or v['file']}"
)
def test_every_vector_is_judged_as_its_provider_would(vector: dict[str, Any]) -> None:
    scheme = OF_VECTORS[vector["provider"]]
    assert scheme.header == vector["header"]
    body = (PAYLOADS / vector["file"]).read_bytes()
    refusal = check(
        channel(scheme, vector["verify_secret"]), {vector["header"]: vector["value"]}, body
    )
    assert (refusal is None) == vector["valid"], vector["note"]


@pytest.mark.parametrize("scheme", PROVING, ids=lambda s: f"{s.kind}-{s.encoding}-{s.prefix}")
def test_a_proof_opens_and_nothing_else_does(scheme: Scheme) -> None:
    here = channel(scheme)
    assert check(here, proof(scheme)) is None
    wrong = check(here, proof(scheme, "another secret"))
    assert wrong is not None and (wrong.status, wrong.kind) == (401, "wrong")
    for nothing in ({}, dict.fromkeys(proof(scheme), " ")):
        missing = check(here, nothing)
        assert missing is not None and (missing.status, missing.kind) == (scheme.missing, "missing")
    if scheme.kind == "hmac":
        assert check(here, proof(scheme), BODY + b" ") is not None


@pytest.mark.parametrize("scheme", PROVING, ids=lambda s: f"{s.kind}-{s.encoding}-{s.prefix}")
def test_a_channel_without_a_secret_refuses_whatever_comes(scheme: Scheme) -> None:
    here = channel(scheme, secret="")
    name = next(iter(proof(scheme)))
    guesses = ["", " ", "Basic Og==", "Basic aW5ib3g6", hex_digest("", BODY)]
    guesses += [scheme.prefix + hex_digest("", BODY), b64encode(b"").decode()]
    for guess in guesses:
        refusal = check(here, {name: guess})
        assert refusal is not None and refusal.status == 401


@pytest.mark.parametrize("scheme", PROVING, ids=lambda s: f"{s.kind}-{s.encoding}-{s.prefix}")
def test_two_secrets_are_good_until_the_older_one_has_had_its_time(scheme: Scheme) -> None:
    here = channel(scheme, "new", previous_secret="old", previous_until=NOW + HOUR)
    for secret in ("new", "old"):
        assert check(here, proof(scheme, secret)) is None
    assert check(here, proof(scheme, "older")) is not None
    assert check(here, proof(scheme, "new"), now=NOW + HOUR) is None
    assert check(here, proof(scheme, "old"), now=NOW + HOUR) is not None
    ended = replace(here, previous_secret="", previous_until=0)
    assert check(ended, proof(scheme, "old")) is not None


def test_a_secret_address_alone_needs_no_proof() -> None:
    assert check(channel(Scheme(kind="path"), secret=""), {}) is None
    assert check(channel(CloudApi.scheme, secret=""), {}) is None


def test_base64_is_read_in_both_alphabets_with_and_without_padding() -> None:
    digest = bytes.fromhex(hex_digest(SECRET, BODY))
    for value in (b64encode(digest), urlsafe_b64encode(digest)):
        for spelled in (value, value.rstrip(b"=")):
            assert check(channel(BASE64), {"X-Signature": spelled.decode()}) is None
    assert check(channel(BASE64), {"X-Signature": digest.hex()}) is not None


def test_a_static_header_and_a_password_are_compared_to_the_letter() -> None:
    for scheme in (HEADER, BASIC):
        [(name, value)] = proof(scheme).items()
        for other in (value.upper(), value + "x", value[:-1], "x" + value):
            assert check(channel(scheme), {name: other}) is not None


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(PROVING), st.text(st.characters()), st.binary())
def test_no_header_and_no_body_makes_verification_raise(
    scheme: Scheme, header: str, body: bytes
) -> None:
    name = next(iter(proof(scheme)))
    assert check(channel(scheme), {name: header}, body) is not None


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_a_provider_itself_would_send_is_authentic_and_understood(name: str) -> None:
    provider = PROVIDERS[name]
    here = replace(channel(provider.scheme), provider=name, scheme=None)
    body = provider.sample(here, NOW)
    assert check(here, proof(provider.scheme, body=body), body) is None
    events = provider.normalise(json.loads(body), NOW, body)
    assert len(events) == 1
    assert type(events[0]).__name__ in ("StatusEvent", "Ignored"), "it leaves no customer"
