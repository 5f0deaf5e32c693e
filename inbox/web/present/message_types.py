"""Messages in one line, for the list, a quote and a screen reader."""

from collections.abc import Mapping
from typing import Any

from inbox.domain.about import about
from inbox.domain.changes import said_words
from inbox.domain.content import About
from inbox.domain.markup import plain
from inbox.domain.message_types import DELETED, NOTICES, MessageType, type_of
from inbox.domain.shapes import PREVIEW_LIMIT
from inbox.providers.errors.incoming import Unshown, unshown

Message = Mapping[str, Any]


def facts(message: Message) -> About:
    """``domain.about`` of a whole message, or as a glimpse of one already has it."""
    if "about" in message:
        return message["about"] or {}
    return about(message["type"], message.get("content") or {}, message.get("media"))


def kind(message: Message) -> MessageType:
    """How this message is shown."""
    return DELETED if message.get("deleted_at") else type_of(message["type"], facts(message))


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
    what = kind(message)
    return what.preview(what.label, facts(message))


def unsupported(message: Message) -> Unshown:
    """Why a message cannot be shown, in words."""
    kind_of = (message.get("content") or {}).get("unsupported")
    return unshown(kind_of, message.get("error") or {})
