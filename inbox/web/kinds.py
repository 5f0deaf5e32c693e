"""What kinds of messages there are: their words and icons, and one line for the list."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from inbox.domain.about import about
from inbox.domain.changes import words
from inbox.domain.markup import plain
from inbox.domain.shapes import PREVIEW_LIMIT

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

_FINER = {"nfm_reply": "flow", "call_permission_reply": "call"}


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
    elif name == "interactive":
        name = _FINER.get(facts(message).get("kind", ""), name)
    return KINDS.get(name, UNSUPPORTED)


def glimpse(message: Message) -> dict[str, Any]:
    """What ``shapes.glimpse`` gives, of a whole message."""
    gone, content = message.get("deleted_at"), message.get("content") or {}
    return {
        "id": message["id"],
        "type": message["type"],
        "text": "" if gone else words(content)[:PREVIEW_LIMIT],
        "about": {} if gone else facts(message),
        "deleted_at": gone,
    }


def preview(message: Message) -> str:
    """One line for the list: the text without its markup, or what kind of message it is."""
    said = " ".join(plain(str(message.get("text") or "")).split())
    return said or described(message)


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


_CANNOT = {
    "button": "a button",
    "edit": "an edit of an earlier message",
    "gif": "a GIF",
    "group_invite": "an invitation to a group",
    "image": "a photo",
    "interactive": "an interactive message",
    "keep_in_chat": "a message kept in the chat",
    "link_preview": "a link with a preview",
    "list": "a list",
    "location": "a location",
    "media_placeholder": "a photo or video that can be seen once",
    "order": "an order",
    "pin": "a pinned message",
    "poll_creation": "a poll",
    "poll_update": "an answer to a poll",
    "product": "a product",
    "reaction": "a reaction",
}
_REASONS = {
    131051: "WhatsApp does not give messages of this kind to businesses.",
    131052: "The file is too large for WhatsApp to pass on (more than 100 MB).",
    131060: "WhatsApp cannot pass this message on at present.",
    501: "WhatsApp does not give messages of this kind to businesses.",
}


def unsupported(message: Message) -> dict[str, str]:
    """Why a message cannot be shown: ``what`` it was, the ``reason``, and what to do."""
    error = message.get("error") or {}
    kind_of = (message.get("content") or {}).get("unsupported")
    what = _CANNOT.get(kind_of or "", "")
    given = ". ".join(
        str(error[name]).rstrip(".") for name in ("title", "detail") if error.get(name)
    )
    reason = _REASONS.get(error.get("code", 0)) or (f"{given}." if given else "")
    if not reason:
        reason = "WhatsApp sent it in a form that Inbox does not know."
    return {
        "what": f"This was {what}." if what else "",
        "reason": reason,
        "code": str(error.get("code") or ""),
    }


NOTICES = {
    "user_changed_number": "Changed their phone number",
    "customer_changed_number": "Changed their phone number",
    "user_changed_user_id": "WhatsApp gave this person a new id",
    "customer_identity_changed": "Their security code changed: this may be another phone",
    "user_identity_changed": "Their security code changed: this may be another phone",
}
