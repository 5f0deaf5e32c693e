"""What a webhook told, event by event, in words for an admin."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypedDict

from inbox.domain.events import (
    EditEvent,
    ErrorEvent,
    Event,
    Ignored,
    MessageEvent,
    Misread,
    Person,
    ReactionEvent,
    RevokeEvent,
    StatusEvent,
    as_json,
)
from inbox.domain.redaction import redacted, redacted_text
from inbox.domain.text import clip
from inbox.domain.times import iso
from inbox.receiving.log_shapes import MessagePlace
from inbox.web.present.bodies import seen
from inbox.web.present.naming import pretty_phone

TEXT_SHOWN = 300
ICONS = {
    MessageEvent: "inbox",
    ReactionEvent: "at",
    EditEvent: "edit",
    RevokeEvent: "trash",
    StatusEvent: "tick-delivered",
    ErrorEvent: "alert",
    Ignored: "x",
    Misread: "alert",
}


def subject_of(event: Event) -> str | None:
    """The provider's id of the message that it is, or is about."""
    if isinstance(event, StatusEvent):
        return event.message_id
    if isinstance(event, ReactionEvent | EditEvent | RevokeEvent):
        return event.target_id
    return event.provider_message_id if isinstance(event, MessageEvent) else None


class EventCard(TypedDict):
    """An event on the page of a webhook; ``about``: the provider's id of a message."""

    icon: str
    title: str
    text: str
    about: str
    link: str
    at: str | None
    json: str


def cards(
    events: Sequence[Event],
    known: Mapping[str, MessagePlace],
    shown: int,
    own: Collection[str] = (),
) -> Iterator[EventCard]:
    """As many as are short enough together.

    ``known``: where messages are, by ``about``; ``own``: secrets of ours, to be hidden.
    """
    size = 0
    for event in events:
        written = json.dumps(redacted(as_json(event), own=own), indent=2, ensure_ascii=False)
        size += len(written)
        if size > shown:
            break
        message = known.get(subject_of(event) or "")
        title, text = _words(event)
        yield {
            "icon": ICONS[type(event)],
            "title": _clean(title, own),
            "text": _clean(text, own),
            "about": _clean(subject_of(event) or "", own),
            "link": f"/conversations/{message['conversation_id']}" if message else "",
            "at": None if event.ts is None else iso(event.ts),
            "json": seen(written),
        }


def _words(event: Event) -> tuple[str, str]:
    match event:
        case MessageEvent(direction="in"):
            return f"Message from {_who(event.contact)}", _said(event)
        case MessageEvent():
            return f"Message to {_who(event.contact)}, sent elsewhere", _said(event)
        case ReactionEvent(removed=True):
            return f"Reaction of {_who(event.contact)} taken back", ""
        case ReactionEvent():
            return f"Reaction of {_who(event.contact)}", event.emoji or ""
        case EditEvent():
            return f"Edited by {_who(event.contact)}", _said(event)
        case RevokeEvent():
            return "Message deleted", ""
        case StatusEvent():
            whom = _number(event.recipient) or event.recipient_user_id or ""
            return f"Status: {event.status}", " · ".join(filter(None, [whom, *_problems(event)]))
        case ErrorEvent():
            problem = {"code": event.code, "title": event.title, "detail": event.detail}
            return "The account has a problem", _problem(problem)
        case Ignored():
            return "Left alone", f"{event.reason}: {event.field}" if event.field else event.reason
        case Misread():
            return "Not read", f"A mistake of ours: {event.error}"


def _who(person: Person) -> str:
    number = _number(person.phone or person.wa_id)
    name = person.name or person.username
    if name and number:
        return f"{name} ({number})"
    return name or number or person.user_id or "somebody"


def _number(number: str | None) -> str:
    return pretty_phone(f"+{number}" if number and number.isdecimal() else number)


def _said(event: MessageEvent | EditEvent) -> str:
    kind = "" if event.type == "text" else event.type
    return ": ".join(filter(None, [kind, event.text])) or event.type


def _problems(event: StatusEvent) -> list[str]:
    return [_problem(each) for each in event.errors]


def _problem(error: Mapping[str, object]) -> str:
    words = ": ".join(str(error[part]) for part in ("title", "detail") if error.get(part))
    code = error.get("code")
    return f"{words} (code {code})" if code is not None else words


def _clean(text: str, own: Collection[str]) -> str:
    return seen(redacted_text(clip(text, TEXT_SHOWN), own))
