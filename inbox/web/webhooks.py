"""Webhooks in: route, address and pace, cap, verify, parse, journal, and only then answer.

The order matters: a wrong signature over broken JSON is a wrong signature. Nothing that is
not authentic is parsed or stored, and what comes too fast or from elsewhere is not even read.
"""

from collections.abc import Mapping
from math import ceil
from time import monotonic
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar.types import HTTPScope, Receive

from inbox.domain.addresses import admits
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
_COMPRESSED: Final = Refusal(415, "Send the body as it is, without Content-Encoding.", "unreadable")
_BY_POST: Final = Answer(405, "Webhooks come here by POST.", ((b"allow", b"GET, POST"),))


@raw("/webhooks", mount=True)
async def webhook(scope: HTTPScope, receive: Receive) -> Answer:
    """One channel's own address: ``/webhooks/{key}``."""
    at: House = scope["litestar_app"].state.house
    channel = await at.directory.by_key(scope["path"].strip("/"))
    if channel is None:
        return _UNKNOWN
    if channel.allowed and (stranger := _stranger(channel, scope)):
        return _refuse(at, [channel], stranger)
    if scope["method"] == "POST":
        return await _post(at, channel, scope, receive)
    return _get(at, scope, [channel])


@raw("/api/webhook")
async def shared_webhook(scope: HTTPScope, receive: Receive) -> Answer:
    """The one address of a Meta app with several numbers: the signature says whose it is."""
    at: House = scope["litestar_app"].state.house
    if scope["method"] == "POST":
        return await _shared_post(at, scope, receive)
    await at.directory.load()
    return _get(at, scope, at.directory.candidates())


async def _post(at: House, channel: Channel, scope: HTTPScope, receive: Receive) -> Answer:
    if channel.rate and (hurry := _hurry(at, channel)):
        return _refuse(at, [channel], *hurry)
    headers = headers_of(scope)
    body = await _read(headers, receive)
    if isinstance(body, Refusal):
        return _refuse(at, [channel], body)
    refusal = verify(scheme_of(channel), channel, body, headers, at.now())
    if refusal is not None:
        return _refuse(at, [channel], refusal, size=len(body))
    return await _take(at, channel, body)


async def _shared_post(at: House, scope: HTTPScope, receive: Receive) -> Answer:
    """Whose it is, and so which addresses and what pace are right, the signature says first."""
    headers = headers_of(scope)
    body = await _read(headers, receive)
    if isinstance(body, Refusal):
        return _refuse(at, [], body)
    candidates = [channel for channel in at.directory.candidates() if channel.secret]
    if not candidates:
        await at.directory.load()
        candidates = [channel for channel in at.directory.candidates() if channel.secret]
    signed, refusal = _signers(candidates, body, headers, at.now())
    if not signed:
        return _refuse(at, candidates, refusal, size=len(body))
    return await _take(at, signed[0], body, signed, scope)


def _stranger(channel: Channel, scope: HTTPScope) -> Refusal | None:
    client = scope.get("client")
    address = client[0] if client else "an unknown address"
    if admits(channel.allowed, address):
        return None
    return Refusal(403, f"{address} is not on the channel's allow-list.", "address")


def _hurry(at: House, channel: Channel) -> tuple[Refusal, int] | None:
    """With the whole seconds after which one is taken again."""
    wait = at.pace.wait(channel.id, channel.rate, channel.burst, monotonic())
    if not wait:
        return None
    return Refusal(429, f"More than {channel.rate} webhooks a second.", "pace"), ceil(wait)


def _refuse(
    at: House,
    channels: list[Channel],
    refusal: Refusal,
    retry_after: int | None = None,
    *,
    size: int | None = None,
    excerpt: bytes | None = None,
) -> Answer:
    """Counted where an admin sees it, with its reason, and noted in the webhook log.

    ``excerpt``: only of a body that is authentic.
    """
    now = at.now()
    for channel in channels:
        at.refusals.add(channel.id, refusal.kind, refusal.reason, now)
    whose = channels[0].id if len(channels) == 1 else ""
    at.pulse.refused.note(whose, refusal.status, refusal.reason, now, size=size, excerpt=excerpt)
    later = () if retry_after is None else ((b"retry-after", b"%d" % retry_after),)
    return Answer(refusal.status, refusal.reason, later)


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


async def _read(headers: Headers, receive: Receive) -> bytes | Refusal:
    """The raw body, capped and never inflated."""
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return _COMPRESSED
    body = await read_body(receive, headers.get("content-length"), BODY_LIMIT)
    return Refusal(body.status, body.words, "unreadable") if isinstance(body, Answer) else body


async def _take(
    at: House,
    channel: Channel,
    body: bytes,
    signed: list[Channel] | None = None,
    scope: HTTPScope | None = None,
) -> Answer:
    """``signed`` and ``scope``: at the shared address, all channels whose it may be."""
    try:
        parsed = parse(body)
    except NotJson as error:
        unreadable = Refusal(400, str(error), "unreadable")
        return _refuse(at, [channel], unreadable, size=len(body), excerpt=body)
    if signed and scope:
        channel = _addressed(parsed, signed)
        if channel.allowed and (stranger := _stranger(channel, scope)):
            return _refuse(at, [channel], stranger)
        if channel.rate and (hurry := _hurry(at, channel)):
            return _refuse(at, [channel], *hurry)
    now = at.now()
    entry = Entry(new_id(now), channel.id, now, body, parsed, proof=_proof(channel))
    try:
        await at.journal.append(entry)
    except Exception:
        # Whatever kept it from the disk, the provider must send it again.
        return _NOT_STORED
    return _TAKEN


def _proof(channel: Channel) -> str:
    """What showed that it is authentic, for the log."""
    scheme = scheme_of(channel)
    return "path" if scheme.trusting and not channel.secret else scheme.kind


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


def _get(at: House, scope: HTTPScope, channels: list[Channel]) -> Answer:
    """The handshake: Meta asks whether this address is ours before it sends anything to it."""
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if scope["method"] != "GET" or not any(name.startswith("hub.") for name in query):
        return _BY_POST
    refusal = Refusal(403, "No channel has this verify token.", "handshake")
    for channel in channels:
        challenge = provider_named(channel.provider).handshake(channel, query)
        if isinstance(challenge, str):
            return Answer(200, challenge)
        refusal = challenge
    return _refuse(at, channels if len(channels) == 1 else [], refusal)


HANDLERS = [webhook, shared_webhook]
