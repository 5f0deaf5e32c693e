"""Webhooks in: route, address and pace, cap, verify, parse, journal, and only then answer.

The order matters: a wrong signature over broken JSON is a wrong signature. Nothing that is
not authentic is parsed or stored, and what comes too fast or from elsewhere is not even read.
"""

import asyncio
import re
from collections.abc import Mapping
from math import ceil
from time import monotonic, perf_counter
from typing import Final
from urllib.parse import parse_qsl

from litestar.types import HTTPScope, Receive

from inbox.alerts.rejections import NOWHERE
from inbox.conversations.entries import TEST, Entry
from inbox.domain.addresses import admits
from inbox.domain.channels import Channel, Scheme
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject, identifier, mapping, mappings
from inbox.domain.times import Micros
from inbox.providers.authenticity import verify
from inbox.providers.base import Refusal
from inbox.providers.registry import provider_named, scheme_of
from inbox.receiving.body import NotJson, parse
from inbox.storage.database import FAULTS
from inbox.web.context import AppContext
from inbox.web.http.raw_http import Left, RawAnswer, headers_of, raw, read_body
from inbox.web.webhooks.rejection import TurnedAway, turn_away

BODY_LIMIT: Final = 4 * 1024 * 1024
LARGE: Final = 128 * 1024
"""What is read beside the loop: a body of the largest takes a tenth of a second."""

Headers = Mapping[str, str]
Proof = tuple[Scheme, str, str, Micros]
"""All that decides whether a body is authentic."""
Verdict = RawAnswer | TurnedAway

_TAKEN: Final = RawAnswer(200, "ok")
_UNKNOWN: Final = N_("There is no channel at this address.")
_NOT_STORED: Final = Refusal(503, N_("It could not be stored; send it again."), "unstored")
_SOON: Final = ((b"retry-after", b"5"),)
_PAUSED: Final = N_("This channel is paused: send it again later.")
_LATER: Final = ((b"retry-after", b"300"),)
_COMPRESSED: Final = Refusal(
    415, N_("Send the body as it is, without Content-Encoding."), "unreadable"
)
_BROKEN: Final = Refusal(
    0, N_("It broke off before its end, or took longer than a minute."), "broken"
)
_BY_POST: Final = Refusal(405, N_("Webhooks come here by POST."), "method")
_METHODS: Final = ((b"allow", b"GET, POST"),)
_KEY: Final = re.compile(r"[\w-]{12,}", re.ASCII)


@raw("/webhooks", mount=True)
async def webhook(scope: HTTPScope, receive: Receive) -> RawAnswer:
    """One channel's own address: ``/webhooks/{key}``."""
    at: AppContext = scope["litestar_app"].state.context
    began = perf_counter()
    found = await _own(at, scope, receive)
    return turn_away(at, scope, found, began) if isinstance(found, TurnedAway) else found


@raw("/api/webhook")
async def shared_webhook(scope: HTTPScope, receive: Receive) -> RawAnswer:
    """The one address of a Meta app with several numbers: the signature says whose it is."""
    at: AppContext = scope["litestar_app"].state.context
    began = perf_counter()
    if scope["method"] == "POST":
        found = await _shared_post(at, scope, receive)
    else:
        await at.channel_cache.load()
        found = _get(at, scope, at.channel_cache.candidates())
    return turn_away(at, scope, found, began) if isinstance(found, TurnedAway) else found


async def _own(at: AppContext, scope: HTTPScope, receive: Receive) -> Verdict:
    key = scope["path"].strip("/")
    try:
        channel = await at.channel_cache.by_key(key)
    except FAULTS:
        # A key that is not known in memory, and the database cannot say whose it is.
        return TurnedAway(_NOT_STORED, place=NOWHERE, headers=_SOON)
    if channel is None or not channel.is_at(key, at.now()):
        return _unknown(scope, key)
    if channel.state != "connected":
        return RawAnswer(503, _PAUSED, _LATER)
    if channel.allowed and (stranger := _stranger(channel, scope)):
        return TurnedAway(stranger, [channel])
    if scope["method"] == "POST":
        return await _post(at, channel, scope, receive)
    return _get(at, scope, [channel])


def _unknown(scope: HTTPScope, key: str) -> Verdict:
    """Noted: a provider that was given half an address says so nowhere else."""
    if scope["method"] != "POST" and b"hub." not in scope["query_string"]:
        return RawAnswer(404, _UNKNOWN)
    begins = _(" It begins with %(value)s…", value=key[:6]) if _KEY.fullmatch(key) else ""
    refusal = Refusal(404, _("No channel has this address.%(begins)s", begins=begins), "unknown")
    return TurnedAway(refusal, place=NOWHERE, size=_length(headers_of(scope)), words=_UNKNOWN)


