"""What kinds of messages there are: their words and icons, and one line for the list."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from inbox.domain.about import about
from inbox.domain.changes import said_words
from inbox.domain.markup import plain
from inbox.domain.shapes import PREVIEW_LIMIT
from inbox.providers.errors.incoming import Unshown, unshown

Message = Mapping[str, Any]


class Kind(NamedTuple):
    """How a type of message is shown: its words, its icon in the sprite, and its template."""

    label: str
    icon: str
    part: str


KINDS = {
    "image": Kind("Photo", "image", "picture"),
    "video": Kind("Video", "video", "picture"),
    "audio": Kind("Audio", "audio", "sound"),
    "voice": Kind("Voice message", "mic", "sound"),
    "file": Kind("File", "document", "file"),
    "document": Kind("Document", "document", "file"),
    "sticker": Kind("Sticker", "sticker", "picture"),
    "location": Kind("Location", "location", "place"),
    "contacts": Kind("Contact card", "user", "cards"),
    "interactive": Kind("Answer", "list", "answer"),
    "flow": Kind("Form", "list", "answer"),
    "call": Kind("Call permission", "call", "answer"),
    "button": Kind("Button", "list", "answer"),
    "template": Kind("Template", "list", "answer"),
    "order": Kind("Order", "order", "order"),
    "system": Kind("WhatsApp notice", "info", "notice"),
    "request_welcome": Kind("Opened the chat for the first time", "info", "notice"),
    "reaction": Kind("Reaction", "reply", "answer"),
    "text": Kind("Message without text", "channel", "answer"),
}
DELETED = Kind("Deleted message", "trash", "")
UNSUPPORTED = Kind("Unsupported message", "unsupported", "unsupported")

_OPEN = frozenset({"interactive", "text", "unknown"})
_FINER = {
    "nfm_reply": "flow",
    "call_permission_reply": "call",
    "file": "file",
    "template": "template",
}


def facts(message: Message) -> dict[str, Any]:
    """``domain.about`` of a whole message, or as a glimpse of one already has it."""
    if "about" in message:
        return message["about"] or {}
    return about(message["type"], message.get("content") or {}, message.get("media"))


def kind(message: Message) -> Kind:
    """How this message is shown."""
    if message.get("deleted_at"):
        return DELETED
    name = message["type"]
    if name == "audio" and facts(message).get("voice"):
        name = "voice"
    elif name in _OPEN:
        name = _FINER.get(facts(message).get("kind", ""), name)
    return KINDS.get(name, UNSUPPORTED)


def glimpse_of(message: Message) -> dict[str, Any]:
    """What ``shapes.glimpse`` gives, of a whole message."""
    gone, content = message.get("deleted_at"), message.get("content") or {}
    return {
        "id": message["id"],
        "type": message["type"],
        "text": "" if gone else said_words(content)[:PREVIEW_LIMIT],
        "about": {} if gone else facts(message),
        "deleted_at": gone,
    }


def preview(message: Message) -> str:
    """One line for the list: the text without its markup, or what kind of message it is."""
    said = " ".join(plain(str(message.get("text") or "")).split())
    return described(message) if _hollow(message, said) else said


def _hollow(message: Message, said: str) -> bool:
    """Whether WhatsApp put the words there, and our own tell more: "Sent" is what any form says."""
    told = facts(message).get("kind", "")
    return not said or (told == "nfm_reply" and said == "Sent") or told in NOTICES


def described(message: Message) -> str:
    """A message in words: "Voice message 0:12", "Document: invoice.pdf", "Order of 3 items"."""
    label, said = kind(message).label, facts(message)
    if seconds := said.get("duration"):
        return f"{label} {playtime(seconds)}"
    count, name = said.get("count", 0), said.get("filename") or said.get("name")
    if message["type"] == "order" and count:
        return f"{label} of {count} {'item' if count == 1 else 'items'}"
    if message["type"] == "system":
        return NOTICES.get(said.get("kind", ""), label)
    more = f" and {count - 1} more" if count > 1 else ""
    return f"{label}: {name}{more}" if name else label


def playtime(seconds: float) -> str:
    """A length as players show it: 0:12, 3:05, 1:02:09."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def unsupported(message: Message) -> Unshown:
    """Why a message cannot be shown, in words."""
    kind_of = (message.get("content") or {}).get("unsupported")
    return unshown(kind_of, message.get("error") or {})


NOTICES = {
    "user_changed_number": "Changed their phone number",
    "customer_changed_number": "Changed their phone number",
    "user_changed_user_id": "WhatsApp gave this person a new id",
    "customer_identity_changed": "Their security code changed: this may be another phone",
    "user_identity_changed": "Their security code changed: this may be another phone",
}
