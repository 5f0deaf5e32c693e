"""What of all that comes in the customer says, and what of it opens WhatsApp's window.

A notice of WhatsApp's stands in the thread and is nobody's word: it is not unread and opens
nothing. A call is the customer's own doing, and opens the window as a message does (Meta: whoever
calls, answered or not, and whoever answers a call of the business). What is written in a group
opens a window there, and none in private.
"""

from typing import Final

from inbox.domain.content import Content, TypeName

CALLED: Final = "user_called"
ANSWERED: Final = "user_answered_call"


def from_customer(kind: TypeName, content: Content) -> bool:
    """Whether an incoming message is the customer's own, so that it is unread until it is seen."""
    notice = content.get("system") or {}
    return kind != "system" or notice.get("type") in (CALLED, ANSWERED)


def opens_window(kind: TypeName, content: Content) -> bool:
    """Whether free text may be sent to them for a day from then on."""
    return from_customer(kind, content) and "group_id" not in content
