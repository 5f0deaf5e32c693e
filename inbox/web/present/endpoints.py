"""How endpoints and their deliveries look: in one word, and line by line. Pure."""

from collections.abc import Mapping
from typing import Final, get_args

from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.webhooks import (
    DeliveryRequest,
    DeliveryState,
    DeliveryTry,
)

ABOUT: Final = {
    "message:new": N_("Somebody wrote, or was answered"),
    "message:status": N_("Sent, delivered, read, failed"),
    "message:updated": N_("Edited, deleted, reacted to, or its file is there"),
    "message:removed": N_("Taken back before it went out"),
    "note:new": N_("A colleague left a note"),
    "note:updated": N_("A note was changed"),
    "activity:new": N_("Assigned, resolved, labelled and so on"),
    "contact:new": N_("Somebody wrote for the first time"),
    "contact:updated": N_("A name, number or attribute changed"),
    "conversation:updated": N_("Who has it, its status, labels, what is unread"),
    "conversation:merged": N_("Two turned out to be one person"),
    "labels:updated": N_("The labels there are"),
    "teams:updated": N_("The teams there are"),
    "user:updated": N_("A colleague’s name or language"),
    "channel:updated": N_("A channel’s name or state"),
}
"""What each event says, for who chooses among them."""


def state_in(word: str) -> DeliveryState | None:
    """The one that an address asks for; what is none counts as not asked for."""
    return next((state for state in get_args(DeliveryState) if state == word), None)


def said_of(one: DeliveryTry) -> str:
    """What a try came to, in words."""
    if one["error"] is not None:
        return one["error"]
    return _("Taken: it answered %(status)s", status=one["status"])


def head_of(request: DeliveryRequest) -> str:
    """What is posted before the body, as it goes over the wire."""
    return "\n".join(
        [
            f"POST {request['url']}",
            *(f"{name}: {text}" for name, text in request["headers"].items()),
        ]
    )


def headers_in(text: str) -> Mapping[str, str]:
    """``Name: value`` a line. Raises ``Invalid`` with the line that is none."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not value.strip():
            # Not the line itself: it may be a secret, and a page must not show it again.
            raise Invalid("headers", _("Write each header as Name: value, one a line."))
        found[name.strip()] = value.strip()
    return found
