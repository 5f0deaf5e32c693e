"""Webhooks in: route, cap, verify, parse, journal, and only then answer.

The order matters: a wrong signature over broken JSON is a wrong signature. Nothing that is
not authentic is parsed or stored.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar.types import HTTPScope, Receive

from inbox.domain.channels import Channel, Scheme
from inbox.domain.ids import new_id
from inbox.domain.text import identifier, mapping, mappings
from inbox.domain.times import Micros
from inbox.providers.authenticity import verify
from inbox.providers.base import Refusal
from inbox.providers.registry import provider_named, scheme_of
from inbox.receiving.body import NotJson, parse
from inbox.receiving.entries import Entry
from inbox.web.house import House
from inbox.web.raw_http import Answer, headers_of, raw, read_body

BODY_LIMIT: Final = 4 * 1024 * 1024

Headers = Mapping[str, str]
Proof = tuple[Scheme, str, str, Micros]
"""All that decides whether a body is authentic."""

_TAKEN: Final = Answer(200, "ok")
_UNKNOWN: Final = Answer(404, "There is no channel at this address.")
_NOT_STORED: Final = Answer(
    503, "It could not be stored; send it again.", ((b"retry-after", b"5"),)
)
_COMPRESSED: Final = Answer(415, "Send the body as it is, without Content-Encoding.")
_BY_POST: Final = Answer(405, "Webhooks come here by POST.", ((b"allow", b"GET, POST"),))


@raw("/webhooks", mount=True)
async def webhook(scope: HTTPScope, receive: Receive) -> Answer:
    """One channel's own address: ``/webhooks/{key}``."""
    at: House = scope["litestar_app"].state.house
    channel = await at.directory.by_key(scope["path"].strip("/"))
    if channel is None:
        return _UNKNOWN
    if scope["method"] == "POST":
        return await _post(at, channel, scope, receive)
    return _get(scope, [channel])


@raw("/api/webhook")
async def shared_webhook(scope: HTTPScope, receive: Receive) -> Answer:
    """The one address of a Meta app with several numbers: the signature says whose it is."""
    at: House = scope["litestar_app"].state.house
    if scope["method"] == "POST":
        return await _shared_post(at, scope, receive)
    await at.directory.load()
    return _get(scope, at.directory.candidates())


async def _post(at: House, channel: Channel, scope: HTTPScope, receive: Receive) -> Answer:
    headers = headers_of(scope)
    body = await _read(headers, receive)
    if isinstance(body, Answer):
        return body
    refusal = verify(scheme_of(channel), channel, body, headers, at.now())
    if refusal is not None:
        at.refusals.add(channel.id, refusal.reason, at.now())
        return Answer(refusal.status, refusal.reason)
    return await _take(at, channel, body)


async def _shared_post(at: House, scope: HTTPScope, receive: Receive) -> Answer:
    headers = headers_of(scope)
    body = await _read(headers, receive)
    if isinstance(body, Answer):
        return body
    candidates = [channel for channel in at.directory.candidates() if channel.secret]
    if not candidates:
        await at.directory.load()
        candidates = [channel for channel in at.directory.candidates() if channel.secret]
    signed, refusal = _signers(candidates, body, headers, at.now())
    if not signed:
        for channel in candidates:
            at.refusals.add(channel.id, refusal.reason, at.now())
        return Answer(refusal.status, refusal.reason)
    return await _take(at, signed[0], body, signed)


def _signers(
    candidates: list[Channel], body: bytes, headers: Headers, now: Micros
) -> tuple[list[Channel], Refusal]:
    """The channels whose secret signs this body, and else why none does."""
    refusal = Refusal(401, "No channel with an app secret is connected yet.")
    verdicts: dict[Proof, Refusal | None] = {}
    signed = []
    for channel in candidates:
        scheme = scheme_of(channel)
        proof = (scheme, channel.secret, channel.previous_secret, channel.previous_until)
        if proof not in verdicts:
            verdicts[proof] = verify(scheme, channel, body, headers, now)
        verdict = verdicts[proof]
        if verdict is None:
            signed.append(channel)
        else:
            refusal = verdict
    return signed, refusal


async def _read(headers: Headers, receive: Receive) -> bytes | Answer:
    """The raw body, capped and never inflated."""
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return _COMPRESSED
    return await read_body(receive, headers.get("content-length"), BODY_LIMIT)


async def _take(
    at: House, channel: Channel, body: bytes, signed: list[Channel] | None = None
) -> Answer:
    try:
        parsed = parse(body)
    except NotJson as error:
        return Answer(400, str(error))
    if signed and len(signed) > 1:
        channel = _addressed(parsed, signed)
    now = at.now()
    entry = Entry(new_id(now), channel.id, now, body, parsed)
    try:
        await at.journal.append(entry)
    except Exception:
        # Whatever kept it from the disk, the provider must send it again.
        return _NOT_STORED
    return _TAKEN


def _addressed(body: dict[str, Any], signed: list[Channel]) -> Channel:
    """Of several channels with one secret, the first that the body names."""
    for entry in mappings(body.get("entry")):
        for change in mappings(entry.get("changes")):
            metadata = mapping(mapping(change.get("value")).get("metadata"))
            account = identifier(metadata.get("phone_number_id"))
            for channel in signed:
                if account is not None and channel.account == account:
                    return channel
    # One that was not told its number would take what belongs to nobody.
    return next((channel for channel in signed if channel.account), signed[0])


def _get(scope: HTTPScope, channels: list[Channel]) -> Answer:
    """The handshake: Meta asks whether this address is ours before it sends anything to it."""
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if scope["method"] != "GET" or not any(name.startswith("hub.") for name in query):
        return _BY_POST
    refusal = Refusal(403, "No channel has this verify token.")
    for channel in channels:
        challenge = provider_named(channel.provider).handshake(channel, query)
        if isinstance(challenge, str):
            return Answer(200, challenge)
        refusal = challenge
    return Answer(refusal.status, refusal.reason)


HANDLERS = [webhook, shared_webhook]
