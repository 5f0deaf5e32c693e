"""What a webhook told, event by event, in words for an admin."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypedDict

from inbox.domain.events import (
    AccountNews,
    CallEvent,
    EditEvent,
    ErrorEvent,
    Event,
    Ignored,
    MessageEvent,
    Misread,
    NewUserId,
    Person,
    ReactionEvent,
    RevokeEvent,
    StatusEvent,
    TemplateNews,
    as_json,
)
from inbox.domain.language import _, ngettext
from inbox.domain.message_types import NOTICES
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
    CallEvent: "call",
    AccountNews: "alert",
    TemplateNews: "list",
    NewUserId: "at",
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
            "about": _clean(seen(subject_of(event) or ""), own),
            "link": f"/conversations/{message['conversation_id']}" if message else "",
            "at": None if event.ts is None else iso(event.ts),
            "json": seen(written),
        }


def _words(event: Event) -> tuple[str, str]:
    match event:
        case MessageEvent(direction="in"):
            return _("Message from %(who)s", who=_who(event.contact)), _said(event)
        case MessageEvent():
            who = _who(event.contact)
            return _("Message to %(who)s, sent elsewhere", who=who), _said(event)
        case ReactionEvent(removed=True):
            return _("Reaction of %(who)s taken back", who=_who(event.contact)), ""
        case ReactionEvent():
            return _("Reaction of %(who)s", who=_who(event.contact)), seen(event.emoji or "")
        case EditEvent():
            return _("Edited by %(who)s", who=_who(event.contact)), _said(event)
        case RevokeEvent():
            return _("Message deleted"), ""
        case StatusEvent():
            whom = _number(event.recipient) or seen(event.recipient_user_id or "")
            title = _("Status: %(status)s", status=seen(event.status))
            return title, " · ".join(filter(None, [whom, *_problems(event)]))
        case ErrorEvent():
            problem = {"code": event.code, "title": event.title, "detail": event.detail}
            return _("The account has a problem"), _problem(problem)
        case Ignored():
            return _left_alone(event)
        case Misread():
            return _("Not read"), _("A mistake of ours: %(error)s", error=seen(event.error))


def _left_alone(event: Ignored) -> tuple[str, str]:
    """What is no message, whatever else it tells."""
    match event:
        case CallEvent(notice=notice):
            return _("Call: %(who)s", who=_who(event.contact)), _(NOTICES[notice])
        case AccountNews(sentence=sentence):
            return _("News of the account"), seen(sentence)
        case TemplateNews(name=name, language=language):
            told = (event.status, event.quality, event.category)
            said = ", ".join(seen(one) for one in (name, language, *told) if one)
            return _("News of a template"), said
        case NewUserId(contact=contact, became=became):
            return _("WhatsApp gave %(who)s a new id", who=_who(contact)), seen(became)
    reason = f"{event.reason}: {event.field}" if event.field else event.reason
    return _("Left alone"), seen(reason)


def _who(person: Person) -> str:
    """Only what a stranger wrote has its signs shown: a language of ours may need them."""
    number = _number(person.phone or person.wa_id)
    name = seen(person.name or person.username or "")
    if name and number:
        return f"{name} ({number})"
    return name or number or seen(person.user_id or "") or _("somebody")


def _number(number: str | None) -> str:
    return seen(pretty_phone(f"+{number}" if number and number.isdecimal() else number))


def _said(event: MessageEvent | EditEvent) -> str:
    kind = "" if event.type == "text" else event.type
    return seen(": ".join(filter(None, [kind, event.text])) or event.type)


def _problems(event: StatusEvent) -> list[str]:
    return [_problem(each) for each in event.errors]


def _problem(error: Mapping[str, object]) -> str:
    words = seen(": ".join(str(error[part]) for part in ("title", "detail") if error.get(part)))
    code = error.get("code")
    return words if code is None else _("%(words)s (code %(code)s)", words=words, code=code)


def _clean(text: str, own: Collection[str]) -> str:
    return redacted_text(clip(text, TEXT_SHOWN), own)


def counted(kind: str, number: int) -> str:
    """What an entry of the webhook log brought, by the kind of its events: "3 messages"."""
    match kind:
        case "message":
            return ngettext("%(num)s message", "%(num)s messages", number)
        case "status":
            return ngettext("%(num)s status", "%(num)s statuses", number)
        case "reaction":
            return ngettext("%(num)s reaction", "%(num)s reactions", number)
        case "edit":
            return ngettext("%(num)s edit", "%(num)s edits", number)
        case "revoke":
            return ngettext("%(num)s deletion", "%(num)s deletions", number)
        case "error":
            return ngettext("%(num)s error", "%(num)s errors", number)
    return f"{number} {kind}"
