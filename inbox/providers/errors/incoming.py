"""Messages that came in and cannot be shown: what they were, why, and what to do (A.4, C.2).

Their codes are those of the table; what it says of a message that is sent does not fit one that
came, so these few have words of their own.
"""

from typing import Final, NamedTuple

from inbox.domain.content import Problem
from inbox.domain.text import clip, text
from inbox.providers.errors.words import Advice

_OTHERWISE = "Ask the customer to send it as text or as a photo."
_NOT_PASSED_ON = Advice("WhatsApp does not give messages of this kind to businesses.", _OTHERWISE)

ROWS: Final[dict[int, Advice]] = {
    131000: Advice("Something went wrong at WhatsApp.", "Ask the customer to send it again."),
    131051: _NOT_PASSED_ON,
    131052: Advice(
        "The file is too large for WhatsApp to pass on (more than 100 MB).",
        "Ask the customer to send it again, below 100 MB.",
    ),
    131060: Advice(
        "WhatsApp cannot pass this message on at present.", "Ask the customer to send it again."
    ),
    501: _NOT_PASSED_ON,
}
_NO_REASON = "WhatsApp sent it in a form that Inbox does not know."
_NAME_SHOWN = 60

WHAT: Final[dict[str, str]] = {
    "button": "a button",
    "edit": "an edit of an earlier message",
    "ephemeral": "a disappearing message",
    "gif": "a GIF",
    "group_invite": "an invitation to a group",
    "hsm": "a template",
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
"""WhatsApp's names for what it does not pass on; the list is not closed."""


class Unshown(NamedTuple):
    """``what`` it was, the ``reason`` why it cannot be shown, what is ``todo``, the ``code``."""

    what: str
    reason: str
    todo: str
    code: str


def unshown(kind: object, error: Problem) -> Unshown:
    """In words for an agent. ``kind`` is WhatsApp's name for it, ``error`` a problem of F.1."""
    code = error.get("code")
    known = ROWS.get(code) if isinstance(code, int) else None
    if known is not None:
        reason, todo = known.title, known.todo
    else:
        said = [text(error.get(part)) for part in ("title", "detail")]
        given = ". ".join(dict.fromkeys(words.rstrip(".") for words in said if words))
        reason, todo = f"{given}." if given else _NO_REASON, _OTHERWISE
    return Unshown(_what(kind), reason, todo, "" if code is None else str(code))


def _what(kind: object) -> str:
    name = text(kind) if isinstance(kind, str) else None
    if name is None or name == "errors":
        return ""
    if known := WHAT.get(name):
        return f"This was {known}."
    return f"WhatsApp calls it “{clip(name, _NAME_SHOWN)}”."