async def _post(at: AppContext, channel: Channel, scope: HTTPScope, receive: Receive) -> Verdict:
    if channel.rate and (hurry := _hurry(at, channel)):
        return hurry
    headers = headers_of(scope)
    body = await _read(headers, receive)
    if isinstance(body, Refusal):
        return TurnedAway(body, [channel], size=_length(headers))
    refusal = verify(scheme_of(channel), channel, body, headers, at.now())
    if refusal is not None:
        return TurnedAway(refusal, [channel], size=len(body))
    return await _take(at, channel, body, headers)


async def _shared_post(at: AppContext, scope: HTTPScope, receive: Receive) -> Verdict:
    """Whose it is, and so which addresses and what pace are right, the signature says first."""
    headers = headers_of(scope)
    body = await _read(headers, receive)
    if isinstance(body, Refusal):
        return TurnedAway(body, size=_length(headers))
    candidates = [channel for channel in at.channel_cache.candidates() if channel.secret]
    if not candidates:
        await at.channel_cache.load()
        candidates = [channel for channel in at.channel_cache.candidates() if channel.secret]
    signed, refusal = _signers(candidates, body, headers, at.now())
    if not signed:
        return TurnedAway(refusal, candidates, shared=True, size=len(body))
    return await _take(at, signed[0], body, headers, signed, scope)


def _length(headers: Headers) -> int | None:
    """What a body that was not read says of itself."""
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 10 else None


def _stranger(channel: Channel, scope: HTTPScope) -> Refusal | None:
    client = scope.get("client")
    address = client[0] if client else _("an unknown address")
    if admits(channel.allowed, address):
        return None
    return Refusal(
        403, _("%(address)s is not on the channel's allow-list.", address=address), "address"
    )


def _hurry(at: AppContext, channel: Channel) -> TurnedAway | None:
    """With the whole seconds after which one is taken again."""
    wait = at.rate_limiter.wait(channel.id, channel.rate, channel.burst, monotonic())
    if not wait:
        return None
    refusal = Refusal(429, _("More than %(rate)s webhooks a second.", rate=channel.rate), "pace")
    return TurnedAway(refusal, [channel], headers=((b"retry-after", b"%d" % ceil(wait)),))


def _signers(
    candidates: list[Channel], body: bytes, headers: Headers, now: Micros
) -> tuple[list[Channel], Refusal]:
    """The channels whose secret signs this body, and else why none does."""
    refusal = Refusal(401, _("No channel with an app secret is connected yet."))
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
    try:
        body = await read_body(receive, headers.get("content-length"), BODY_LIMIT)
    except Left:
        return _BROKEN
    return Refusal(body.status, body.words, "unreadable") if isinstance(body, RawAnswer) else body


async def _take(
    at: AppContext,
    channel: Channel,
    body: bytes,
    headers: Headers,
    signed: list[Channel] | None = None,
    scope: HTTPScope | None = None,
) -> Verdict:
    """``signed`` and ``scope``: at the shared address, all channels whose it may be."""
    try:
        parsed = parse(body) if len(body) < LARGE else await asyncio.to_thread(parse, body)
    except NotJson as error:
        unreadable = Refusal(400, str(error), "unreadable")
        return TurnedAway(unreadable, [channel], size=len(body), excerpt=body)
    if signed and scope:
        channel = _addressed(parsed, signed)
        if channel.allowed and (stranger := _stranger(channel, scope)):
            return TurnedAway(stranger, [channel], size=len(body))
        if channel.rate and (hurry := _hurry(at, channel)):
            return hurry
    now = at.now()
    entry = Entry(new_id(now), channel.id, now, body, parsed, proof=_proof(channel))
    if at.samples.holds(headers, body):
        entry.sample, entry.proof = True, f"{entry.proof}{TEST}"
    try:
        await at.journal.append(entry)
    except Exception:
        # Whatever kept it from the disk, the provider must send it again.
        return TurnedAway(_NOT_STORED, [channel], size=len(body), headers=_SOON)
    return _TAKEN


def _proof(channel: Channel) -> str:
    """What showed that it is authentic, for the log."""
    scheme = scheme_of(channel)
    return "path" if scheme.trusting and not channel.secret else scheme.kind


def _addressed(body: JsonObject, signed: list[Channel]) -> Channel:
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


def _get(at: AppContext, scope: HTTPScope, channels: list[Channel]) -> Verdict:
    """The handshake: Meta asks whether this address is ours before it sends anything to it."""
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    whose = channels if len(channels) == 1 else []
    if scope["method"] != "GET" or not any(name.startswith("hub.") for name in query):
        # Who only looks delivers nothing: a browser, a monitor.
        looks = scope["method"] in ("GET", "HEAD", "OPTIONS")
        by_post = RawAnswer(_BY_POST.status, _BY_POST.reason, _METHODS)
        return by_post if looks else TurnedAway(_BY_POST, whose, headers=_METHODS)
    refusal = Refusal(403, _("No channel has this verify token."), "handshake")
    for channel in channels:
        challenge = provider_named(channel.provider).handshake(channel, query)
        if isinstance(challenge, str):
            return RawAnswer(200, challenge)
        refusal = challenge
    return TurnedAway(refusal, whose)


HANDLERS = [webhook, shared_webhook]
