"""Messages in one line, for the list, a quote and a screen reader."""

from typing import TypedDict, cast

from inbox.domain.about import about
from inbox.domain.changes import said_words
from inbox.domain.content import About, Content, TypeName
from inbox.domain.from_customer import from_customer
from inbox.domain.markup import plain
from inbox.domain.message_types import DELETED, NOTICES, MessageType, type_of
from inbox.domain.public import Glimpse, Message
from inbox.domain.shapes import PREVIEW_LIMIT
from inbox.providers.errors.incoming import Unshown, unshown


class BriefGlimpse(TypedDict):
    """A line about a message that the page already has: a glimpse, for a quote of it."""

    id: str
    type: TypeName
    text: str
    about: About
    deleted_at: str | None


Told = Message | Glimpse | BriefGlimpse
"""A whole message, or a line about one."""


def facts(message: Told) -> About:
    """``domain.about`` of a whole message, or as a glimpse of one already has it."""
    if "about" in message:
        return cast("BriefGlimpse", message)["about"] or {}
    return about(message["type"], message.get("content") or {}, message.get("media"))


def kind(message: Told) -> MessageType:
    """How this message is shown."""
    return DELETED if message.get("deleted_at") else type_of(message["type"], facts(message))


def glimpse_of(message: Message) -> BriefGlimpse:
    """What ``shapes.glimpse`` gives, of a whole message."""
    gone = message.get("deleted_at")
    content: Content = message.get("content") or {}
    return {
        "id": message["id"],
        "type": message["type"],
        "text": "" if gone else said_words(content)[:PREVIEW_LIMIT],
        "about": {} if gone else facts(message),
        "deleted_at": gone,
    }


def is_from_customer(message: Message) -> bool:
    """Whether an incoming message is the customer's own, and no notice of WhatsApp's."""
    return from_customer(message["type"], message.get("content") or {})


def preview(message: Told) -> str:
    """One line for the list: the text without its markup, or what kind of message it is."""
    said = " ".join(plain(str(message.get("text") or "")).split())
    return described(message) if _hollow(message, said) else said


def _hollow(message: Told, said: str) -> bool:
    """Whether WhatsApp put the words there, and our own tell more: "Sent" is what any form says."""
    told = facts(message).get("kind", "")
    return not said or (told == "nfm_reply" and said == "Sent") or told in NOTICES


def described(message: Told) -> str:
    """A message in words: "Voice message 0:12", "Document: invoice.pdf", "Order of 3 items"."""
    what = kind(message)
    return what.preview(what.label, facts(message))


def unsupported(message: Message) -> Unshown:
    """Why a message cannot be shown, in words."""
    kind_of = (message.get("content") or {}).get("unsupported")
    return unshown(kind_of, message.get("error") or {})
