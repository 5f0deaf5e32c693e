"""Webhooks in: route, cap, verify, parse, journal, and only then answer.

The order matters: a wrong signature over broken JSON is a wrong signature. Nothing that is
not authentic is parsed or stored.
"""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath

from inbox.domain.channels import Channel
from inbox.domain.ids import new_id
from inbox.domain.text import identifier, mapping, mappings
from inbox.providers.base import Refusal
from inbox.providers.registry import provider_named
from inbox.receiving.body import NotJson, parse
from inbox.receiving.entries import Entry
from inbox.web.guard import UNBROWSED
from inbox.web.house import House, house

BODY_LIMIT: Final = 4 * 1024 * 1024

Hook = Request[Any, Any, Any]
Answer = Response[str]


def _answer(status: int, words: str) -> Answer:
    return Response(words, status_code=status, media_type="text/plain")


_TAKEN: Final = "ok"
_UNKNOWN: Final = "There is no channel at this address."


@post(
    "/webhooks/{key:str}",
    opt=UNBROWSED,
    status_code=200,
    request_max_body_size=BODY_LIMIT,
    include_in_schema=False,
)
async def webhook(request: Hook, key: FromPath[str]) -> Answer:
    """One channel's own address."""
    at = house(request)
    channel = await at.directory.by_key(key)
    if channel is None:
        return _answer(404, _UNKNOWN)
    body = await _read(request)
    if isinstance(body, Response):
        return body
    refusal = provider_named(channel.provider).verify(channel, body, request.headers)
    if refusal is not None:
        at.refusals.add(channel.id, refusal.reason, at.now())
        return _answer(refusal.status, refusal.reason)
    return await _take(at, channel, body)


@post(
    "/api/webhook",
    opt=UNBROWSED,
    status_code=200,
    request_max_body_size=BODY_LIMIT,
    include_in_schema=False,
)
async def shared_webhook(request: Hook) -> Answer:
    """The one address of a Meta app with several numbers: the signature says whose it is."""
    at = house(request)
    body = await _read(request)
    if isinstance(body, Response):
        return body
    candidates = [channel for channel in at.directory.candidates() if channel.secret]
    if not candidates:
        await at.directory.load()
        candidates = [channel for channel in at.directory.candidates() if channel.secret]
    signed, refusal = _signers(candidates, body, request)
    if not signed:
        for channel in candidates:
            at.refusals.add(channel.id, refusal.reason, at.now())
        return _answer(refusal.status, refusal.reason)
    return await _take(at, signed[0], body, signed)


def _signers(
    candidates: list[Channel], body: bytes, request: Hook
) -> tuple[list[Channel], Refusal]:
    """The channels whose secret signs this body, and else why none does."""
    refusal = Refusal(401, "No channel with an app secret is connected yet.")
    verdicts: dict[tuple[str, str], Refusal | None] = {}
    signed = []
    for channel in candidates:
        secret = (channel.provider, channel.secret)
        if secret not in verdicts:
            verdicts[secret] = provider_named(channel.provider).verify(
                channel, body, request.headers
            )
        verdict = verdicts[secret]
        if verdict is None:
            signed.append(channel)
        else:
            refusal = verdict
    return signed, refusal


async def _read(request: Hook) -> bytes | Answer:
    """The raw body, capped by the route and never inflated."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return _answer(415, "Send the body as it is, without Content-Encoding.")
    return await request.body()


async def _take(
    at: House, channel: Channel, body: bytes, signed: list[Channel] | None = None
) -> Answer:
    try:
        parsed = parse(body)
    except NotJson as error:
        return _answer(400, str(error))
    if signed and len(signed) > 1:
        channel = _addressed(parsed, signed)
    now = at.now()
    entry = Entry(new_id(now), channel.id, now, body, parsed)
    try:
        await at.journal.append(entry)
    except Exception:
        # Whatever kept it from the disk, the provider must send it again.
        return Response(
            "It could not be stored; send it again.",
            status_code=503,
            media_type="text/plain",
            headers={"Retry-After": "5"},
        )
    return _answer(200, _TAKEN)


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


@get("/webhooks/{key:str}", opt=UNBROWSED, include_in_schema=False)
async def handshake(request: Hook, key: FromPath[str]) -> Answer:
    """Meta asks whether this address is ours before it sends anything to it."""
    channel = await house(request).directory.by_key(key)
    if channel is None:
        return _answer(404, _UNKNOWN)
    return _shake(request, [channel])


@get("/api/webhook", opt=UNBROWSED, include_in_schema=False)
async def shared_handshake(request: Hook) -> Answer:
    """Any channel's verify token is good here."""
    at = house(request)
    await at.directory.load()
    return _shake(request, at.directory.candidates())


def _shake(request: Hook, channels: list[Channel]) -> Answer:
    if not any(name.startswith("hub.") for name in request.query_params):
        return Response(
            "Webhooks come here by POST.",
            status_code=405,
            media_type="text/plain",
            headers={"Allow": "POST"},
        )
    query = dict(request.query_params.items())
    refusal = Refusal(403, "No channel has this verify token.")
    for channel in channels:
        challenge = provider_named(channel.provider).handshake(channel, query)
        if isinstance(challenge, str):
            return _answer(200, challenge)
        refusal = challenge
    return _answer(refusal.status, refusal.reason)


HANDLERS = [webhook, shared_webhook, handshake, shared_handshake]
