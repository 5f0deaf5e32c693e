"""Why a message did not arrive: what happened, what to do, what was tried and when, what helps."""

from typing import NamedTuple

from inbox.domain.content import SendProblem
from inbox.domain.language import N_, _, retold
from inbox.domain.public import Message
from inbox.domain.shapes import encoded
from inbox.providers import errors
from inbox.providers.errors.words import CLOSED, Help
from inbox.sending.later import TOO_LATE
from inbox.web.present.naming import as_sentence

_ENDS = {
    "postponed": N_("%(title)s It was tried again by itself."),
    "failed": N_("%(title)s"),
    "ambiguous": N_("%(title)s"),
    "undone": N_("%(title)s It had been sent before."),
}


class Attempt(NamedTuple):
    """A line of what was tried: when, and what came of it."""

    at: str
    words: str


class FailureCard(NamedTuple):
    """The card of a failed message. ``code`` is empty where the provider gave none."""

    what: str
    todo: str
    code: str
    helps: tuple[Help, ...]
    attempts: list[Attempt]


def failure(message: Message) -> FailureCard:
    error: SendProblem = message.get("error") or {}
    code, title = error.get("code"), (error.get("title") or "").strip()
    direct = errors.of_direct_send(code, title)
    detail = errors.reworded(code, (error.get("detail") or "").strip(), direct=direct)
    return FailureCard(
        what=as_sentence(retold(title)) if title else _("WhatsApp gave no reason."),
        todo=as_sentence(detail) if detail else "",
        code="" if code is None else str(code),
        helps=CLOSED if title == TOO_LATE else errors.helps(code, direct=direct),
        attempts=_attempts(message, title),
    )


def asking_number(words: str) -> str:
    """The message that asks the customer for their number, as the composer's form takes one."""
    kind = "request_contact_info"
    asked = {"type": kind, "body": {"text": str(words)}, "action": {"name": kind}}
    return encoded({"type": "interactive", "interactive": asked})


def failure_reason(message: Message) -> str:
    """Why a message was not delivered and what to do, in sentences."""
    told = failure(message)
    return f"{told.what} {told.todo}".rstrip()


def _attempts(message: Message, title: str) -> list[Attempt]:
    """Oldest first. What WhatsApp reported of the last one stands among its receipts."""
    found = [
        Attempt(one["at"], _(_ENDS[one["end"]], title=as_sentence(retold(one["title"]))))
        for one in message.get("tries") or ()
    ]
    receipts = message.get("receipts") or {}
    if "failed" in receipts:
        if "sent" in receipts:
            found.append(Attempt(receipts["sent"], _("WhatsApp took it.")))
        found.append(Attempt(receipts["failed"], as_sentence(retold(title))))
    return sorted(found)
