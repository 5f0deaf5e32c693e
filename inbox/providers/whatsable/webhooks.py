"""A webhook of WhatsAble's dashboard becomes one event (D.1 to D.6). Pure; it never raises.

Newer products post the data object alone, without ``event`` and ``data`` around it. Either may come
as JSON in a string.
"""

import hashlib
import json

from inbox.domain.content import EventContent, Problem
from inbox.domain.events import Event, Ignored, MessageEvent, Misread, StatusEvent
from inbox.domain.text import JsonObject, few, identifier, mapping, present, text
from inbox.domain.times import Micros, iso, when
from inbox.providers.cloud_api.context import referral
from inbox.providers.cloud_api.problems import read_problem
from inbox.providers.whatsable.history import Line, Side, lines, newest, parsed_json
from inbox.providers.whatsable.parts import customer, described_parts, kinds

_STATUSES = frozenset({"sent", "delivered", "read", "failed"})


def normalise(body: JsonObject, now: Micros, raw: bytes) -> list[Event]:
    """One event, or one for each of several ``data``."""
    try:
        several = _several(body)
    except Exception as fault:  # a surprise is told as one; the body is in the journal
        return [Misread.of(fault)]
    return [_one(data, body, now, raw + part) for part, data in several]


def _several(body: JsonObject) -> list[tuple[bytes, JsonObject]]:
    """Each data object with what tells its bytes from the others'; the body itself may be one."""
    data = parsed_json(body.get("data"))
    if not isinstance(data, list):
        return [(b"", data if isinstance(data, dict) else dict(body))]
    listed = few(data) or [{}]
    return [(str(number or "").encode(), each) for number, each in enumerate(listed)]


def _one(data: JsonObject, body: JsonObject, now: Micros, raw: bytes) -> Event:
    try:
        return _event(data, body.get("event"), now, raw)
    except Exception as fault:  # as above; its siblings are read
        return Misread.of(fault)


def _event(data: JsonObject, event: object, now: Micros, raw: bytes) -> Event:
    match event:
        case "incoming_message":
            return _message(data, now, raw)
        case "message_status":
            return _status(data, now)
        case None if {"message_id", "status"} <= data.keys():
            return _status(data, now)
        case None if not data.keys().isdisjoint(("phone_number", "last_messages")):
            return _message(data, now, raw)
    return Ignored(reason="event", field=identifier(event))


# Receipts --------------------------------------------------------------------------------


def _status(data: JsonObject, now: Micros) -> Event:
    """``message_id`` is the wamid from the answer to the send."""
    target = identifier(data.get("message_id"))
    said = data.get("status")
    word = identifier(said.lower()) if isinstance(said, str) else None
    if target is None:
        return Ignored(reason="status_without_id")
    if word not in _STATUSES:
        return Ignored(reason="unknown_status", field=word)
    return StatusEvent(
        key=f"st:{target}:{word}",
        ts=when(data.get("timestamp"), now),
        message_id=target,
        status=word,
        errors=_problems(data.get("error")),
    )


def _problems(error: object) -> list[Problem]:
    found = read_problem(mapping(error)) or present(Problem, title=text(error))
    return [found] if found else []


# Messages --------------------------------------------------------------------------------


def _message(data: JsonObject, now: Micros, raw: bytes) -> Event:
    """``incoming_message: false`` is said by the business: from the phone or by a colleague."""
    contact = customer(data)
    if contact is None:
        return Ignored(reason="no_phone")
    incoming = data.get("incoming_message") is not False
    side: Side = "user" if incoming else "bot"
    words = text(data.get(f"last_message_of_{side}"))
    link = text(data.get("attachment_url"))
    kind, provider_type = kinds(data.get("message_type", "text"), words)
    before = lines(data.get("last_messages"), now)
    at = _moment(data, side, words, before, now)
    if at is None:
        key = f"raw:{hashlib.sha256(raw).hexdigest()}"
    else:
        theirs = newest(before, "user")
        key = _key(contact.wa_id, provider_type, at, words, link, theirs)
    return MessageEvent(
        key=key,
        ts=at,
        provider_message_id=None,
        direction="in" if incoming else "out",
        type=kind,
        provider_type=provider_type,
        contact=contact,
        text=words,
        content=described_parts(kind, provider_type, words, {"url": link})
        | present(EventContent, referral=referral(parsed_json(data.get("referral")))),
        echo=None if incoming or link or _somebody_else(data) else True,
    )


def _somebody_else(data: JsonObject) -> bool:
    """Whether the business said it by the phone, a colleague at WhatsAble or an automation.

    A reply by the API is nobody's; where the author is named, it cannot be one of ours.
    """
    return bool(data.get("send_by")) or data.get("was_message_by_human") is True


def _moment(
    data: JsonObject, side: Side, words: str | None, before: list[Line], now: Micros
) -> Micros | None:
    """When it was said (D.6): the history knows parts of a second, the fields only seconds."""
    itself = newest((line for line in before if line.words == words), side)
    told = (f"{side}_timestamp", f"{side}_last_message_time")
    times = (when(data.get(name), now) for name in told)
    return itself or next(filter(None, times), None) or newest(before, side)


def _key(
    wa_id: str | None,
    provider_type: str | None,
    at: Micros,
    words: str | None,
    link: str | None,
    theirs: Micros | None,
) -> str:
    """What a second delivery repeats and another message changes (D.4).

    Of the link without its query, where a signature may change; nothing that the business says
    between two deliveries. The newest line of the customer tells two "ok" of a second apart.
    """
    path = (link or "").split("?")[0].split("#")[0]
    facts = [wa_id or "", provider_type or "", _iso(at), words or "", path, _iso(theirs)]
    canonical = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
    return "v1:" + hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _iso(at: Micros | None) -> str:
    return "" if at is None else iso(at).replace(".000Z", "Z")
