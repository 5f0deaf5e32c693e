"""A webhook of Notifier's becomes one event (E.1, E.2). Pure; it never raises.

``conversation_history`` and ``conversation_context`` are never read: every webhook repeats
them, their times are wrong by months in Notifier's own sample, and no line of them has an id.
"""

import hashlib
import re

from inbox.domain.content import EventContent
from inbox.domain.events import Event, Ignored, MessageEvent, Misread
from inbox.domain.text import JsonObject, clip, identifier, mapping, present, text
from inbox.domain.times import Micros, when
from inbox.providers.cloud_api.content import read_content
from inbox.providers.whatsable.parts import customer, described_parts, kinds

VERSIONS = frozenset({"2025-04-01"})
"""Those whose documents we have read."""
_VERSION_SHOWN = 40

_BYTES = re.compile(r"[0-9]{1,15}", re.ASCII)


def normalise(body: JsonObject, now: Micros, raw: bytes) -> list[Event]:
    try:
        return [_event(body, now, raw)]
    except Exception as fault:  # a surprise is told as one; the body is in the journal
        return [Misread.of(fault)]


def unknown_version(body: JsonObject) -> str | None:
    """What the log says of a version that we have not read about: it is read like any other."""
    version = identifier(body.get("version"))
    if version is None or version in VERSIONS:
        return None
    return f"what version {clip(version, _VERSION_SHOWN)} may add"


def _event(body: JsonObject, now: Micros, raw: bytes) -> Event:
    """Any ``version`` is read: what a newer one adds is left alone."""
    if body.get("event_type") != "incoming_message":
        return Ignored(reason="event", field=identifier(body.get("event_type")))
    data = mapping(body.get("data"))
    contact = customer(data)
    if contact is None:
        return Ignored(reason="no_phone")
    message = _message(data.get("message"))
    described = _described(message)
    words = text(message.get("content")) or text(described.get("caption"))
    kind, provider_type = kinds(message.get("type"), words)
    event_id = identifier(body.get("event_id"))
    return MessageEvent(
        key=f"evt:{event_id}" if event_id else f"raw:{hashlib.sha256(raw).hexdigest()}",
        ts=when(message.get("timestamp"), now) or when(body.get("timestamp"), now),
        provider_message_id=None,
        direction="in",
        type=kind,
        provider_type=provider_type,
        contact=contact,
        text=words,
        content=_content(kind, provider_type, words, described)
        | _place(kind, message)
        | present(EventContent, conversation_id=identifier(data.get("conversation_id"))),
    )


def _message(told: object) -> JsonObject:
    """The message: an object, or nothing but its words."""
    return present(content=told) if isinstance(told, str) else mapping(told)


def _place(kind: str, message: JsonObject) -> EventContent:
    """A place in Meta's form, as nobody documents another."""
    told = mapping(message.get("location")) or mapping(message.get("content"))
    return read_content({"type": kind, kind: told}).facts if kind == "location" and told else {}


def _described(message: JsonObject) -> JsonObject:
    """The file: an object, or nothing but its address, as the history writes it."""
    told = message.get("media")
    link = text(told) if isinstance(told, str) else text(message.get("media_url"))
    return present(url=link) | mapping(told)


def _content(
    kind: str, provider_type: str | None, words: str | None, described: JsonObject
) -> EventContent:
    found = described_parts(kind, provider_type, words, described)
    if "media" in found and (size := _size(described.get("file_size"))) is not None:
        found["media"]["size"] = size
    return found


def _size(value: object) -> int | None:
    """Bytes, as a number or as its digits."""
    if isinstance(value, str) and _BYTES.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 10**15 else None
