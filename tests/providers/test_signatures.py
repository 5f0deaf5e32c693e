"""Only Meta gets in: the signature over the raw bytes, and the handshake."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.providers import authenticity
from inbox.providers.base import Refusal
from inbox.providers.cloud_api import CloudApi
from inbox.providers.cloud_api.signing import sign
from tests.support.corpus import PAYLOADS
from tests.support.meta import NOW

VECTORS = [
    vector
    for vector in json.loads((PAYLOADS / "signatures.json").read_text())["vectors"]
    if vector["provider"] == "meta"
]
SECRET = "app-secret"
BODY = b'{"object":"whatsapp_business_account"}'
CHANNEL = Channel(
    id="1",
    name="Main line",
    provider="cloud-api",
    api_base="",
    key="key",
    verify_token="vérify-me",
    secret=SECRET,
)


def verify(header: str | None, body: bytes = BODY, secret: str = SECRET) -> Refusal | None:
    headers = {} if header is None else {"x-hub-signature-256": header}
    channel = replace(CHANNEL, secret=secret)
    return authenticity.verify(CloudApi.scheme, channel, body, headers, NOW)


def shake(**query: str | None) -> str | Refusal:
    given = {"mode": "subscribe", "verify_token": "vérify-me", "challenge": "1158201444"} | query
    named = {f"hub.{name}": value for name, value in given.items() if value is not None}
    return CloudApi().handshake(CHANNEL, named)


def test_there_are_good_vectors_and_bad_ones() -> None:
    assert {vector["valid"] for vector in VECTORS} == {True, False}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each["note"] or each["file"])
def test_every_vector_is_judged_as_meta_would(vector: dict[str, Any]) -> None:
    body = (PAYLOADS / vector["file"]).read_bytes()
    refusal = verify(vector["value"], body, vector["verify_secret"])
    assert (refusal is None) == vector["valid"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        "sha256=",
        "sha256",
        "sha256=" + "0" * 64,
        "sha256=" + "0" * 1_000_000,
        "sha256=é" + "0" * 63,
        "sha256=\udcff\ud83d",
        "sha256=" + "0" * 64 + "\x00",
        f"{sign(SECRET, BODY)}, {sign(SECRET, BODY)}",
        sign("another-secret", BODY),
        sign(SECRET, BODY + b"\n"),
        sign(SECRET, BODY).upper(),
        "sha1=" + "0" * 40,
    ],
)
def test_a_header_that_is_no_signature_of_these_bytes_is_refused(header: str | None) -> None:
    refusal = verify(header)
    assert refusal is not None
    assert refusal.status == 401
    assert refusal.reason.endswith(".")


@settings(deadline=None)
@given(st.text(st.characters()), st.binary())
def test_no_header_and_no_body_makes_verification_raise(header: str, body: bytes) -> None:
    assert verify(header, body) is not None


@settings(deadline=None)
@given(st.text(min_size=1), st.binary())
def test_what_is_signed_with_the_secret_is_authentic(secret: str, body: bytes) -> None:
    assert verify(sign(secret, body), body, secret) is None
    assert verify(sign(secret, body).replace("sha256=", "sha256= ") + " ", body, secret) is None


def test_a_channel_without_a_secret_trusts_its_secret_address() -> None:
    assert verify(None, secret="") is None


def test_the_handshake_gives_back_exactly_the_challenge() -> None:
    assert shake() == "1158201444"
    assert shake(challenge="<b>ü</b>") == "<b>ü</b>"
    assert shake(challenge="x" * 256) == "x" * 256


@pytest.mark.parametrize("name", ["mode", "verify_token", "challenge"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_handshake_lacking_something_is_a_bad_request(name: str, value: str | None) -> None:
    refusal = shake(**{name: value})
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400


@pytest.mark.parametrize("token", ["verify-me", "vérify", "\udcff", "x" * 1_000_000])
def test_a_handshake_with_another_token_is_forbidden(token: str) -> None:
    refusal = shake(verify_token=token)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 403
    assert token not in refusal.reason


def test_a_handshake_of_another_kind_is_forbidden() -> None:
    refusal = shake(mode="unsubscribe")
    assert isinstance(refusal, Refusal)
    assert refusal.status == 403


def test_an_overlong_challenge_is_not_reflected() -> None:
    refusal = shake(challenge="x" * 257)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400


def test_a_channel_without_a_verify_token_shakes_no_hand() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": " ", "hub.challenge": "1"}
    refusal = CloudApi().handshake(replace(CHANNEL, verify_token=""), query)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 403
