"""Messages that came in and cannot be shown: what they were, why, and what to do (A.4, C.2).

Their codes are those of the table; what it says of a message that is sent does not fit one that
came, so these few have words of their own.
"""

from typing import Final, NamedTuple

from inbox.domain.content import Problem
from inbox.domain.language import N_, _
from inbox.domain.text import clip, text
from inbox.providers.errors.words import Advice

_OTHERWISE = N_("Ask the customer to send it as text or as a photo.")
_NOT_PASSED_ON = Advice(
    N_("WhatsApp does not give messages of this kind to businesses."), _OTHERWISE
)

ROWS: Final[dict[int, Advice]] = {
    131000: Advice(
        N_("Something went wrong at WhatsApp."), N_("Ask the customer to send it again.")
    ),
    131051: _NOT_PASSED_ON,
    131052: Advice(
        N_("The file is too large for WhatsApp to pass on (more than 100 MB)."),
        N_("Ask the customer to send it again, below 100 MB."),
    ),
    131060: Advice(
        N_("WhatsApp cannot pass this message on at present."),
        N_("Ask the customer to send it again."),
    ),
    501: _NOT_PASSED_ON,
}
_NO_REASON = N_("WhatsApp sent it in a form that Inbox does not know.")
_NAME_SHOWN = 60

WHAT: Final[dict[str, str]] = {
    "button": N_("a button"),
    "edit": N_("an edit of an earlier message"),
    "ephemeral": N_("a disappearing message"),
    "gif": N_("a GIF"),
    "group_invite": N_("an invitation to a group"),
    "hsm": N_("a template"),
    "image": N_("a photo"),
    "interactive": N_("an interactive message"),
    "keep_in_chat": N_("a message kept in the chat"),
    "link_preview": N_("a link with a preview"),
    "list": N_("a list"),
    "location": N_("a location"),
    "media_placeholder": N_("a photo or video that can be seen once"),
    "order": N_("an order"),
    "pin": N_("a pinned message"),
    "poll_creation": N_("a poll"),
    "poll_update": N_("an answer to a poll"),
    "product": N_("a product"),
    "reaction": N_("a reaction"),
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
        reason, todo = _(known.title), _(known.todo)
    else:
        said = [text(error.get(part)) for part in ("title", "detail")]
        given = ". ".join(dict.fromkeys(words.rstrip(".") for words in said if words))
        reason, todo = f"{given}." if given else _(_NO_REASON), _(_OTHERWISE)
    return Unshown(_what(kind), reason, todo, "" if code is None else str(code))


def _what(kind: object) -> str:
    name = text(kind) if isinstance(kind, str) else None
    if name is None or name == "errors":
        return ""
    if known := WHAT.get(name):
        return _("This was %(what)s.", what=_(known))
    return _("WhatsApp calls it “%(name)s”.", name=clip(name, _NAME_SHOWN))
